// Integrations of methods: what answers a request. What cannot run here is refused when the API is deployed.

import type { Integration, Method } from '@earwitness/protocol/internal/aws/models/apigateway.types';
import type { OperationsOf } from '../../../call.ts';
import { ownEntry } from '../../../own-entry.ts';
import { findProblem } from '../integration-check.ts';
import type { Parts } from '../parts.ts';
import { badRequest, findMethod, notFound, withMethod } from '../rest-api.ts';

export function integrationOperations({ apis }: Parts) {
  const { table } = apis;
  return {
    async PutIntegration({ restApiId, resourceId, httpMethod, integrationHttpMethod, ...settings }, call) {
      const { api, resource } = table.findResource({ restApiId, resourceId }, call);
      const method = findMethod(resource, httpMethod);
      const integration: Integration = {
        ...settings,
        ...(integrationHttpMethod !== undefined && { httpMethod: integrationHttpMethod }),
        passthroughBehavior: settings.passthroughBehavior ?? 'WHEN_NO_MATCH',
        timeoutInMillis: settings.timeoutInMillis ?? 29_000,
        cacheNamespace: settings.cacheNamespace ?? resourceId,
        cacheKeyParameters: settings.cacheKeyParameters ?? [],
      };
      const problem = findProblem(integration);
      if (problem !== undefined) throw badRequest(problem);
      await table.save(withMethod(api, resource, httpMethod, { ...method, methodIntegration: integration }));
      return integration;
    },
    GetIntegration: ({ restApiId, resourceId, httpMethod }, call) =>
      integrationOf(findMethod(table.findResource({ restApiId, resourceId }, call).resource, httpMethod)),
    async DeleteIntegration({ restApiId, resourceId, httpMethod }, call) {
      const { api, resource } = table.findResource({ restApiId, resourceId }, call);
      const { methodIntegration: _, ...method } = findMethod(resource, httpMethod);
      await table.save(withMethod(api, resource, httpMethod, method));
      return {};
    },
    async PutIntegrationResponse({ restApiId, resourceId, httpMethod, ...response }, call) {
      const { api, resource } = table.findResource({ restApiId, resourceId }, call);
      const method = findMethod(resource, httpMethod);
      const integration = integrationOf(method);
      const integrationResponses = { ...integration.integrationResponses, [response.statusCode]: response };
      const methodIntegration = { ...integration, integrationResponses };
      await table.save(withMethod(api, resource, httpMethod, { ...method, methodIntegration }));
      return response;
    },
    GetIntegrationResponse({ restApiId, resourceId, httpMethod, statusCode }, call) {
      const method = findMethod(table.findResource({ restApiId, resourceId }, call).resource, httpMethod);
      const response = ownEntry(integrationOf(method).integrationResponses, statusCode);
      if (!response) throw notFound('Invalid Response status code specified');
      return response;
    },
  } satisfies OperationsOf<'apigateway'>;
}

function integrationOf(method: Method): Integration {
  if (method.methodIntegration) return method.methodIntegration;
  // Recorded on AWS: LocalStack apigateway_api test_get_integration_non_existent.
  throw notFound('Invalid Integration identifier specified');
}
