// Connections: how API destinations authorize themselves. The row holds what may be shown; every secret stands in
// Secrets Manager, in one secret per connection that EventBridge owns.
import { formatArn } from '@earwitness/protocol/internal/aws/arn';
import { ServiceError } from '@earwitness/protocol/internal/aws/errors';
import type {
  ConnectionAuthResponseParameters,
  ConnectionHttpParameters,
  CreateConnectionRequest,
  Connection as ListedConnection,
} from '@earwitness/protocol/internal/aws/models/events.types';
import type { ConnectionAuth, HttpParameters } from '@earwitness/protocol/internal/events/connection-secret';
import { type Table, tableOf } from '../../../backbone/table.ts';
import type { Call } from '../../../call.ts';
import type { ConnectionSettings } from '../../../destinations/connection.ts';
import type { Platform } from '../../../platform.ts';

const CONNECTIONS = tableOf<Connection>('events/connections');

export type AuthorizationType = CreateConnectionRequest['AuthorizationType'];
export type ConnectionState = NonNullable<ListedConnection['ConnectionState']>;

export interface Connection {
  readonly name: string;
  readonly account: string;
  readonly region: string;
  readonly arn: string;
  readonly description?: string;
  readonly kmsKeyIdentifier?: string;
  readonly authorizationType: AuthorizationType;
  /** What Describe shows: no secret is in it. */
  readonly shown: ConnectionAuthResponseParameters;
  readonly secretArn: string;
  readonly state: ConnectionState;
  readonly stateReason?: string;
  /** Epoch ms; 0 until an OAuth connection was authorized for the first time. */
  readonly authorizedAt: number;
  readonly createdAt: number;
  readonly modifiedAt: number;
}

export class Connections {
  readonly #table: Table<Connection>;

  constructor({ backbone }: Platform) {
    this.#table = backbone.table(CONNECTIONS);
  }

  find({ account, region }: Pick<Call, 'account' | 'region'>, name: string): Connection | undefined {
    return this.#table.get(`${account}:${region}:${name}`)?.value;
  }

  /** @throws ServiceError `ResourceNotFoundException` */
  get(call: Call, name: string): Connection {
    const connection = this.find(call, name);
    if (connection) return connection;
    const message = `Failed to describe the connection(s). Connection '${name}' does not exist.`;
    throw new ServiceError('ResourceNotFoundException', message);
  }

  list({ account, region }: Call): Connection[] {
    return this.#table.list(`${account}:${region}:`).map(({ value }) => value);
  }

  async put(connection: Connection): Promise<void> {
    const { account, region, name } = connection;
    await this.#table.put(`${account}:${region}:${name}`, connection);
  }

  async delete({ account, region, name }: Connection): Promise<void> {
    await this.#table.delete(`${account}:${region}:${name}`);
  }

  /** The connection with this ARN as deliveries see it. */
  findSettings(arn: string): ConnectionSettings | undefined {
    const [, , , region, account, resource = ''] = arn.split(':');
    const row = this.#table.get(`${account}:${region}:${resource.split('/')[1]}`);
    if (row?.value.arn !== arn) return undefined;
    return { revision: row.revision, ...row.value };
  }
}

/** `arn:aws:events:R:A:connection/<name>/<uuid>` */
export function connectionArn({ account, region }: Call, name: string, uuid: string): string {
  return formatArn({ service: 'events', region, account, resource: `connection/${name}/${uuid}` });
}

/** The times and the state that every connection operation returns. */
export function answerOf(connection: Connection, state: ConnectionState = connection.state) {
  return {
    ConnectionArn: connection.arn,
    ConnectionState: state,
    CreationTime: connection.createdAt,
    LastModifiedTime: connection.modifiedAt,
    LastAuthorizedTime: connection.authorizedAt,
  };
}

/** What may be shown of a connection's parameters; parts that `auth` does not name stay as `previous` has them. */
export function showAuth(
  auth: ConnectionAuth,
  previous: ConnectionAuthResponseParameters = {},
): ConnectionAuthResponseParameters {
  const { BasicAuthParameters: basic, ApiKeyAuthParameters: apiKey, OAuthParameters: oauth } = auth;
  const known = previous.OAuthParameters;
  return {
    ...previous,
    ...(basic && { BasicAuthParameters: { Username: basic.Username ?? previous.BasicAuthParameters?.Username } }),
    ...(apiKey && {
      ApiKeyAuthParameters: { ApiKeyName: apiKey.ApiKeyName ?? previous.ApiKeyAuthParameters?.ApiKeyName },
    }),
    ...(oauth && {
      OAuthParameters: {
        ClientParameters: { ClientID: oauth.ClientParameters?.ClientID ?? known?.ClientParameters?.ClientID },
        AuthorizationEndpoint: oauth.AuthorizationEndpoint ?? known?.AuthorizationEndpoint,
        HttpMethod: oauth.HttpMethod ?? known?.HttpMethod,
        OAuthHttpParameters: oauth.OAuthHttpParameters
          ? showHttp(oauth.OAuthHttpParameters)
          : known?.OAuthHttpParameters,
      },
    }),
    ...(auth.InvocationHttpParameters && { InvocationHttpParameters: showHttp(auth.InvocationHttpParameters) }),
  };
}

function showHttp(parameters: HttpParameters): ConnectionHttpParameters {
  const show = (values: HttpParameters['HeaderParameters']) =>
    values?.map(({ Key, Value, IsValueSecret = false }) =>
      IsValueSecret ? { Key, IsValueSecret } : { Key, Value, IsValueSecret },
    );
  const { HeaderParameters, QueryStringParameters, BodyParameters } = parameters;
  return {
    ...(HeaderParameters && { HeaderParameters: show(HeaderParameters) }),
    ...(QueryStringParameters && { QueryStringParameters: show(QueryStringParameters) }),
    ...(BodyParameters && { BodyParameters: show(BodyParameters) }),
  };
}
