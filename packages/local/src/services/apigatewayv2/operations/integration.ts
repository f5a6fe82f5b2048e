// Integrations of an HTTP API. What cannot run here is refused when a route with it is deployed.

import type { Integration } from '@earwitness/protocol/internal/aws/models/apigatewayv2.types';
import type { OperationsOf } from '../../../call.ts';
import { badRequest, entryOf, without } from '../http-api.ts';
import { takePage } from '../http-apis.ts';
import type { Parts } from '../parts.ts';

export function integrationOperations({ apis }: Parts) {
  const { table } = apis;
  return {
    async CreateIntegration({ ApiId, ...settings }, call) {
      const id = apis.newId(7);
      const integration: Integration = {
        ...settings,
        IntegrationId: id,
        ConnectionType: settings.ConnectionType ?? 'INTERNET',
        PayloadFormatVersion: settings.PayloadFormatVersion ?? '1.0',
        TimeoutInMillis: settings.TimeoutInMillis ?? 30_000,
      };
      await apis.change(ApiId, call, (api) => ({
        ...api,
        integrations: { ...api.integrations, [id]: integration },
      }));
      return integration;
    },
    GetIntegration: ({ ApiId, IntegrationId }, call) =>
      entryOf(table.find(ApiId, call).integrations, 'Integration', IntegrationId),
    GetIntegrations: (input, call) => takePage(Object.values(table.find(input.ApiId, call).integrations), input),
    async UpdateIntegration({ ApiId, IntegrationId, ...settings }, call) {
      const { integrations } = await apis.change(ApiId, call, (api) => {
        const integration = { ...entryOf(api.integrations, 'Integration', IntegrationId), ...settings };
        return { ...api, integrations: { ...api.integrations, [IntegrationId]: integration } };
      });
      return entryOf(integrations, 'Integration', IntegrationId);
    },
    async DeleteIntegration({ ApiId, IntegrationId }, call) {
      await apis.change(ApiId, call, (api) => {
        entryOf(api.integrations, 'Integration', IntegrationId);
        const user = Object.values(api.routes).find((route) => route.Target === `integrations/${IntegrationId}`);
        if (user) {
          throw badRequest(
            `Cannot delete Integration '${IntegrationId}' because it is referenced by route '${user.RouteKey}'.`,
          );
        }
        return { ...api, integrations: without(api.integrations, IntegrationId) };
      });
      return {};
    },
  } satisfies OperationsOf<'apigatewayv2'>;
}
