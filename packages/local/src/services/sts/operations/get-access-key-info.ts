// GetAccessKeyInfo: the account to which an access key belongs. A key that nobody wrote down belongs to whoever uses it.
import type {
  GetAccessKeyInfoRequest,
  GetAccessKeyInfoResponse,
} from '@earwitness/protocol/internal/aws/models/sts.types';
import type { Operation } from '../../../call.ts';
import { openCredentials } from '../../../permissions/credentials.ts';
import type { Platform } from '../../../platform.ts';

export function getAccessKeyInfo({ backbone }: Platform): Operation<GetAccessKeyInfoRequest, GetAccessKeyInfoResponse> {
  return ({ AccessKeyId: key }, { account }) => ({
    Account: openCredentials(backbone).get(key)?.value.account ?? account,
  });
}
