// What is not there: deleting it is fine, for a stack goes all the same, and its name is free.
import { ServiceError } from '@earwitness/protocol/internal/aws/errors';

/** Makes a function that waits for a deletion and lets it be refused with the error `code`. */
export function fineIfGone(code: string): (deletion: Promise<unknown>) => Promise<void> {
  return async (deletion) => {
    try {
      await deletion;
    } catch (error) {
      if (!(error instanceof ServiceError && error.code === code)) throw error;
    }
  };
}

/** What a service says of something; `undefined` when it refuses with the error `code`, as there is no such thing. */
export async function found<Answer>(code: string, answer: Promise<Answer>): Promise<Answer | undefined> {
  try {
    return await answer;
  } catch (error) {
    if (error instanceof ServiceError && error.code === code) return undefined;
    throw error;
  }
}
