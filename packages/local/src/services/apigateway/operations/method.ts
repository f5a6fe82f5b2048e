// Methods of resources and the responses that they declare.

import type { Method } from '@earwitness/protocol/internal/aws/models/apigateway.types';
import type { OperationsOf } from '../../../call.ts';
import { ownEntry } from '../../../own-entry.ts';
import { NO_AUTHORIZER } from '../authorizer.ts';
import type { Parts } from '../parts.ts';
import { badRequest, conflict, findMethod, notFound, withMethod } from '../rest-api.ts';

export function methodOperations({ apis }: Parts) {
  const { table } = apis;
  return {
    async PutMethod({ restApiId, resourceId, httpMethod, ...settings }, call) {
      const { api, resource } = table.findResource({ restApiId, resourceId }, call);
      checkMethod(httpMethod, settings);
      if (isAuthorized(settings) && !ownEntry(api.authorizers, settings.authorizerId)) throw badRequest(NO_AUTHORIZER);
      if (ownEntry(resource.methods, httpMethod)) throw conflict('Method already exists for this resource');
      const method: Method = { ...settings, httpMethod, apiKeyRequired: settings.apiKeyRequired ?? false };
      await table.save(withMethod(api, resource, httpMethod, method));
      return method;
    },
    GetMethod: ({ restApiId, resourceId, httpMethod }, call) =>
      findMethod(table.findResource({ restApiId, resourceId }, call).resource, httpMethod),
    async DeleteMethod({ restApiId, resourceId, httpMethod }, call) {
      const { api, resource } = table.findResource({ restApiId, resourceId }, call);
      findMethod(resource, httpMethod);
      await table.save(withMethod(api, resource, httpMethod, undefined));
      return {};
    },
    async PutMethodResponse({ restApiId, resourceId, httpMethod, ...response }, call) {
      const { api, resource } = table.findResource({ restApiId, resourceId }, call);
      const method = findMethod(resource, httpMethod);
      const methodResponses = { ...method.methodResponses, [response.statusCode]: response };
      await table.save(withMethod(api, resource, httpMethod, { ...method, methodResponses }));
      return response;
    },
    GetMethodResponse({ restApiId, resourceId, httpMethod, statusCode }, call) {
      const method = findMethod(table.findResource({ restApiId, resourceId }, call).resource, httpMethod);
      const response = ownEntry(method.methodResponses, statusCode);
      if (!response) throw notFound('Invalid Response status code specified');
      return response;
    },
  } satisfies OperationsOf<'apigateway'>;
}

const METHODS = ['GET', 'PUT', 'POST', 'DELETE', 'PATCH', 'OPTIONS', 'HEAD', 'ANY'];

/**
 * What PutMethod checks. Recorded on AWS: LocalStack apigateway_api test_put_method_validation,
 * test_method_request_parameters.
 * @throws ServiceError `BadRequestException`
 */
export function checkMethod(
  httpMethod: string,
  {
    authorizationType,
    authorizerId,
    requestParameters = {},
  }: Pick<Method, 'authorizationType' | 'authorizerId' | 'requestParameters'>,
): void {
  if (!METHODS.includes(httpMethod)) {
    throw badRequest(`Invalid HttpMethod specified. Valid options are ${METHODS.join(',')}`);
  }
  if (isAuthorized({ authorizationType }) && authorizerId === undefined) throw badRequest(NO_AUTHORIZER);
  const names = Object.keys(requestParameters).map((parameter) => parameter.split('.').slice(3).join('.'));
  if (new Set(names).size < names.length) {
    throw badRequest('Parameter names must be unique across querystring, header and path');
  }
}

/** Whether a method asks for one of its API's authorizers. */
function isAuthorized({ authorizationType = '' }: Pick<Method, 'authorizationType'>): boolean {
  return /^(CUSTOM|COGNITO_USER_POOLS)$/i.test(authorizationType);
}
