// HTTP APIs: create (also in one go with a target), read, list, change, delete, import from OpenAPI.

import type { Integration, Route, Stage } from '@earwitness/protocol/internal/aws/models/apigatewayv2.types';
import type { InputOf, OperationsOf } from '../../../call.ts';
import { parseOpenApi } from '../../../gateway/open-api.ts';
import type { MayStandIn } from '../../../gateway/unserved/not-served.ts';
import { badRequest, describeApi, type HttpApiRow } from '../http-api.ts';
import { takePage } from '../http-apis.ts';
import { importOpenApi } from '../open-api.ts';
import type { Parts } from '../parts.ts';

export function apiOperations({ platform, apis }: Parts) {
  const { table } = apis;
  const describe = (api: HttpApiRow) => describeApi(api, apis.endpointOf(api));
  const create = ({ account, region }: { account: string; region: string }, name: string): HttpApiRow => ({
    account,
    region,
    id: apis.newId(10),
    name,
    tags: {},
    createdDate: platform.clock.now(),
    integrations: {},
    routes: {},
    deployments: {},
    stages: {},
  });
  const read = async (body: string) => importOpenApi(await parseOpenApi(body), () => apis.newId(7));

  return {
    async CreateApi(input, call) {
      checkProtocol(input.ProtocolType, platform.standIns, input.Name);
      const { Description, Version, CorsConfiguration, Tags, Target, RouteKey } = input;
      const api: HttpApiRow = {
        ...create(call, input.Name),
        ...(input.ProtocolType === 'WEBSOCKET' && webSocketOf(input)),
        ...(Description !== undefined && { description: Description }),
        ...(Version !== undefined && { version: Version }),
        ...(CorsConfiguration && { cors: CorsConfiguration }),
        ...(Tags && { tags: Tags }),
      };
      if (Target === undefined) return describe(await apis.create(api));
      return describe(
        await apis.create({ ...api, ...quickCreate({ platform, apis }, Target, RouteKey ?? '$default') }),
      );
    },
    GetApi: ({ ApiId }, call) => describe(table.find(ApiId, call)),
    GetApis: (input, call) => takePage(table.list(call).map(describe), input),
    async UpdateApi({ ApiId, Name, Description, Version, CorsConfiguration, Target, RouteKey }, call) {
      if (Target !== undefined || RouteKey !== undefined) {
        throw badRequest('Earwitness changes targets with UpdateIntegration and UpdateRoute, not with UpdateApi.');
      }
      const changed = await apis.change(ApiId, call, (api) => ({
        ...api,
        name: Name ?? api.name,
        ...(Description !== undefined && { description: Description }),
        ...(Version !== undefined && { version: Version }),
        ...(CorsConfiguration && { cors: CorsConfiguration }),
      }));
      return describe(changed);
    },
    async DeleteApi({ ApiId }, call) {
      await apis.deleteApi(table.find(ApiId, call));
      return {};
    },
    ImportApi: async ({ Body }, call) =>
      describe(await apis.create({ ...create(call, 'Imported API'), ...(await read(Body)) })),
    async ReimportApi({ ApiId, Body }, call) {
      const imported = await read(Body);
      return describe(await apis.change(ApiId, call, (api) => ({ ...api, ...imported })));
    },
  } satisfies OperationsOf<'apigatewayv2'>;
}

function webSocketOf({ RouteSelectionExpression: selection }: InputOf<'apigatewayv2', 'CreateApi'>) {
  return { protocol: 'WEBSOCKET' as const, ...(selection !== undefined && { routeSelection: selection }) };
}

/** @throws ServiceError `BadRequestException` for any but HTTP APIs, where WebSocket APIs may not stand in. */
export function checkProtocol(protocol: string, standIns: MayStandIn, name?: string): void {
  if (protocol === 'HTTP' || (protocol === 'WEBSOCKET' && standIns.allows('AWS::ApiGatewayV2::Api'))) return;
  const shown = name === undefined ? '' : ` (${name})`;
  throw badRequest(`Earwitness serves HTTP APIs, not ${protocol} APIs${shown}.`);
}

/** The integration that CreateApi makes for its target, without an id. */
export function integrationOf(target: string): Integration {
  return {
    ApiGatewayManaged: true,
    ConnectionType: 'INTERNET',
    IntegrationMethod: 'POST',
    IntegrationType: /^https?:/.test(target) ? 'HTTP_PROXY' : 'AWS_PROXY',
    IntegrationUri: target,
    PayloadFormatVersion: '2.0',
    TimeoutInMillis: 30_000,
  };
}

// CreateApi with a target makes the route, its integration and a stage that follows every change.
function quickCreate(
  { platform, apis }: Parts,
  target: string,
  routeKey: string,
): Pick<HttpApiRow, 'integrations' | 'routes' | 'stages'> {
  const IntegrationId = apis.newId(7);
  const RouteId = apis.newId(7);
  const now = platform.clock.now();
  const integration: Integration = { ...integrationOf(target), IntegrationId };
  const route: Route = {
    ApiGatewayManaged: true,
    ApiKeyRequired: false,
    AuthorizationType: 'NONE',
    RouteId,
    RouteKey: routeKey,
    Target: `integrations/${IntegrationId}`,
  };
  const stage: Stage = {
    ApiGatewayManaged: true,
    AutoDeploy: true,
    CreatedDate: now,
    LastUpdatedDate: now,
    StageName: '$default',
  };
  return { integrations: { [IntegrationId]: integration }, routes: { [RouteId]: route }, stages: { $default: stage } };
}
