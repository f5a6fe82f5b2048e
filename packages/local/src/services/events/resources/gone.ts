// What a stack deletes may have been deleted by hand: that is fine.
import { ServiceError } from '@earwitness/protocol/internal/aws/errors';

export async function fineIfGone(call: Promise<unknown>): Promise<void> {
  try {
    await call;
  } catch (error) {
    if (!(error instanceof ServiceError) || error.code !== 'ResourceNotFoundException') throw error;
  }
}
