// Connections: how an API destination is authorized.
import { ServiceError } from '@earwitness/protocol/internal/aws/errors';
import type {
  Connection as ListedConnection,
  UpdateConnectionRequest,
} from '@earwitness/protocol/internal/aws/models/events.types';
import type { OperationsOf } from '../../../call.ts';
import { authorizeConnection } from '../connections/authorize.ts';
import { answerOf, type Connection, connectionArn, showAuth } from '../connections/connection.ts';
import { createConnectionSecret } from '../connections/secret.ts';
import { takePage } from '../page.ts';
import type { Parts } from '../parts.ts';

/** Source: native capture, September 2026. */
const DEAUTHORIZED =
  'The authorization parameters were removed from this connection by a DeauthorizeConnection operation.';

export function connectionOperations(parts: Parts) {
  const { platform, connections } = parts;
  const { clock, ids } = platform;
  const secrets = createConnectionSecret(platform);
  const authorize = authorizeConnection(parts);
  return {
    async CreateConnection(input, call) {
      const { Name: name, AuthorizationType: authorizationType, AuthParameters: auth } = input;
      if (connections.find(call, name)) {
        throw new ServiceError('ResourceAlreadyExistsException', `Connection ${name} already exists.`);
      }
      refuseMismatch(input, 'Create');
      refusePrivate(input);
      const now = clock.now();
      const isOAuth = authorizationType === 'OAUTH_CLIENT_CREDENTIALS';
      const connection: Connection = {
        name,
        account: call.account,
        region: call.region,
        arn: connectionArn(call, name, ids.uuid()),
        ...(input.Description !== undefined && { description: input.Description }),
        ...(input.KmsKeyIdentifier !== undefined && { kmsKeyIdentifier: input.KmsKeyIdentifier }),
        authorizationType,
        shown: showAuth(auth),
        secretArn: await secrets.create(name, auth, call),
        state: isOAuth ? 'AUTHORIZING' : 'AUTHORIZED',
        authorizedAt: isOAuth ? 0 : now,
        createdAt: now,
        modifiedAt: now,
      };
      await connections.put(connection);
      if (isOAuth) authorize(connection);
      const { LastAuthorizedTime: _, ...answer } = answerOf(connection);
      return answer;
    },

    DescribeConnection({ Name }, call) {
      const connection = connections.get(call, Name);
      return {
        ...listed(connection),
        Description: connection.description,
        KmsKeyIdentifier: connection.kmsKeyIdentifier,
        SecretArn: connection.secretArn,
        AuthParameters: connection.shown,
      };
    },

    async UpdateConnection(input, call) {
      const previous = connections.get(call, input.Name);
      const { AuthorizationType: type, AuthParameters: auth, Description, KmsKeyIdentifier } = input;
      if ((auth && type === undefined) || (type === undefined && Description === undefined && !KmsKeyIdentifier)) {
        throw new ServiceError(
          'ValidationException',
          'Failed to update the connection(s). At least one of the following is required: Description, KmsKeyIdentifier, AuthorizationType with BasicAuthParameters, ApiKeyAuthParameters, or OAuthParameters.',
        );
      }
      const described = {
        ...previous,
        ...(Description !== undefined && { description: Description }),
        ...(KmsKeyIdentifier !== undefined && { kmsKeyIdentifier: KmsKeyIdentifier }),
        modifiedAt: clock.now(),
      };
      if (!auth || type === undefined) {
        await connections.put(described);
        return answerOf(described);
      }
      refuseMismatch(input, 'Update');
      refusePrivate(input);
      const isOAuth = type === 'OAUTH_CLIENT_CREDENTIALS';
      const { stateReason: _, ...rest } = described;
      const sameType = type === previous.authorizationType;
      const connection: Connection = {
        ...rest,
        authorizationType: type,
        shown: showAuth(auth, sameType ? previous.shown : {}),
        secretArn:
          previous.state === 'DEAUTHORIZED'
            ? await secrets.create(previous.name, auth, call)
            : await secrets.update(previous, auth, { call, merge: sameType }),
        state: isOAuth ? 'AUTHORIZING' : 'AUTHORIZED',
        authorizedAt: isOAuth ? previous.authorizedAt : clock.now(),
      };
      await connections.put(connection);
      if (isOAuth) authorize(connection);
      return answerOf(connection);
    },

    async DeauthorizeConnection(input, call) {
      const connection = connections.get(call, input.Name);
      if (connection.state !== 'DEAUTHORIZED') await secrets.delete(connection, call);
      const changed: Connection = {
        ...connection,
        shown: {},
        state: 'DEAUTHORIZED',
        stateReason: DEAUTHORIZED,
        modifiedAt: clock.now(),
      };
      await connections.put(changed);
      return answerOf(changed, 'DEAUTHORIZING');
    },

    async DeleteConnection({ Name }, call) {
      const connection = connections.get(call, Name);
      if (connection.state !== 'DEAUTHORIZED') await secrets.delete(connection, call);
      await connections.delete(connection);
      return answerOf(connection, 'DELETING');
    },

    ListConnections(input, call) {
      const { NamePrefix = '', ConnectionState, ...paging } = input;
      const found = connections
        .list(call)
        .filter(({ name, state }) => name.startsWith(NamePrefix) && (!ConnectionState || state === ConnectionState));
      const { page, next } = takePage(found, paging, { keyOf: ({ name }) => name });
      return { Connections: page.map(listed), ...next };
    },
  } satisfies OperationsOf<'events'>;
}

function listed(connection: Connection): ListedConnection {
  return {
    ...answerOf(connection),
    Name: connection.name,
    StateReason: connection.stateReason,
    AuthorizationType: connection.authorizationType,
  };
}

/** The parameters have to be those of the type. */
function refuseMismatch(input: UpdateConnectionRequest, verb: string): void {
  const needed = {
    BASIC: 'BasicAuthParameters',
    API_KEY: 'ApiKeyAuthParameters',
    OAUTH_CLIENT_CREDENTIALS: 'OAuthParameters',
  } as const;
  const name = needed[input.AuthorizationType ?? 'BASIC'];
  if (input.AuthParameters?.[name]) return;
  // An update may change nothing but the invocation parameters.
  if (verb === 'Update' && input.AuthParameters?.InvocationHttpParameters) return;
  const message = `Failed to ${verb.toLowerCase()} the connection(s). AuthParameters for ${input.AuthorizationType} need ${name}.`;
  throw new ServiceError('ValidationException', message);
}

/** Connections into a VPC: nothing here could follow them. */
function refusePrivate({ InvocationConnectivityParameters, AuthParameters }: UpdateConnectionRequest): void {
  if (!InvocationConnectivityParameters && !AuthParameters?.ConnectivityParameters) return;
  throw new ServiceError(
    'ValidationException',
    'Earwitness does not make private connections (ConnectivityParameters).',
  );
}
