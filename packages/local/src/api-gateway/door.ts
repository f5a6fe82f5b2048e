// The data plane of deployed APIs. Takes requests at /_aws/execute-api/API/STAGE/path (an HTTP API's $default stage needs no name),
// at /restapis/API/STAGE/_user_request_/path, and for the host API.execute-api.…; answers by the stage's routes.
import type { Table } from '../backbone/table.ts';
import { BodyTooLarge, readBody } from '../http/body.ts';
import type { Door, HttpRequest, HttpResponse } from '../http/door.ts';
import type { Ground } from '../service.ts';
import { createTraceId } from '../trace.ts';
import type { GatewayAnswer } from './answer.ts';
import { addCorsHeaders, answerPreflight, isPreflight } from './cors.ts';
import { type DeployedStage, deployedStages } from './deployed-stage.ts';
import { extendedId } from './event-1.0.ts';
import { type Outcome, runIntegration } from './integration.ts';
import { createRefusal } from './refusal.ts';
import { createGatewayRequest, type GatewayRequest } from './request.ts';
import { decode, RouteTable } from './route-table.ts';

/** Bytes in a request. Source: API Gateway quotas, "Payload size" (10 MB). */
const REQUEST_MAX_BYTES = 10 * 1024 * 1024;

/** Headers that REST APIs send under another name. Source: API Gateway developer guide, "Important notes". */
const REMAPPED = new Set([
  ...['authorization', 'connection', 'content-length', 'content-md5', 'date', 'expect', 'host', 'max-forwards'],
  ...['proxy-authenticate', 'server', 'te', 'trailer', 'transfer-encoding', 'upgrade', 'user-agent', 'via'],
  'www-authenticate',
]);
/** Headers that belong to the connection, which is ours. */
const OURS = new Set(['connection', 'content-length', 'keep-alive', 'transfer-encoding', 'upgrade', 'trailer', 'te']);

interface Address {
  readonly apiId: string;
  /** Starts with `/`; the stage may be its first segment. */
  readonly path: string;
  readonly query: string;
}

interface Place {
  readonly stage: DeployedStage;
  /** Without the stage. */
  readonly path: string;
}

export function createExecuteApiDoor(ground: Ground): Door {
  const { clock, ids, journal } = ground;
  const stages = deployedStages(ground.backbone);
  const routes = new WeakMap<DeployedStage, RouteTable>();

  function routesOf(stage: DeployedStage): RouteTable {
    const known = routes.get(stage) ?? new RouteTable(stage);
    routes.set(stage, known);
    return known;
  }

  async function answer(stage: DeployedStage, request: GatewayRequest): Promise<Outcome> {
    const { cors } = stage;
    if (cors && isPreflight(request)) return { answer: answerPreflight(cors, request) };
    const match = routesOf(stage).find(request.method, request.path);
    const outcome = match
      ? await runIntegration(ground, stage, match, request)
      : {
          answer: createRefusal(stage.kind, 'no route'),
          reason: `the ${stage.kind === 'rest' ? 'REST' : 'HTTP'} API has no route for ${request.method} ${request.path}`,
        };
    return cors ? { ...outcome, answer: addCorsHeaders(cors, request, outcome.answer) } : outcome;
  }

  async function handle(request: HttpRequest, response: HttpResponse): Promise<void> {
    const started = clock.elapsed();
    const at = clock.now();
    const address = parseAddress(request);
    const place = findPlace(stages, address);
    const given = request.headers['x-amzn-trace-id'];
    const traceId = typeof given === 'string' ? given : createTraceId(ground);
    const requestId = ids.uuid();
    journal.record({
      kind: 'request.received',
      requestId,
      apiId: address.apiId,
      stage: place?.stage.stage ?? '',
      method: request.method ?? '',
      path: place?.path ?? address.path,
      traceId,
    });
    const finish = ({ answer, reason }: Outcome) => {
      journal.record({
        kind: 'request.answered',
        requestId,
        status: answer.status,
        durationMs: clock.elapsed() - started,
        traceId,
        ...(reason !== undefined && { reason }),
      });
      send(response, answer, { kind: place?.stage.kind ?? 'rest', requestId, traceId });
    };
    if (!place) {
      request.resume();
      const reason = `no deployed API has the id ${address.apiId} and a stage for ${address.path}`;
      return finish({ answer: createRefusal(kindOf(stages, address.apiId), 'no stage'), reason });
    }
    let body: Buffer;
    try {
      body = await readBody(request, REQUEST_MAX_BYTES);
    } catch (error) {
      const tooLarge = error instanceof BodyTooLarge;
      const reason = error instanceof Error ? error.message : String(error);
      return finish({ answer: createRefusal(place.stage.kind, tooLarge ? 'too large' : 'failed'), reason });
    }
    const sent = { path: place.path, query: address.query, body, requestId, traceId, at };
    finish(await answer(place.stage, createGatewayRequest(request, sent)));
  }

  return { name: 'execute-api', accepts: (request) => readAddress(request) !== undefined, handle };
}

