// An HTTP API as it stands in the table: one row with its integrations, routes, deployments and stages, so that every
// change is one write. What requests meet is the deployed snapshot of it (gateway/deployed-stage.ts).
import { ServiceError } from '@earwitness/protocol/internal/aws/errors';
import type {
  Api,
  Authorizer,
  Cors,
  Integration,
  Route,
  Stage,
} from '@earwitness/protocol/internal/aws/models/apigatewayv2.types';
import type { Backbone } from '../../backbone/backbone.ts';
import { type Table, tableOf } from '../../backbone/table.ts';
import { updateRow } from '../../backbone/update.ts';
import type { DeployedRoute } from '../../gateway/deployed-stage.ts';
import { ownEntry } from '../../own-entry.ts';

const APIS = tableOf<HttpApiRow>('apigatewayv2/apis');

export interface ApiDeployment {
  readonly id: string;
  readonly description?: string;
  /** Epoch milliseconds. */
  readonly createdDate: number;
  readonly autoDeployed: boolean;
  readonly routes: readonly DeployedRoute[];
}

export interface HttpApiRow {
  readonly account: string;
  readonly region: string;
  readonly id: string;
  readonly name: string;
  /** WebSocket APIs stand in. Default: HTTP. */
  readonly protocol?: 'WEBSOCKET';
  readonly routeSelection?: string;
  readonly description?: string;
  readonly version?: string;
  readonly cors?: Cors;
  readonly tags: Readonly<Record<string, string>>;
  readonly createdDate: number;
  readonly integrations: Readonly<Record<string, Integration>>;
  readonly routes: Readonly<Record<string, Route>>;
  /** Left out: there are none. */
  readonly authorizers?: Readonly<Record<string, Authorizer>>;
  readonly deployments: Readonly<Record<string, ApiDeployment>>;
  readonly stages: Readonly<Record<string, Stage>>;
}

export interface Place {
  readonly account: string;
  readonly region: string;
}

export class HttpApiTable {
  #table: Table<HttpApiRow>;

  constructor(backbone: Backbone) {
    this.#table = backbone.table(APIS);
  }

  /** @throws ServiceError `NotFoundException` */
  find(id: string, { account, region }: Place): HttpApiRow {
    const row = this.#table.get(`${account}/${region}/${id}`);
    if (row) return row.value;
    throw notFound(`Invalid API identifier specified ${account}:${id}`);
  }

  list({ account, region }: Place): HttpApiRow[] {
    return this.#table.list(`${account}/${region}/`).map((row) => row.value);
  }

  all(): HttpApiRow[] {
    return this.#table.list().map((row) => row.value);
  }

  async create(api: HttpApiRow): Promise<void> {
    await this.#table.put(`${api.account}/${api.region}/${api.id}`, api);
  }

  /** Changes an API as if nobody else wrote meanwhile. @throws ServiceError `NotFoundException` */
  async change(
    id: string,
    place: Place,
    change: (api: HttpApiRow) => HttpApiRow | Promise<HttpApiRow>,
  ): Promise<HttpApiRow> {
    const { account, region } = place;
    const key = `${account}/${region}/${id}`;
    return (await updateRow(this.#table, key, (api) => change(api ?? this.find(id, place)))).value;
  }

  async delete({ account, region, id }: HttpApiRow): Promise<void> {
    await this.#table.delete(`${account}/${region}/${id}`);
  }
}

/** @throws ServiceError `NotFoundException` when the table has no such entry. */
export function entryOf<Value>(table: Readonly<Record<string, Value>>, what: string, id: string): Value {
  const entry = ownEntry(table, id);
  if (entry !== undefined) return entry;
  throw notFound(`Unable to find ${what} with ID ${id}`);
}

/** The table without the entry. */
export function without<Value>(table: Readonly<Record<string, Value>>, id: string): Readonly<Record<string, Value>> {
  const { [id]: _, ...rest } = table;
  return rest;
}

/** The API as GetApi shows it; `endpoint` is where it can be reached here. */
export function describeApi(api: HttpApiRow, endpoint: string): Api {
  const { description, version, cors } = api;
  return {
    ApiEndpoint: endpoint,
    ApiId: api.id,
    ApiKeySelectionExpression: '$request.header.x-api-key',
    CreatedDate: api.createdDate,
    DisableExecuteApiEndpoint: false,
    IpAddressType: 'ipv4',
    Name: api.name,
    ProtocolType: api.protocol ?? 'HTTP',
    RouteSelectionExpression: api.routeSelection ?? '$request.method $request.path',
    Tags: api.tags,
    ...(description !== undefined && { Description: description }),
    ...(version !== undefined && { Version: version }),
    ...(cors && { CorsConfiguration: cors }),
  };
}

export function notFound(message: string): ServiceError {
  return new ServiceError('NotFoundException', message);
}

export function badRequest(message: string): ServiceError {
  return new ServiceError('BadRequestException', message);
}

export function conflict(message: string): ServiceError {
  return new ServiceError('ConflictException', message);
}
