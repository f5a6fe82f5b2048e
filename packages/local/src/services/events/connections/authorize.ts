// The first token of an OAuth connection: asked for when the connection is made or changed. Until it came the
// connection is AUTHORIZING; when none came it stays so, with the reason. Source: native captures, September 2026.
import { parseConnectionSecret } from '@earwitness/protocol/internal/events/connection-secret';
import { ConnectionFault } from '../../../destinations/connection-fault.ts';
import { fetchToken } from '../../../destinations/oauth.ts';
import type { Parts } from '../parts.ts';
import type { Connection } from './connection.ts';

/** Starts authorizing; how it went is seen in the connection. */
export function authorizeConnection({ platform, connections, http }: Pick<Parts, 'platform' | 'connections' | 'http'>) {
  const { clock, dispatch, journal } = platform;

  async function authorize(connection: Connection): Promise<void> {
    const { account, region, secretArn, name, arn } = connection;
    const origin = { account, region, principal: { kind: 'service', service: 'events.amazonaws.com' } } as const;
    const { SecretString = '{}' } = await dispatch.call(
      'secretsmanager',
      'GetSecretValue',
      { SecretId: secretArn },
      origin,
    );
    let stateReason: string | undefined;
    try {
      await fetchToken(http, parseConnectionSecret(SecretString));
    } catch (error) {
      if (!(error instanceof ConnectionFault)) throw error;
      stateReason = error.message;
    }
    // It may have been changed or deleted meanwhile.
    const current = connections.find({ account, region }, name);
    if (current?.arn !== arn || current.modifiedAt !== connection.modifiedAt) return;
    await connections.put(
      stateReason === undefined
        ? { ...current, state: 'AUTHORIZED', authorizedAt: clock.now() }
        : { ...current, stateReason },
    );
    if (stateReason !== undefined) {
      journal.record({ kind: 'warning', about: `connection ${name}`, message: `Not authorized: ${stateReason}` });
    }
  }

  return (connection: Connection): void => {
    const release = clock.hold();
    authorize(connection)
      .catch((error: unknown) => journal.fault(`connection ${connection.name}`, error))
      .finally(release);
  };
}
