// API destinations: an endpoint, a method, a rate, and the connection that authorizes its requests.
import { formatArn } from '@earwitness/protocol/internal/aws/arn';
import { ServiceError } from '@earwitness/protocol/internal/aws/errors';
import type {
  CreateApiDestinationRequest,
  UpdateApiDestinationRequest,
} from '@earwitness/protocol/internal/aws/models/events.types';
import { type Table, tableOf } from '../../../backbone/table.ts';
import type { Call } from '../../../call.ts';
import type { ApiDestinationSettings } from '../../../destinations/api-destination.ts';
import type { Platform } from '../../../platform.ts';
import type { Connections } from './connection.ts';

const API_DESTINATIONS = tableOf<ApiDestination>('events/api-destinations');

/** Invocations per second when an API destination names no rate. Source: EventBridge quotas. */
const DEFAULT_RATE = 300;

export interface ApiDestination {
  readonly name: string;
  readonly account: string;
  readonly region: string;
  readonly arn: string;
  readonly description?: string;
  readonly connectionArn: string;
  readonly endpoint: string;
  readonly method: CreateApiDestinationRequest['HttpMethod'];
  readonly ratePerSecond: number;
  readonly createdAt: number;
  readonly modifiedAt: number;
}

export class ApiDestinations {
  readonly #table: Table<ApiDestination>;
  readonly #connections: Connections;

  constructor({ backbone }: Platform, connections: Connections) {
    this.#table = backbone.table(API_DESTINATIONS);
    this.#connections = connections;
  }

  find({ account, region }: Call, name: string): ApiDestination | undefined {
    return this.#table.get(`${account}:${region}:${name}`)?.value;
  }

  /** @throws ServiceError `ResourceNotFoundException` */
  get(call: Call, name: string): ApiDestination {
    const found = this.find(call, name);
    if (found) return found;
    const message = `Failed to describe the api-destination(s). An api-destination '${name}' does not exist.`;
    throw new ServiceError('ResourceNotFoundException', message);
  }

  list({ account, region }: Call): ApiDestination[] {
    return this.#table.list(`${account}:${region}:`).map(({ value }) => value);
  }

  all(): ApiDestination[] {
    return this.#table.list().map(({ value }) => value);
  }

  async put(apiDestination: ApiDestination): Promise<void> {
    const { account, region, name } = apiDestination;
    await this.#table.put(`${account}:${region}:${name}`, apiDestination);
  }

  async delete({ account, region, name }: ApiDestination): Promise<void> {
    await this.#table.delete(`${account}:${region}:${name}`);
  }

  /** What every operation returns about one. */
  describe(one: ApiDestination) {
    return {
      ApiDestinationArn: one.arn,
      Name: one.name,
      ApiDestinationState: this.stateOf(one),
      ConnectionArn: one.connectionArn,
      InvocationEndpoint: one.endpoint,
      HttpMethod: one.method,
      InvocationRateLimitPerSecond: one.ratePerSecond,
      CreationTime: one.createdAt,
      LastModifiedTime: one.modifiedAt,
    };
  }

  /** INACTIVE while its connection is not authorized. */
  stateOf({ connectionArn }: ApiDestination): 'ACTIVE' | 'INACTIVE' {
    return this.#connections.findSettings(connectionArn)?.state === 'AUTHORIZED' ? 'ACTIVE' : 'INACTIVE';
  }

  /** The API destination with this ARN as deliveries see it. */
  findSettings(arn: string): ApiDestinationSettings | undefined {
    const [, , , region, account, resource = ''] = arn.split(':');
    const found = this.#table.get(`${account}:${region}:${resource.split('/')[1]}`)?.value;
    if (found?.arn !== arn) return undefined;
    const { endpoint, method, ratePerSecond, connectionArn } = found;
    return { endpoint, method, ratePerSecond, connection: this.#connections.findSettings(connectionArn) };
  }
}

/** A new API destination, or one that an update changed; what `input` leaves out stays, and the rate has a default. */
export function buildApiDestination(
  input: UpdateApiDestinationRequest,
  { account, region }: Call,
  { previous, uuid, now }: { previous?: ApiDestination; uuid: string; now: number },
): ApiDestination {
  const description = input.Description ?? previous?.description;
  return {
    name: input.Name,
    account,
    region,
    arn:
      previous?.arn ??
      formatArn({ service: 'events', region, account, resource: `api-destination/${input.Name}/${uuid}` }),
    ...(description !== undefined && { description }),
    connectionArn: input.ConnectionArn ?? previous?.connectionArn ?? '',
    endpoint: input.InvocationEndpoint ?? previous?.endpoint ?? '',
    method: input.HttpMethod ?? previous?.method ?? 'POST',
    ratePerSecond: input.InvocationRateLimitPerSecond ?? previous?.ratePerSecond ?? DEFAULT_RATE,
    createdAt: previous?.createdAt ?? now,
    modifiedAt: now,
  };
}
