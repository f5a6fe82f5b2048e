// Integrations of methods: what answers a request. What cannot run here is refused when the API is deployed.

import type { Integration, Method } from '@earwitness/protocol/internal/aws/models/apigateway.types';
import type { OperationsOf } from '../../../call.ts';
import { ownEntry } from '../../../own-entry.ts';
import type { Parts } from '../parts.ts';
import { findMethod, findResource, notFound, withMethod } from '../rest-api.ts';

export function integrationOperations({ apis }: Parts) {
  const { table } = apis;
  return {
    async PutIntegration({ restApiId, resourceId, httpMethod, integrationHttpMethod, ...settings }, call) {
      const api = table.find(restApiId, call);
      const resource = findResource(api, resourceId);
      const method = findMethod(resource, httpMethod);
      const integration: Integration = {
        ...settings,
        ...(integrationHttpMethod !== undefined && { httpMethod: integrationHttpMethod }),
        passthroughBehavior: settings.passthroughBehavior ?? 'WHEN_NO_MATCH',
        timeoutInMillis: settings.timeoutInMillis ?? 29_000,
        cacheNamespace: settings.cacheNamespace ?? resourceId,
        cacheKeyParameters: settings.cacheKeyParameters ?? [],
      };
      await table.save(withMethod(api, resource, httpMethod, { ...method, methodIntegration: integration }));
      return integration;
    },
    GetIntegration: ({ restApiId, resourceId, httpMethod }, call) =>
      integrationOf(findMethod(findResource(table.find(restApiId, call), resourceId), httpMethod)),
    async DeleteIntegration({ restApiId, resourceId, httpMethod }, call) {
      const api = table.find(restApiId, call);
      const resource = findResource(api, resourceId);
      const { methodIntegration: _, ...method } = findMethod(resource, httpMethod);
      await table.save(withMethod(api, resource, httpMethod, method));
      return {};
    },
    async PutIntegrationResponse({ restApiId, resourceId, httpMethod, ...response }, call) {
      const api = table.find(restApiId, call);
      const resource = findResource(api, resourceId);
      const method = findMethod(resource, httpMethod);
      const integration = integrationOf(method);
      const integrationResponses = { ...integration.integrationResponses, [response.statusCode]: response };
      const methodIntegration = { ...integration, integrationResponses };
      await table.save(withMethod(api, resource, httpMethod, { ...method, methodIntegration }));
      return response;
    },
    GetIntegrationResponse({ restApiId, resourceId, httpMethod, statusCode }, call) {
      const method = findMethod(findResource(table.find(restApiId, call), resourceId), httpMethod);
      const response = ownEntry(integrationOf(method).integrationResponses, statusCode);
      if (!response) throw notFound('Invalid Response status code specified');
      return response;
    },
  } satisfies OperationsOf<'apigateway'>;
}

function integrationOf(method: Method): Integration {
  if (method.methodIntegration) return method.methodIntegration;
  throw notFound('No integration defined for method');
}
