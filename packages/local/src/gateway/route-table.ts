// Finds the route for a request. Paths are compared segment by segment: a fixed segment before a parameter, a parameter
// before a greedy one (`{proxy+}`, one segment or more).
//
// A REST API chooses the resource first and has no answer when that one lacks the method; an HTTP API looks for the
// best route that takes the method, and has `$default` to fall back on. Sources: API Gateway developer guide, "Routing
// API requests" (HTTP) and "Resources" (REST).
import type { DeployedRoute, DeployedStage } from './deployed-stage.ts';

export interface RouteMatch {
  readonly route: DeployedRoute;
  /** Decoded. */
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
    const given = path.split('/').slice(1);
    // A REST API takes `/orders/` for `/orders`.
    if (this.#kind === 'rest' && given.length > 1 && given.at(-1) === '') given.pop();
    let resource: string | undefined;
    for (const { route, segments } of this.#routes) {
      if (resource !== undefined && route.path !== resource) continue;
      const parameters = matchSegments(segments, given);
      if (!parameters) continue;
      if (route.method === method || route.method === 'ANY') return { route, parameters };
      if (this.#kind === 'rest') resource = route.path;
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

function matchSegments(segments: readonly Segment[], given: readonly string[]): Record<string, string> | undefined {
  const parameters: [string, string][] = [];
  for (const [index, segment] of segments.entries()) {
    const text = given[index];
    if (text === undefined) return undefined;
    if (segment.kind === 'fixed') {
      if (segment.text !== text && segment.text !== decode(text)) return undefined;
    } else if (segment.kind === 'parameter') {
      if (text === '') return undefined;
      parameters.push([segment.name, decode(text)]);
    } else {
      const rest = given.slice(index).join('/');
      if (rest === '') return undefined;
      return Object.fromEntries([...parameters, [segment.name, decode(rest)]]);
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
