// Routes of an HTTP API: a method and a path, or `$default`, and the integration that answers.

import type { Route } from '@earwitness/protocol/internal/aws/models/apigatewayv2.types';
import type { OperationsOf } from '../../../call.ts';
import { badRequest, conflict, entryOf, type HttpApiRow, without } from '../http-api.ts';
import { takePage } from '../http-apis.ts';
import type { Parts } from '../parts.ts';

export function routeOperations({ apis }: Parts) {
  const { table } = apis;
  return {
    async CreateRoute({ ApiId, ...settings }, call) {
      const id = apis.newId(7);
      const defaults = { ApiKeyRequired: false, AuthorizationType: 'NONE' } as const;
      const route: Route = { ...defaults, ...settings, RouteId: id };
      await apis.change(ApiId, call, (api) => withRoute(api, id, route));
      return route;
    },
    GetRoute: ({ ApiId, RouteId }, call) => entryOf(table.find(ApiId, call).routes, 'Route', RouteId),
    GetRoutes: (input, call) => takePage(Object.values(table.find(input.ApiId, call).routes), input),
    async UpdateRoute({ ApiId, RouteId, RouteKey, ...settings }, call) {
      const { routes } = await apis.change(ApiId, call, (api) => {
        const route = entryOf(api.routes, 'Route', RouteId);
        return withRoute(api, RouteId, { ...route, ...settings, RouteKey: RouteKey ?? route.RouteKey });
      });
      return entryOf(routes, 'Route', RouteId);
    },
    async DeleteRoute({ ApiId, RouteId }, call) {
      await apis.change(ApiId, call, (api) => {
        entryOf(api.routes, 'Route', RouteId);
        return { ...api, routes: without(api.routes, RouteId) };
      });
      return {};
    },
  } satisfies OperationsOf<'apigatewayv2'>;
}

function withRoute(api: HttpApiRow, id: string, route: Route): HttpApiRow {
  checkKey(api, id, route.RouteKey);
  if (route.AuthorizerId !== undefined) entryOf(api.authorizers ?? {}, 'Authorizer', route.AuthorizerId);
  return { ...api, routes: { ...api.routes, [id]: route } };
}

function checkKey(api: HttpApiRow, id: string, key: string): void {
  if (
    api.protocol !== 'WEBSOCKET' &&
    key !== '$default' &&
    !/^(ANY|GET|PUT|POST|DELETE|OPTIONS|HEAD|PATCH) \/\S*$/.test(key)
  ) {
    throw badRequest(
      `The provided route key '${key}' is not formatted properly for HTTP protocol. Format should be "<HTTP METHOD> /<RESOURCE PATH>" or "$default"`,
    );
  }
  if (Object.values(api.routes).some((route) => route.RouteKey === key && route.RouteId !== id)) {
    throw conflict(`Route with key ${key} already exists for this API`);
  }
}
