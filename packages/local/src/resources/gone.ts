// Deleting what was deleted by hand before is fine: a stack goes all the same.
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
