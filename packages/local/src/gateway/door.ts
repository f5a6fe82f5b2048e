// The data plane of deployed APIs. Takes requests at /_aws/execute-api/API/STAGE/path (an HTTP API's $default stage
// needs no name), at /restapis/API/STAGE/_user_request_/path, and for the host API.execute-api.…; answers by the
// stage's routes.
import type { Table } from '../backbone/table.ts';
import type { HttpClient } from '../destinations/http-client.ts';
import { type Answer, sendAnswer } from '../http/answer.ts';
import { type AnyRequest, type Door, type RequestHead, sendJson, targetOf } from '../http/door.ts';
import { authorityOf } from '../http/guard.ts';
import type { Platform } from '../platform.ts';
import type { GatewayAnswer } from './answer.ts';
import { createAuthorization } from './authorizers/authorize.ts';
import { addCorsHeaders, answerPreflight, isPreflight } from './cors.ts';
import { type DeployedRoute, type DeployedStage, deployedStages } from './deployed-stage.ts';
import { type Outcome, runExchange } from './exchange.ts';
import { createHttpRunner } from './http/http-integration.ts';
import { runIntegration } from './integration.ts';
import { createRefusal } from './refusal.ts';
import type { GatewayRequest } from './request.ts';
import { reword } from './responses/gateway-response.ts';
import { decode, RouteTable } from './route-table.ts';
import type { MatchedRequest } from './services/parameter-value.ts';

interface Address {
  readonly apiId: string;
  /** Starts with `/`; the stage may be its first segment. */
  readonly path: string;
  readonly query: string;
}

const NO_ROUTE: DeployedRoute = { method: '', path: '', integration: { kind: 'failing', reason: 'no route' } };

interface Place {
  readonly stage: DeployedStage;
  /** Without the stage. */
  readonly path: string;
}

export function createExecuteApiDoor(platform: Platform, http: HttpClient): Door {
  const parts = { platform, callServer: createHttpRunner(platform, http) };
  const stages = deployedStages(platform.backbone);
  const routes = new WeakMap<DeployedStage, RouteTable>();
  const authorize = createAuthorization(platform, http);

  function routesOf(stage: DeployedStage): RouteTable {
    const known = routes.get(stage) ?? new RouteTable(stage);
    routes.set(stage, known);
    return known;
  }

  /** Also of a request that no route takes: what is said of it may name the API. */
  function matchOf(stage: DeployedStage, request: GatewayRequest): MatchedRequest {
    const match = routesOf(stage).find(request.method, request.path) ?? { route: NO_ROUTE, parameters: {} };
    return { stage, match, request };
  }

  async function route(stage: DeployedStage, request: GatewayRequest): Promise<Outcome> {
    const match = routesOf(stage).find(request.method, request.path);
    if (!match) {
      const reason = `the ${stage.kind === 'rest' ? 'REST' : 'HTTP'} API has no route for ${request.method} ${request.path}`;
      return { answer: createRefusal(stage.kind, 'no route'), reason };
    }
    const admission = await authorize({ stage, match, request });
    if (admission.kind === 'refused') return admission.outcome;
    return await runIntegration(parts, { stage, match, request: admission.request });
  }

  async function askStage(stage: DeployedStage, request: GatewayRequest): Promise<Outcome> {
    const { cors } = stage;
    if (cors && isPreflight(request)) return { answer: answerPreflight(cors, request) };
    const outcome = await route(stage, request);
    return cors ? { ...outcome, answer: addCorsHeaders(cors, request, outcome.answer) } : outcome;
  }

  async function answer(request: AnyRequest): Promise<Answer> {
    const address = readAddress(request) ?? { apiId: '', path: '/', query: '' };
    const { apiId, query } = address;
    const place = findPlace(stages, address);
    if (place) {
      const { stage, path } = place;
      const route = { kind: stage.kind, stage: stage.stage, path };
      const destination = {
        ...route,
        ...{ apiId, query },
        answer: (given: GatewayRequest) => askStage(stage, given),
        reword: (refused: GatewayAnswer, given: GatewayRequest) => reword(refused, matchOf(stage, given)),
      };
      return await runExchange(platform, request, destination);
    }
    const kind = kindOf(stages, apiId);
    const reason = `no deployed API has the id ${apiId} and a stage for ${address.path}`;
    const refusal = () => ({ answer: createRefusal(kind, 'no stage'), reason });
    return await runExchange(platform, request, { kind, apiId, stage: '', path: address.path, query, answer: refusal });
  }

  return {
    name: 'execute-api',
    pages: 'any',
    accepts: (request) => readAddress(request) !== undefined,
    refuse: (_request, response, { status, reason }) => sendJson(response, status, { message: reason }),
    handle: async (request, response) => sendAnswer(response, await answer(request)),
    answer,
  };
}

function readAddress(request: RequestHead): Address | undefined {
  const { path, query } = targetOf(request);
  if (path.startsWith('/_aws/execute-api/')) {
    const [, apiId = '', rest] = /^\/_aws\/execute-api\/([^/]+)(.*)$/.exec(path) ?? [];
    return { apiId, path: rest || '/', query };
  }
  const user = /^\/restapis\/([^/]+)\/([^/]+)\/_user_request_(.*)$/.exec(path);
  if (user) return { apiId: user[1] ?? '', path: `/${user[2]}${user[3]}`, query };
  const [, apiId] = /^([a-z0-9]+)\.execute-api\./i.exec(authorityOf(request.headers)) ?? [];
  return apiId === undefined ? undefined : { apiId, path, query };
}

function findPlace(stages: Table<DeployedStage>, { apiId, path }: Address): Place | undefined {
  // Slashes before the stage say nothing. Recorded on AWS: see route-table.test.ts.
  const [, first = '', rest = ''] = /^\/+([^/]*)(.*)$/.exec(path) ?? [];
  const named = stages.get(`${apiId}/${decode(first)}`)?.value;
  if (named) return { stage: named, path: rest || '/' };
  const root = stages.get(`${apiId}/$default`)?.value;
  return root && { stage: root, path };
}

function kindOf(stages: Table<DeployedStage>, apiId: string): DeployedStage['kind'] {
  return stages.list(`${apiId}/`)[0]?.value.kind ?? 'rest';
}
