// Gateway responses: what an API says in place of its own refusals, once it is deployed.
import type { OperationsOf } from '../../../call.ts';
import { checkResponse, describeResponse, describeResponses, patchResponse } from '../gateway-response.ts';
import type { Parts } from '../parts.ts';
import { notFound, type OwnResponse } from '../rest-api.ts';

export function gatewayResponseOperations({ apis }: Parts) {
  const { table } = apis;
  return {
    async PutGatewayResponse({ restApiId, responseType, ...response }, call) {
      const api = table.find(restApiId, call);
      checkResponse(response);
      const gatewayResponses = { ...api.gatewayResponses, [responseType]: response };
      await table.save({ ...api, gatewayResponses });
      return describeResponse(responseType, gatewayResponses);
    },
    GetGatewayResponse: ({ restApiId, responseType }, call) =>
      describeResponse(responseType, table.find(restApiId, call).gatewayResponses),
    GetGatewayResponses: ({ restApiId }, call) => ({
      items: describeResponses(table.find(restApiId, call).gatewayResponses),
    }),
    async UpdateGatewayResponse({ restApiId, responseType, patchOperations = [] }, call) {
      const api = table.find(restApiId, call);
      const before: OwnResponse = api.gatewayResponses?.[responseType] ?? {};
      const response = patchOperations.reduce(patchResponse, before);
      checkResponse(response);
      const gatewayResponses = { ...api.gatewayResponses, [responseType]: response };
      await table.save({ ...api, gatewayResponses });
      return describeResponse(responseType, gatewayResponses);
    },
    async DeleteGatewayResponse({ restApiId, responseType }, call) {
      const api = table.find(restApiId, call);
      const { [responseType]: response, ...gatewayResponses } = api.gatewayResponses ?? {};
      if (!response) throw notFound('Gateway response type not defined on api');
      await table.save({ ...api, gatewayResponses });
      return {};
    },
  } satisfies OperationsOf<'apigateway'>;
}
