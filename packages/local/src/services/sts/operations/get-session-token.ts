// GetSessionToken: temporary credentials for whoever asks.
import { ServiceError } from '@earwitness/protocol/internal/aws/errors';
import type {
  GetSessionTokenRequest,
  GetSessionTokenResponse,
} from '@earwitness/protocol/internal/aws/models/sts.types';
import type { Operation } from '../../../call.ts';
import type { Platform } from '../../../platform.ts';
import { openSession } from '../session.ts';

/** Twelve hours. Source: STS API reference, GetSessionToken. */
const DEFAULT_SECONDS = 43_200;

export function getSessionToken(platform: Platform): Operation<GetSessionTokenRequest, GetSessionTokenResponse> {
  return async ({ DurationSeconds: seconds = DEFAULT_SECONDS }, { account, principal }) => {
    if (principal.kind !== 'account') {
      throw new ServiceError('AccessDenied', 'Cannot call GetSessionToken with session credentials', { status: 403 });
    }
    return { Credentials: await openSession(platform, { account, principal }, seconds) };
  };
}
