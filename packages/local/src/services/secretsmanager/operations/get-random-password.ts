// GetRandomPassword.
import type {
  GetRandomPasswordRequest,
  GetRandomPasswordResponse,
} from '@earwitness/protocol/internal/aws/models/secretsmanager.types';
import type { Operation } from '../../../call.ts';
import { makePassword } from '../password.ts';
import type { Secrets } from '../secrets.ts';

export function getRandomPassword(secrets: Secrets): Operation<GetRandomPasswordRequest, GetRandomPasswordResponse> {
  return (input) => ({ RandomPassword: makePassword(input, secrets.platform.ids) });
}
