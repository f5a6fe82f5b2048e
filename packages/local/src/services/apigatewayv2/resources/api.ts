// CloudFormation: AWS::ApiGatewayV2::Api, also with an OpenAPI Body or with a Target (Ref: its id).
import { formatArn } from '@earwitness/protocol/internal/aws/arn';
import { ServiceError } from '@earwitness/protocol/internal/aws/errors';
import { apiName } from '../../../gateway/api-name.ts';
import { examineRoute } from '../../../gateway/unserved/examine-route.ts';
import { ownEntry } from '../../../own-entry.ts';
import { type Finding, refusalsOf } from '../../../resources/finding.ts';
import { isRecord, textProperty } from '../../../resources/properties.ts';
import type { Previous, Properties } from '../../../resources/resource.ts';
import { type ResourceContext, serviceResource } from '../../../resources/service-resource.ts';
import { changeTags } from '../../../resources/tags.ts';
import { createRoute } from '../deployment.ts';
import { importOpenApi } from '../open-api.ts';
import { checkProtocol, integrationOf } from '../operations/api.ts';

type Context = ResourceContext<'apigatewayv2'>;

export const apiResource = serviceResource('apigatewayv2', {
  type: 'AWS::ApiGatewayV2::Api',
  takenBy: ['CreateApi'],
  serves: [
    ...['Body', 'CorsConfiguration', 'Description', 'Name', 'ProtocolType', 'RouteKey'],
    ...['RouteSelectionExpression', 'Tags', 'Target', 'Version'],
  ],
  ignores: [
    ...['ApiKeySelectionExpression', 'BasePath', 'CredentialsArn', 'DisableExecuteApiEndpoint'],
    ...['DisableSchemaValidation', 'FailOnWarnings', 'IpAddressType'],
  ],
  gone: 'NotFoundException',
  async examine({ Body: body, ProtocolType: protocol = 'HTTP', RouteKey = '$default', Target: target }, { standIns }) {
    const path = ['ProtocolType'];
    const found: Finding[] = await refusalsOf(path, () => checkProtocol(String(protocol), standIns));
    if (found.length === 0 && protocol === 'WEBSOCKET') {
      const why = 'WebSocket APIs are not served';
      found.push({ kind: 'stands in', path, why, means: 'the API is made, and nothing listens' });
    }
    if (typeof target === 'string') {
      const route = () =>
        createRoute({ route: { RouteKey: String(RouteKey) }, integration: integrationOf(target) }, standIns);
      found.push(...(await examineRoute(['Target'], route)));
    }
    if (!isRecord(body)) return found;
    const imported = await refusalsOf(['Body'], async () => {
      const { authorizers, integrations, routes } = importOpenApi(body, counter());
      for (const route of Object.values(routes)) {
        const integration = ownEntry(integrations, route.Target?.replace('integrations/', ''));
        if (!integration) continue;
        const made = () => createRoute({ route, integration, authorizers }, standIns);
        found.push(...(await examineRoute(['Body'], made)));
      }
    });
    return [...imported, ...found];
  },
  async create({ Body: body, ...properties }, context) {
    const { logicalId, parse, run } = context;
    const defaults = { Name: apiName(body, logicalId), ProtocolType: 'HTTP' };
    const input = await parse('CreateApi', { ...defaults, ...properties });
    const { ApiId = '', ApiEndpoint = '' } = await run('CreateApi', input);
    const made = { physicalId: ApiId, attributes: { ApiId, ApiEndpoint } };
    context.began(made);
    await reimport(ApiId, body, context);
    return made;
  },
  async update(made, properties, context) {
    const { call, parse, previous, run } = context;
    const ApiId = made.physicalId;
    const { Body: body, Target: _, RouteKey: __, ...settings } = properties;
    await run('UpdateApi', { ...(await parse('UpdateApi', settings)), ApiId });
    await reimport(ApiId, body, context);
    await retarget(ApiId, properties, context);
    const ResourceArn = formatArn({
      service: 'apigateway',
      region: call.region,
      account: '',
      resource: `/apis/${ApiId}`,
    });
    await changeTags(previous, properties, {
      untag: (TagKeys) => run('UntagResource', { ResourceArn, TagKeys }),
      tag: (Tags) => run('TagResource', { ResourceArn, Tags }),
    });
    return made;
  },
  delete: ({ physicalId: ApiId }, { run }) => run('DeleteApi', { ApiId }),
});

/** Ids for routes that are looked at and not kept. */
function counter(): () => string {
  let last = 0;
  return () => String(++last);
}

async function reimport(ApiId: string, body: unknown, { run }: Context): Promise<void> {
  if (body !== undefined) await run('ReimportApi', { ApiId, Body: JSON.stringify(body) });
}

/** Changes the route and the integration that CreateApi made for the target. */
async function retarget(ApiId: string, properties: Properties, { previous, run }: Context & Previous): Promise<void> {
  const [target, key] = [textProperty(properties, 'Target'), textProperty(properties, 'RouteKey')];
  if (target === textProperty(previous, 'Target') && key === textProperty(previous, 'RouteKey')) return;
  const { Items: routes = [] } = await run('GetRoutes', { ApiId });
  const { RouteId, Target: integration = '' } = routes.find((route) => route.ApiGatewayManaged) ?? {};
  // The rollback of a target that was refused.
  if (RouteId === undefined && target === undefined) return;
  // Source: API Gateway V2 API reference, UpdateApi, target: "You can update a quick-created target, but you can't
  // remove it from an API."
  if (RouteId === undefined || target === undefined) {
    throw new ServiceError(
      'BadRequestException',
      'Only the target of an API that was created with one can be changed.',
    );
  }
  const IntegrationId = integration.replace('integrations/', '');
  await run('UpdateIntegration', { ApiId, IntegrationId, IntegrationUri: target });
  await run('UpdateRoute', { ApiId, RouteId, RouteKey: key ?? '$default' });
}
