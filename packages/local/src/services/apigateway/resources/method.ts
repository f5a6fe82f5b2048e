// CloudFormation: AWS::ApiGateway::Method with its integration and their responses (Ref: API, resource and method).
import type { Integration, IntegrationResponse } from '@earwitness/protocol/internal/aws/models/apigateway.types';
import { examineRoute } from '../../../gateway/unserved/examine-route.ts';
import { fineIfGone } from '../../../resources/gone.ts';
import { isRecord } from '../../../resources/properties.ts';
import type { Properties } from '../../../resources/resource.ts';
import { type ResourceContext, serviceResource } from '../../../resources/service-resource.ts';
import { createRoute } from '../deployment.ts';
import { findProblem } from '../integration-check.ts';
import { checkMethod } from '../operations/method.ts';
import { badRequest } from '../rest-api.ts';

export const methodResource = serviceResource('apigateway', {
  type: 'AWS::ApiGateway::Method',
  serves: [
    ...['ApiKeyRequired', 'AuthorizationScopes', 'AuthorizationType', 'AuthorizerId', 'HttpMethod', 'Integration'],
    ...['MethodResponses', 'ResourceId', 'RestApiId'],
  ],
  ignores: ['OperationName', 'RequestModels', 'RequestParameters', 'RequestValidatorId'],
  gone: 'NotFoundException',
  async examine(properties, { logicalId, parse, standIns }) {
    const { HttpMethod: httpMethod, Integration: declared, MethodResponses: _, ...settings } = properties;
    return examineRoute([], async () => {
      const asked = await parse('PutMethod', { AuthorizationType: 'NONE', ...settings });
      checkMethod(String(httpMethod), asked);
      const { authorizationType, authorizerId, apiKeyRequired } = asked;
      const method = { authorizationType, authorizerId, apiKeyRequired };
      const resource = { id: '', path: `(${logicalId})`, methods: {} };
      const methodIntegration = await integrationOf(objectOf(declared), parse);
      const whole = declared === undefined ? method : { ...method, methodIntegration };
      return createRoute({ resource, httpMethod: String(httpMethod), method: whole }, standIns);
    });
  },
  async create(properties, context) {
    const { restApiId, resourceId, httpMethod } = keyOf(properties);
    const made = { physicalId: `${restApiId}|${resourceId}|${httpMethod}`, attributes: {} };
    await put(properties, context, () => context.began(made));
    return made;
  },
  async update(made, properties, context) {
    await fineIfGone('NotFoundException')(context.run('DeleteMethod', keyOf(properties)));
    await put(properties, context);
    return made;
  },
  delete: (_made, { properties, run }) => run('DeleteMethod', keyOf(properties)),
});

/** The integration as it would stand on the method. @throws ServiceError `BadRequestException` */
async function integrationOf(
  declared: Properties,
  parse: ResourceContext<'apigateway'>['parse'],
): Promise<Integration> {
  const { httpMethod: _, integrationHttpMethod: httpMethod, ...integration } = await parse('PutIntegration', declared);
  const problem = findProblem({ ...integration, ...(httpMethod !== undefined && { httpMethod }) });
  if (problem !== undefined) throw badRequest(problem);
  const responses: Record<string, IntegrationResponse> = {};
  for (const response of listOf(declared['IntegrationResponses'])) {
    const parsed = await parse('PutIntegrationResponse', response);
    responses[parsed.statusCode] = parsed;
  }
  return { ...integration, integrationResponses: responses };
}

async function put(
  properties: Properties,
  { parse, run }: ResourceContext<'apigateway'>,
  began = () => {},
): Promise<void> {
  const { Integration, MethodResponses, ...settings } = properties;
  const key = keyOf(properties);
  await run('PutMethod', { ...(await parse('PutMethod', { AuthorizationType: 'NONE', ...settings })), ...key });
  began();
  for (const { ResponseModels: _, ...response } of listOf(MethodResponses)) {
    await run('PutMethodResponse', { ...(await parse('PutMethodResponse', response)), ...key });
  }
  if (Integration === undefined) return;
  const integration = objectOf(Integration);
  await run('PutIntegration', { ...(await parse('PutIntegration', integration)), ...key });
  for (const response of listOf(integration['IntegrationResponses'])) {
    await run('PutIntegrationResponse', { ...(await parse('PutIntegrationResponse', response)), ...key });
  }
}

function keyOf(properties: Properties): { restApiId: string; resourceId: string; httpMethod: string } {
  return {
    restApiId: String(properties['RestApiId']),
    resourceId: String(properties['ResourceId']),
    httpMethod: String(properties['HttpMethod']),
  };
}

function listOf(value: unknown): Properties[] {
  return Array.isArray(value) ? value.map(objectOf) : [];
}

/** Anything but an object has nothing of what the operations require, and is refused by them. */
function objectOf(value: unknown): Properties {
  return isRecord(value) ? value : {};
}
