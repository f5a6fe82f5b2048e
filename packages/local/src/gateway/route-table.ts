// Finds the route for a request. Paths are compared segment by segment: a fixed segment before a parameter, a parameter
// before a greedy one (`{proxy+}`, one segment or more). A route that lacks the method is passed over: the next best
// one that has it serves the request. An HTTP API has `$default` to fall back on.
//
// Sources: API Gateway developer guide, "Routing API requests" (HTTP); for REST APIs measurements and a recorded case,
// see route-table.test.ts.
import type { DeployedRoute, DeployedStage } from './deployed-stage.ts';

export interface RouteMatch {
  readonly route: DeployedRoute;
  /** A REST API leaves them encoded as they were sent, an HTTP API decodes them. */
  readonly parameters: Readonly<Record<string, string>>;
}

interface CompiledRoute {
  readonly route: DeployedRoute;
  readonly segments: readonly Segment[];
}

type Segment =
  | { readonly kind: 'fixed'; readonly text: string }
  | { readonly kind: 'parameter' | 'greedy'; readonly name: string };

const RANK = { fixed: 0, parameter: 1, greedy: 2 } as const;

export class RouteTable {
  #kind: DeployedStage['kind'];
  #routes: readonly CompiledRoute[];
  #fallback: DeployedRoute | undefined;

  constructor({ kind, routes }: Pick<DeployedStage, 'kind' | 'routes'>) {
    this.#kind = kind;
    this.#fallback = routes.find((route) => route.path === '$default');
    this.#routes = routes
      .filter((route) => route !== this.#fallback)
      .map((route) => ({ route, segments: parsePath(route.path) }))
      .sort(bySpecificity);
  }

  /** `path` is as the client sent it, still encoded, without the stage. */
  find(method: string, path: string): RouteMatch | undefined {
    const isRest = this.#kind === 'rest';
    // A REST API takes `//orders/` for `/orders`.
    const given = (isRest ? path.replace(/^\/+/, '/') : path).split('/').slice(1);
    if (isRest && given.length > 1 && given.at(-1) === '') given.pop();
    const read = isRest ? (text: string) => text : decode;
    for (const { route, segments } of this.#routes) {
      if (route.method !== method && route.method !== 'ANY') continue;
      const parameters = matchSegments(segments, given, read);
      if (parameters) return { route, parameters };
    }
    return this.#fallback && { route: this.#fallback, parameters: {} };
  }
}

function parsePath(path: string): Segment[] {
  return path
    .split('/')
    .slice(1)
    .map((text): Segment => {
      const [, name, greedy] = /^\{([^}+]+)(\+?)\}$/.exec(text) ?? [];
      return name === undefined ? { kind: 'fixed', text } : { kind: greedy ? 'greedy' : 'parameter', name };
    });
}

function bySpecificity(a: CompiledRoute, b: CompiledRoute): number {
  for (let index = 0; index < Math.max(a.segments.length, b.segments.length); index++) {
    const [one, other] = [a.segments[index], b.segments[index]];
    const difference = (one ? RANK[one.kind] : -1) - (other ? RANK[other.kind] : -1);
    if (difference !== 0) return difference;
  }
  return Number(a.route.method === 'ANY') - Number(b.route.method === 'ANY');
}

/** `read` turns a part of the path into the value of a parameter. */
function matchSegments(
  segments: readonly Segment[],
  given: readonly string[],
  read: (text: string) => string,
): Record<string, string> | undefined {
  const parameters: [string, string][] = [];
  for (const [index, segment] of segments.entries()) {
    const text = given[index];
    if (text === undefined) return undefined;
    if (segment.kind === 'fixed') {
      if (segment.text !== text && segment.text !== decode(text)) return undefined;
    } else if (segment.kind === 'parameter') {
      if (text === '') return undefined;
      parameters.push([segment.name, read(text)]);
    } else {
      const rest = given.slice(index).join('/');
      if (rest === '') return undefined;
      return Object.fromEntries([...parameters, [segment.name, read(rest)]]);
    }
  }
  return given.length === segments.length ? Object.fromEntries(parameters) : undefined;
}

/** Percent-decodes; what is not valid stays as it is. */
export function decode(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}
