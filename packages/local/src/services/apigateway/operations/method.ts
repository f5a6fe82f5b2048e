// Methods of resources and the responses that they declare.

import type { Method } from '@earwitness/protocol/internal/aws/models/apigateway.types';
import type { OperationsOf } from '../../../call.ts';
import { ownEntry } from '../../../own-entry.ts';
import type { Parts } from '../parts.ts';
import { conflict, findMethod, findResource, notFound, withMethod } from '../rest-api.ts';

export function methodOperations({ apis }: Parts) {
  const { table } = apis;
  return {
    async PutMethod({ restApiId, resourceId, httpMethod, ...settings }, call) {
      const api = table.find(restApiId, call);
      const resource = findResource(api, resourceId);
      if (ownEntry(resource.methods, httpMethod)) throw conflict('Method already exists for this resource');
      const method: Method = { ...settings, httpMethod, apiKeyRequired: settings.apiKeyRequired ?? false };
      await table.save(withMethod(api, resource, httpMethod, method));
      return method;
    },
    GetMethod: ({ restApiId, resourceId, httpMethod }, call) =>
      findMethod(findResource(table.find(restApiId, call), resourceId), httpMethod),
    async DeleteMethod({ restApiId, resourceId, httpMethod }, call) {
      const api = table.find(restApiId, call);
      const resource = findResource(api, resourceId);
      findMethod(resource, httpMethod);
      await table.save(withMethod(api, resource, httpMethod, undefined));
      return {};
    },
    async PutMethodResponse({ restApiId, resourceId, httpMethod, ...response }, call) {
      const api = table.find(restApiId, call);
      const resource = findResource(api, resourceId);
      const method = findMethod(resource, httpMethod);
      const methodResponses = { ...method.methodResponses, [response.statusCode]: response };
      await table.save(withMethod(api, resource, httpMethod, { ...method, methodResponses }));
      return response;
    },
    GetMethodResponse({ restApiId, resourceId, httpMethod, statusCode }, call) {
      const method = findMethod(findResource(table.find(restApiId, call), resourceId), httpMethod);
      const response = ownEntry(method.methodResponses, statusCode);
      if (!response) throw notFound('Invalid Response status code specified');
      return response;
    },
  } satisfies OperationsOf<'apigateway'>;
}