function parseAddress(request: HttpRequest): Address {
  return readAddress(request) ?? { apiId: '', path: '/', query: '' };
}

function readAddress(request: HttpRequest): Address | undefined {
  const url = request.url ?? '/';
  const mark = url.indexOf('?');
  const path = mark < 0 ? url : url.slice(0, mark);
  const query = mark < 0 ? '' : url.slice(mark + 1);
  if (path.startsWith('/_aws/execute-api/')) {
    const [, apiId = '', rest] = /^\/_aws\/execute-api\/([^/]+)(.*)$/.exec(path) ?? [];
    return { apiId, path: rest || '/', query };
  }
  const user = /^\/restapis\/([^/]+)\/([^/]+)\/_user_request_(.*)$/.exec(path);
  if (user) return { apiId: user[1] ?? '', path: `/${user[2]}${user[3]}`, query };
  const host = request.headers.host ?? String(request.headers[':authority'] ?? '');
  const [, apiId] = /^([a-z0-9]+)\.execute-api\./i.exec(host) ?? [];
  return apiId === undefined ? undefined : { apiId, path, query };
}

function findPlace(stages: Table<DeployedStage>, { apiId, path }: Address): Place | undefined {
  const [, first = '', rest = ''] = /^\/([^/]*)(.*)$/.exec(path) ?? [];
  const named = stages.get(`${apiId}/${decode(first)}`)?.value;
  if (named) return { stage: named, path: rest || '/' };
  const root = stages.get(`${apiId}/$default`)?.value;
  return root && { stage: root, path };
}

function kindOf(stages: Table<DeployedStage>, apiId: string): DeployedStage['kind'] {
  return stages.list(`${apiId}/`)[0]?.value.kind ?? 'rest';
}

function send(
  response: HttpResponse,
  answer: GatewayAnswer,
  { kind, requestId, traceId }: { kind: DeployedStage['kind']; requestId: string; traceId: string },
): void {
  if (response.destroyed) return;
  const headers: Record<string, string | string[]> = {};
  const add = (name: string, value: string) => {
    const before = headers[name];
    headers[name] = before === undefined ? value : [...(Array.isArray(before) ? before : [before]), value];
  };
  for (const [given, value] of answer.headers) {
    const name = given.toLowerCase();
    if (kind === 'rest' && REMAPPED.has(name)) add(`x-amzn-remapped-${name}`, value);
    else if (!OURS.has(name)) add(name, value);
  }
  if (kind === 'http') add('apigw-requestid', extendedId(requestId));
  else {
    add('x-amzn-requestid', requestId);
    add('x-amz-apigw-id', extendedId(requestId));
    add('x-amzn-trace-id', traceId);
  }
  if (answer.status !== 204 && answer.status !== 304) add('content-length', String(answer.body.length));
  response.writeHead(answer.status, headers);
  response.end(answer.body);
}
