// A REST API as it stands in the table: one row with its resources, methods, deployments and stages, so that every
// change is one write. What requests meet is the deployed snapshot of it (gateway/deployed-stage.ts).
import { ServiceError } from '@earwitness/protocol/internal/aws/errors';
import type {
  Authorizer,
  EndpointConfiguration,
  GatewayResponse,
  Method,
  Resource,
  RestApi,
  Stage,
} from '@earwitness/protocol/internal/aws/models/apigateway.types';
import type { Backbone } from '../../backbone/backbone.ts';
import { type Table, tableOf } from '../../backbone/table.ts';
import type { DeployedRoute } from '../../gateway/deployed-stage.ts';
import type { DeployedResponses, ResponseType } from '../../gateway/responses/deployed-response.ts';
import { ownEntry } from '../../own-entry.ts';

const APIS = tableOf<RestApiRow>('apigateway/apis');

export interface ApiResource {
  readonly id: string;
  readonly parentId?: string;
  readonly pathPart?: string;
  /** `/orders/{id}` */
  readonly path: string;
  /** By HTTP method or `ANY`. */
  readonly methods: Readonly<Record<string, Method>>;
}

export interface ApiDeployment {
  readonly id: string;
  readonly description?: string;
  /** Epoch milliseconds. */
  readonly createdDate: number;
  readonly routes: readonly DeployedRoute[];
  readonly responses: DeployedResponses;
}

export interface ApiStage {
  readonly stageName: string;
  readonly deploymentId: string;
  readonly description?: string;
  readonly variables: Readonly<Record<string, string>>;
  readonly tracingEnabled: boolean;
  readonly tags: Readonly<Record<string, string>>;
  readonly createdDate: number;
  readonly lastUpdatedDate: number;
}

/** What somebody put in place of a default of the gateway. */
export type OwnResponse = Pick<GatewayResponse, 'statusCode' | 'responseParameters' | 'responseTemplates'>;

export type OwnResponses = Partial<Readonly<Record<ResponseType, OwnResponse>>>;

export interface RestApiRow {
  readonly account: string;
  readonly region: string;
  readonly id: string;
  readonly name: string;
  readonly description?: string;
  readonly version?: string;
  readonly createdDate: number;
  readonly binaryMediaTypes: readonly string[];
  /** Bytes. Shown, and nothing else: answers are not compressed here. */
  readonly minimumCompressionSize?: number;
  readonly endpointConfiguration: EndpointConfiguration;
  readonly tags: Readonly<Record<string, string>>;
  readonly rootResourceId: string;
  readonly resources: Readonly<Record<string, ApiResource>>;
  /** Left out: there are none. */
  readonly authorizers?: Readonly<Record<string, Authorizer>>;
  /** Left out: from the header `x-api-key`. */
  readonly apiKeySource?: 'AUTHORIZER';
  /** Left out: the gateway says everything in its own words. */
  readonly gatewayResponses?: OwnResponses;
  readonly deployments: Readonly<Record<string, ApiDeployment>>;
  readonly stages: Readonly<Record<string, ApiStage>>;
}

interface Place {
  readonly account: string;
  readonly region: string;
}

export class RestApiTable {
  #table: Table<RestApiRow>;

  constructor(backbone: Backbone) {
    this.#table = backbone.table(APIS);
  }

  /** @throws ServiceError `NotFoundException` */
  find(id: string, { account, region }: Place): RestApiRow {
    const row = this.#table.get(`${account}/${region}/${id}`);
    if (row) return row.value;
    throw notFound(`Invalid API identifier specified ${account}:${id}`);
  }

  /**
   * A resource with its API, for what is said of methods: there AWS complains of the resource when the API is not
   * there. Recorded on AWS: LocalStack apigateway_api test_put_method_validation, test_get_integration_non_existent.
   * @throws ServiceError `NotFoundException`
   */
  findResource(
    { restApiId, resourceId }: { readonly restApiId: string; readonly resourceId: string },
    { account, region }: Place,
  ): { readonly api: RestApiRow; readonly resource: ApiResource } {
    const api = this.#table.get(`${account}/${region}/${restApiId}`)?.value;
    if (!api) throw notFound('Invalid Resource identifier specified');
    return { api, resource: findResource(api, resourceId) };
  }

