// Which operation of a REST service a method and a path mean, and what the path's labels and the query string say.
import { ServiceError } from '../errors.ts';
import type { ServiceModel } from '../model.ts';
import type { WireRequest } from '../wire.ts';

/** A request that found its operation; everything is decoded. */
export interface RoutedRequest {
  readonly operation: string;
  readonly labels: ReadonlyMap<string, string>;
  readonly parameters: ReadonlyMap<string, readonly string[]>;
}

interface Route {
  readonly operation: string;
  readonly method: string;
  readonly segments: readonly ({ readonly text: string } | { readonly label: string })[];
  /** `key=value` pairs that the query string must hold (`mode=import`). */
  readonly query: readonly string[];
}

const routes = new WeakMap<ServiceModel, readonly Route[]>();

/**
 * Finds the operation. A trailing slash changes nothing: older CLIs write one.
 * @throws ServiceError `UnknownOperationException` that names method and path; `BadRequestException` for broken
 * percent-encoding
 */
export function routeRequest(model: ServiceModel, request: WireRequest): RoutedRequest {
  const path = request.path.split('/').slice(1);
  if (path.at(-1) === '') path.pop();
  const pairs = request.query === '' ? [] : request.query.split('&');
  const route = routesOf(model).find((candidate) => matches(candidate, request.method, path, pairs));
  if (!route) {
    const message = `Earwitness serves no operation of ${model.fullName} at ${request.method} ${request.path}.`;
    throw new ServiceError('UnknownOperationException', message, { status: 501 });
  }
  const labels = new Map<string, string>();
  for (const [index, segment] of route.segments.entries()) {
    if ('label' in segment) labels.set(segment.label, decode(path[index] ?? ''));
  }
  return { operation: route.operation, labels, parameters: parametersOf(pairs) };
}

function routesOf(model: ServiceModel): readonly Route[] {
  let known = routes.get(model);
  if (!known) {
    known = Object.entries(model.operations)
      .map(([operation, { method = 'POST', uri = '/' }]) => {
        const [path = '', query = ''] = uri.split('?');
        const segments = path
          .split('/')
          .filter((segment) => segment !== '')
          .map((segment) => (segment.startsWith('{') ? { label: segment.slice(1, -1) } : { text: segment }));
        return { operation, method, segments, query: query === '' ? [] : query.split('&') };
      })
      // Where two fit, the one that asks for more in the query string is meant.
      .sort((a, b) => b.query.length - a.query.length);
    routes.set(model, known);
  }
  return known;
}

function matches(route: Route, method: string, path: readonly string[], pairs: readonly string[]): boolean {
  return (
    route.method === method &&
    route.segments.length === path.length &&
    route.segments.every((segment, index) => ('text' in segment ? segment.text === path[index] : path[index] !== '')) &&
    route.query.every((pair) => pairs.includes(pair))
  );
}

function parametersOf(pairs: readonly string[]): Map<string, string[]> {
  const parameters = new Map<string, string[]>();
  for (const pair of pairs) {
    const [key = '', value = ''] = pair.replaceAll('+', ' ').split(/=(.*)/s).map(decode);
    const values = parameters.get(key);
    if (values) values.push(value);
    else parameters.set(key, [value]);
  }
  return parameters;
}

function decode(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch (cause) {
    throw new ServiceError('BadRequestException', 'The URI is not percent-encoded UTF-8.', { status: 400, cause });
  }
}
