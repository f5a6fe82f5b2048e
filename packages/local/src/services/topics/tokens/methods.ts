// Making keys and tokens over gRPC. These requests carry their key in the message, not in the metadata.

import { momentoError } from '@earwitness/protocol/internal/momento/errors';
import { Auth, type GenerateApiTokenRequest } from '@earwitness/protocol/internal/momento/gen/auth_pb';
import { Token } from '@earwitness/protocol/internal/momento/gen/token_pb';
import { type RpcCall, type RpcMethod, unary } from '../../../http/grpc/method.ts';
import type { Address } from '../../../platform.ts';
import { identifySender } from '../caller.ts';
import type { Parts } from '../parts.ts';
import { readPermissions } from './permissions.ts';

export function tokenMethods(parts: Parts): RpcMethod[] {
  const { issuer, platform } = parts;
  const { clock, address } = platform;
  const identify = (sent: string, { secure }: RpcCall) => identifySender(parts, { sent, secure });
  return [
    unary(Auth.method.generateApiToken, async (request, call) => {
      const caller = identify(request.authToken, call);
      const permissions = readPermissions(request.permissions);
      const { tokenId } = request;
      const issued = issuer.issueKey(caller, { permissions, tokenId, ...readExpiry(request) }, clock.now());
      return { ...issued, validUntil: BigInt(issued.validUntil), endpoint: endpointOf(call, address) };
    }),
    unary(Auth.method.refreshApiToken, async ({ apiKey, refreshToken }, call) => {
      const now = clock.now();
      // There must be a key, also without TLS: it is what is made anew.
      const issued = issuer.refresh(apiKey, refreshToken, { caller: parts.keys.check(apiKey, now), now });
      return { ...issued, validUntil: BigInt(issued.validUntil), endpoint: endpointOf(call, address) };
    }),
    unary(Token.method.generateDisposableToken, async (request, call) => {
      const caller = identify(request.authToken, call);
      const permissions = readPermissions(request.permissions);
      const { tokenId, expires } = request;
      const order = { permissions, tokenId, ...(expires && { validForSeconds: expires.validForSeconds }) };
      const { apiKey, validUntil } = issuer.issueToken(caller, order, clock.now());
      return { apiKey, validUntil: BigInt(validUntil), endpoint: endpointOf(call, address) };
    }),
  ];
}

function readExpiry({ expiry }: GenerateApiTokenRequest): { validForSeconds?: number } {
  if (expiry.case === 'expires') return { validForSeconds: expiry.value.validForSeconds };
  if (expiry.case === 'never') return {};
  throw momentoError('INVALID_ARGUMENT_ERROR', 'The request has no expiry; expected is `never` or `expires`.');
}

/**
 * Where clients with the new key go. They put `cache.`, `control.` or `token.` in front of it, so it is the name under
 * which this call came, without that. A call without TLS came to a port where keys do not lead.
 */
export function endpointOf({ metadata, secure }: RpcCall, { https }: Address): string {
  const authority = metadata[':authority'] ?? metadata.host;
  if (secure && typeof authority === 'string') return authority.replace(/^(web\.)?(cache|control|token)\./, '');
  return new URL(https).host.replace(/^127\.0\.0\.1(?=:|$)/, 'localhost');
}
