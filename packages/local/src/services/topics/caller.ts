// Who calls, and whether they may. `CredentialProvider.forMomentoLocal()` sends an empty key (Node) or none (web) and
// always comes without TLS, so on a plaintext connection no key is a key that may do everything; over TLS there must be
// one. A key that is sent is always checked.
import { momentoError } from '@earwitness/protocol/internal/momento/errors';
import { type Action, isAllowed } from '@earwitness/protocol/internal/momento/permissions';
import type { Clock } from '../../clock/clock.ts';
import type { RpcCall } from '../../http/grpc/method.ts';
import type { Caller, KeyCheck } from './key.ts';

interface CallerCheck {
  readonly keys: KeyCheck;
  readonly platform: { readonly clock: Pick<Clock, 'now'> };
}

const WITHOUT_KEY: Caller = { tokenId: '', permissions: 'account' };

/** Who calls over gRPC. @throws AUTHENTICATION_ERROR */
export function identifyCaller({ keys, platform }: CallerCheck, call: RpcCall): Caller {
  return identifySender({ keys, platform }, { sent: call.metadata.authorization ?? '', secure: call.secure });
}

/**
 * The same for requests that carry the key in their message, as those for keys and tokens do.
 * @throws AUTHENTICATION_ERROR
 */
export function identifySender(
  { keys, platform }: CallerCheck,
  { sent, secure }: { readonly sent: string; readonly secure: boolean },
): Caller {
  if (sent === '' && !secure) return WITHOUT_KEY;
  return keys.check(sent, platform.clock.now());
}

/** @throws PERMISSION_ERROR */
export function authorize({ permissions }: Caller, action: Action): void {
  if (isAllowed(permissions, action)) return;
  throw momentoError('PERMISSION_ERROR', `Insufficient permissions: the API key may not ${wordsOf(action)}.`);
}

function wordsOf(action: Action): string {
  switch (action.kind) {
    case 'make super users':
      return 'make a key of a super user';
    case 'make keys':
      return 'make keys or tokens; only a key of a super user may';
    case 'manage caches':
      return 'create, list, flush or delete caches, nor manage webhooks';
    case 'read items':
      return `read this item of cache '${action.cache}'`;
    case 'write items':
      return `write this item of cache '${action.cache}'`;
    case 'compare items':
      return `read and write this item of cache '${action.cache}', as a conditional write does`;
    case 'publish':
      return `publish to topic '${action.topic}' of cache '${action.cache}'`;
    case 'subscribe':
      return `subscribe to topic '${action.topic}' of cache '${action.cache}'`;
  }
}
