// Who calls over gRPC. `CredentialProvider.forMomentoLocal()` sends an empty key (Node) or none (web) and always comes
// without TLS, so on a plaintext connection no key is a key; over TLS there must be one. A key that is sent is always
// checked.
import type { Clock } from '../../clock/clock.ts';
import type { RpcCall } from '../../http/grpc/method.ts';
import type { KeyCheck } from './key.ts';

interface CallerCheck {
  readonly keys: KeyCheck;
  readonly platform: { readonly clock: Pick<Clock, 'now'> };
}

/**
 * The publisher id: the key's token id, or empty.
 * @throws AUTHENTICATION_ERROR
 */
export function identifyCaller({ keys, platform }: CallerCheck, call: RpcCall): string {
  const sent = call.metadata.authorization ?? '';
  if (sent === '' && !call.secure) return '';
  return keys.check(sent, platform.clock.now());
}