  list({ account, region }: Place): RestApiRow[] {
    return this.#table.list(`${account}/${region}/`).map((row) => row.value);
  }

  all(): RestApiRow[] {
    return this.#table.list().map((row) => row.value);
  }

  async save(api: RestApiRow): Promise<void> {
    await this.#table.put(`${api.account}/${api.region}/${api.id}`, api);
  }

  async delete({ account, region, id }: RestApiRow): Promise<void> {
    await this.#table.delete(`${account}/${region}/${id}`);
  }
}

/** @throws ServiceError `NotFoundException` */
export function findResource(api: RestApiRow, id: string): ApiResource {
  const resource = ownEntry(api.resources, id);
  if (resource) return resource;
  throw notFound('Invalid Resource identifier specified');
}

/**
 * Why AWS refuses a resource below `parent`: one variable part for each parent, none below a greedy one.
 * Recorded on AWS: LocalStack apigateway_api test_create_proxy_resource_validation.
 */
export function findFamilyProblem(
  resources: Iterable<ApiResource>,
  parent: ApiResource,
  pathPart: string,
): string | undefined {
  if (parent.pathPart?.endsWith('+}')) {
    return `Cannot create a child of a resource with a greedy path variable: ${parent.pathPart}`;
  }
  if (!pathPart.startsWith('{')) return undefined;
  for (const { parentId, pathPart: other = '' } of resources) {
    if (parentId !== parent.id || other === pathPart || !other.startsWith('{')) continue;
    return `A sibling (${other}) of this resource already has a variable path part -- only one is allowed`;
  }
  return undefined;
}

/** @throws ServiceError `NotFoundException` */
export function findMethod(resource: ApiResource, httpMethod: string): Method {
  const method = ownEntry(resource.methods, httpMethod);
  if (method) return method;
  throw notFound('Invalid Method identifier specified');
}

/** The API with one method of one resource changed, or removed. */
export function withMethod(
  api: RestApiRow,
  resource: ApiResource,
  httpMethod: string,
  method: Method | undefined,
): RestApiRow {
  const { [httpMethod]: _, ...others } = resource.methods;
  const methods = method ? { ...others, [httpMethod]: method } : others;
  return { ...api, resources: { ...api.resources, [resource.id]: { ...resource, methods } } };
}

/**
 * An API as GetRestApi shows it. Creating and listing leave empty tags out (`describeNewApi`).
 * Recorded on AWS: LocalStack apigateway_api (TestApiGatewayApiRestApi), apigateway_import.
 */
export function describeApi(api: RestApiRow): RestApi {
  const { id, name, description, version, createdDate, binaryMediaTypes, endpointConfiguration, tags } = api;
  const { minimumCompressionSize } = api;
  return {
    id,
    name,
    ...(description !== undefined && { description }),
    ...(version !== undefined && { version }),
    createdDate,
    ...(binaryMediaTypes.length > 0 && { binaryMediaTypes }),
    ...(minimumCompressionSize !== undefined && { minimumCompressionSize }),
    apiKeySource: api.apiKeySource ?? 'HEADER',
    endpointConfiguration,
    tags,
    disableExecuteApiEndpoint: false,
    rootResourceId: api.rootResourceId,
  };
}

export function describeNewApi(api: RestApiRow): RestApi {
  const { tags, ...described } = describeApi(api);
  return Object.keys(api.tags).length > 0 ? { ...described, tags } : described;
}

export function describeResource({ methods, ...resource }: ApiResource): Resource {
  return { ...resource, ...(Object.keys(methods).length > 0 && { resourceMethods: methods }) };
}

export function describeStage(stage: ApiStage): Stage {
  const { variables, tags, ...rest } = stage;
  return {
    ...rest,
    cacheClusterEnabled: false,
    cacheClusterStatus: 'NOT_AVAILABLE',
    methodSettings: {},
    ...(Object.keys(variables).length > 0 && { variables }),
    ...(Object.keys(tags).length > 0 && { tags }),
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
