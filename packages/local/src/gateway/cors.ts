// CORS as an HTTP API does it for the function: it answers preflight requests itself and puts its own headers on every
// answer in place of the function's. Source: API Gateway developer guide, "Configure CORS for HTTP APIs".
import type { GatewayAnswer } from './answer.ts';
import type { CorsRules } from './deployed-stage.ts';
import { type GatewayRequest, headerOf } from './request.ts';

/** The rules as AWS's models have them, for HTTP APIs and function URLs alike. */
interface ConfiguredCors {
  readonly AllowCredentials?: boolean | undefined;
  readonly AllowHeaders?: readonly string[] | undefined;
  readonly AllowMethods?: readonly string[] | undefined;
  readonly AllowOrigins?: readonly string[] | undefined;
  readonly ExposeHeaders?: readonly string[] | undefined;
  readonly MaxAge?: number | undefined;
}

export function createCorsRules(cors: ConfiguredCors): CorsRules {
  return {
    allowCredentials: cors.AllowCredentials ?? false,
    allowHeaders: cors.AllowHeaders ?? [],
    allowMethods: cors.AllowMethods ?? [],
    allowOrigins: cors.AllowOrigins ?? [],
    exposeHeaders: cors.ExposeHeaders ?? [],
    ...(cors.MaxAge !== undefined && { maxAgeSeconds: cors.MaxAge }),
  };
}

export function isPreflight(request: GatewayRequest): boolean {
  return (
    request.method === 'OPTIONS' &&
    headerOf(request, 'origin') !== undefined &&
    headerOf(request, 'access-control-request-method') !== undefined
  );
}

export function answerPreflight(rules: CorsRules, request: GatewayRequest): GatewayAnswer {
  const origin = originHeaders(rules, request);
  const headers: [string, string][] = [...origin];
  const add = (name: string, value: string) => value !== '' && headers.push([name, value]);
  if (origin.length > 0) {
    add('access-control-allow-methods', rules.allowMethods.join(','));
    add('access-control-allow-headers', rules.allowHeaders.join(','));
    add('access-control-max-age', rules.maxAgeSeconds === undefined ? '' : String(rules.maxAgeSeconds));
  }
  return { status: 204, headers, body: Buffer.alloc(0) };
}

export function addCorsHeaders(rules: CorsRules, request: GatewayRequest, answer: GatewayAnswer): GatewayAnswer {
  const own = answer.headers.filter(([name]) => !name.toLowerCase().startsWith('access-control-'));
  const origin = originHeaders(rules, request);
  const exposed: [string, string][] =
    origin.length > 0 && rules.exposeHeaders.length > 0
      ? [['access-control-expose-headers', rules.exposeHeaders.join(',')]]
      : [];
  return { ...answer, headers: [...own, ...origin, ...exposed] };
}

function originHeaders(rules: CorsRules, request: GatewayRequest): [string, string][] {
  const origin = headerOf(request, 'origin');
  if (origin === undefined) return [];
  const anybody = rules.allowOrigins.includes('*');
  if (!anybody && !rules.allowOrigins.some((allowed) => matches(allowed, origin))) return [];
  return [
    ['access-control-allow-origin', anybody ? '*' : origin],
    ...(rules.allowCredentials ? [['access-control-allow-credentials', 'true'] satisfies [string, string]] : []),
  ];
}

// `https://*` and `http://*` stand for every origin of that scheme.
function matches(allowed: string, origin: string): boolean {
  return allowed.endsWith('://*') ? origin.startsWith(allowed.slice(0, -1)) : allowed === origin;
}
