// GetRandomPassword.
import type { OperationsOf } from '../../../call.ts';
import type { Parts } from '../parts.ts';
import { makePassword } from '../password.ts';

export function randomPasswordOperations({ platform }: Parts) {
  return {
    GetRandomPassword: (input) => ({ RandomPassword: makePassword(input, platform.ids) }),
  } satisfies OperationsOf<'secretsmanager'>;
}
