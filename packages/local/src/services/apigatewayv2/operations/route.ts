// Routes of an HTTP API: a method and a path, or `$default`, and the integration that answers.

import type { Route } from '@earwitness/protocol/internal/aws/models/apigatewayv2.types';
import type { OperationsOf } from '../../../call.ts';
import { badRequest, conflict, entryOf, type HttpApiRow, without } from '../http-api.ts';
import { takePage } from '../http-apis.ts';
import type { Parts } from '../parts.ts';

export function routeOperations({ apis }: Parts) {
  const { table } = apis;
  const save = async (api: HttpApiRow, id: string, route: Route) => {
    checkKey(api, id, route.RouteKey);
    if (route.AuthorizerId !== undefined) entryOf(api.authorizers ?? {}, 'Authorizer', route.AuthorizerId);
    await apis.save({ ...api, routes: { ...api.routes, [id]: route } });
    return route;
  };
  return {
    CreateRoute({ ApiId, ...settings }, call) {
      const id = apis.newId(7);
      const defaults = { ApiKeyRequired: false, AuthorizationType: 'NONE' } as const;
      return save(table.find(ApiId, call), id, { ...defaults, ...settings, RouteId: id });
    },
    GetRoute: ({ ApiId, RouteId }, call) => entryOf(table.find(ApiId, call).routes, 'Route', RouteId),
    GetRoutes: (input, call) => takePage(Object.values(table.find(input.ApiId, call).routes), input),
    UpdateRoute({ ApiId, RouteId, RouteKey, ...settings }, call) {
      const api = table.find(ApiId, call);
      const route = entryOf(api.routes, 'Route', RouteId);
      return save(api, RouteId, { ...route, ...settings, RouteKey: RouteKey ?? route.RouteKey });
    },
    async DeleteRoute({ ApiId, RouteId }, call) {
      const api = table.find(ApiId, call);
      entryOf(api.routes, 'Route', RouteId);
      await apis.save({ ...api, routes: without(api.routes, RouteId) });
      return {};
    },
  } satisfies OperationsOf<'apigatewayv2'>;
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
