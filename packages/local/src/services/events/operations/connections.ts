// CreateConnection, DescribeConnection, UpdateConnection, DeauthorizeConnection, DeleteConnection, ListConnections.
import { ServiceError } from '@earwitness/protocol/internal/aws/errors';
import type {
  CreateConnectionRequest,
  CreateConnectionResponse,
  DeauthorizeConnectionRequest,
  DeauthorizeConnectionResponse,
  DeleteConnectionRequest,
  DeleteConnectionResponse,
  DescribeConnectionRequest,
  DescribeConnectionResponse,
  ListConnectionsRequest,
  ListConnectionsResponse,
  Connection as ListedConnection,
  UpdateConnectionRequest,
  UpdateConnectionResponse,
} from '@earwitness/protocol/internal/aws/models/events.types';
import type { Operation } from '../../../call.ts';
import { authorizeConnection } from '../connections/authorize.ts';
import { answerOf, type Connection, connectionArn, showAuth } from '../connections/connection.ts';
import { createConnectionSecret } from '../connections/secret.ts';
import type { Events } from '../events.ts';
import { pageOf } from '../page.ts';

/** Source: native capture, September 2026. */
const DEAUTHORIZED =
  'The authorization parameters were removed from this connection by a DeauthorizeConnection operation.';

export function connectionOperations(events: Events) {
  const { platform, connections } = events;
  const { clock, ids } = platform;
  const secrets = createConnectionSecret(platform);
  const authorize = authorizeConnection(events);

  const create: Operation<CreateConnectionRequest, CreateConnectionResponse> = async (input, call) => {
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
  };

  const describe: Operation<DescribeConnectionRequest, DescribeConnectionResponse> = ({ Name }, call) => {
    const connection = connections.get(call, Name);
    return {
      ...listed(connection),
      Description: connection.description,
      KmsKeyIdentifier: connection.kmsKeyIdentifier,
      SecretArn: connection.secretArn,
      AuthParameters: connection.shown,
    };
  };

  const update: Operation<UpdateConnectionRequest, UpdateConnectionResponse> = async (input, call) => {
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
  };

  const deauthorize: Operation<DeauthorizeConnectionRequest, DeauthorizeConnectionResponse> = async (input, call) => {
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
  };

  const remove: Operation<DeleteConnectionRequest, DeleteConnectionResponse> = async ({ Name }, call) => {
    const connection = connections.get(call, Name);
    if (connection.state !== 'DEAUTHORIZED') await secrets.delete(connection, call);
    await connections.delete(connection);
    return answerOf(connection, 'DELETING');
  };

  const list: Operation<ListConnectionsRequest, ListConnectionsResponse> = (input, call) => {
    const { NamePrefix = '', ConnectionState, ...page } = input;
    const found = connections
      .list(call)
      .filter(({ name, state }) => name.startsWith(NamePrefix) && (!ConnectionState || state === ConnectionState));
    const { items, next } = pageOf(found, page, ({ name }) => name);
    return { Connections: items.map(listed), ...next };
  };

  return {
    CreateConnection: create,
    DescribeConnection: describe,
    UpdateConnection: update,
    DeauthorizeConnection: deauthorize,
    DeleteConnection: remove,
    ListConnections: list,
  };
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
