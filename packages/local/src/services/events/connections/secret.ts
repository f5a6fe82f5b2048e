// A connection's secret in Secrets Manager: made, changed and deleted on EventBridge's behalf, which owns it.
import {
  type ConnectionAuth,
  formatConnectionSecret,
  parseConnectionSecret,
} from '@earwitness/protocol/internal/events/connection-secret';
import type { Call } from '../../../call.ts';
import type { Platform } from '../../../platform.ts';
import type { Connection } from './connection.ts';

export interface ConnectionSecrets {
  /** Makes the secret and returns its ARN. */
  create(connectionName: string, auth: ConnectionAuth, call: Call): Promise<string>;
  /** Writes a new version and returns the secret's ARN; with `merge`, over what the old version says. */
  update(connection: Connection, auth: ConnectionAuth, how: { call: Call; merge: boolean }): Promise<string>;
  delete(connection: Connection, call: Call): Promise<void>;
}

export function createConnectionSecret({ dispatch, ids }: Platform): ConnectionSecrets {
  const asEvents = ({ account, region }: Call) =>
    ({ account, region, principal: { kind: 'service', service: 'events.amazonaws.com' } }) as const;

  return {
    async create(connectionName, auth, call) {
      const { ARN = '' } = await dispatch.call(
        'secretsmanager',
        'CreateSecret',
        {
          Name: `events!connection/${connectionName}/${ids.uuid()}`,
          SecretString: formatConnectionSecret(auth),
          Tags: [{ Key: 'aws:secretsmanager:owningService', Value: 'events' }],
        },
        asEvents(call),
      );
      return ARN;
    },
    async update({ secretArn }, auth, { call, merge }) {
      const { SecretString = '{}' } = merge
        ? await dispatch.call('secretsmanager', 'GetSecretValue', { SecretId: secretArn }, asEvents(call))
        : {};
      const changed = formatConnectionSecret(auth, parseConnectionSecret(SecretString));
      const input = { SecretId: secretArn, SecretString: changed };
      await dispatch.call('secretsmanager', 'PutSecretValue', input, asEvents(call));
      return secretArn;
    },
    async delete({ secretArn }, call) {
      const input = { SecretId: secretArn, ForceDeleteWithoutRecovery: true };
      await dispatch.call('secretsmanager', 'DeleteSecret', input, asEvents(call));
    },
  };
}
