// Authorizers of an HTTP API: who may call the routes that name them.
import type { Authorizer } from '@earwitness/protocol/internal/aws/models/apigatewayv2.types';
import type { OperationsOf } from '../../../call.ts';
import { checkName, createAuthorizer } from '../authorizer.ts';
import { badRequest, entryOf, type HttpApiRow, without } from '../http-api.ts';
import { takePage } from '../http-apis.ts';
import type { Parts } from '../parts.ts';

export function authorizerOperations({ apis }: Parts) {
  const { table } = apis;
  return {
    async CreateAuthorizer({ ApiId, ...settings }, call) {
      const id = apis.newId(7);
      const { authorizers } = await apis.change(ApiId, call, (api) => withAuthorizer(api, id, settings));
      return entryOf(authorizers ?? {}, 'Authorizer', id);
    },
    GetAuthorizer: ({ ApiId, AuthorizerId }, call) =>
      entryOf(table.find(ApiId, call).authorizers ?? {}, 'Authorizer', AuthorizerId),
    GetAuthorizers: (input, call) => takePage(Object.values(table.find(input.ApiId, call).authorizers ?? {}), input),
    async UpdateAuthorizer({ ApiId, AuthorizerId, ...settings }, call) {
      const { authorizers } = await apis.change(ApiId, call, (api) => {
        const before = entryOf(api.authorizers ?? {}, 'Authorizer', AuthorizerId);
        return withAuthorizer(api, AuthorizerId, { ...before, ...settings, Name: settings.Name ?? before.Name });
      });
      return entryOf(authorizers ?? {}, 'Authorizer', AuthorizerId);
    },
    async DeleteAuthorizer({ ApiId, AuthorizerId }, call) {
      await apis.change(ApiId, call, (api) => {
        entryOf(api.authorizers ?? {}, 'Authorizer', AuthorizerId);
        const user = Object.values(api.routes).find((route) => route.AuthorizerId === AuthorizerId);
        if (user) {
          throw badRequest(
            `Cannot delete Authorizer '${AuthorizerId}' because it is referenced by route '${user.RouteKey}'.`,
          );
        }
        return { ...api, authorizers: without(api.authorizers ?? {}, AuthorizerId) };
      });
      return {};
    },
    async ResetAuthorizersCache({ ApiId, StageName }, call) {
      const api = table.find(ApiId, call);
      entryOf(api.stages, 'Stage', StageName);
      // What authorizers said is kept with the stages that requests meet.
      await apis.publish(api, StageName);
      return {};
    },
  } satisfies OperationsOf<'apigatewayv2'>;
}

function withAuthorizer(api: HttpApiRow, id: string, settings: Omit<Authorizer, 'AuthorizerId'>): HttpApiRow {
  const authorizer = createAuthorizer(id, settings, api.protocol === 'WEBSOCKET');
  checkName(api.authorizers ?? {}, authorizer);
  return { ...api, authorizers: { ...api.authorizers, [id]: authorizer } };
}
