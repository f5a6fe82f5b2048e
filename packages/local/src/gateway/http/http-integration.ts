// Integrations with a server over HTTP: all of a request goes on (HTTP_PROXY), or what is mapped of it (HTTP, REST).
// Which headers go on, come back and are renamed is recorded on AWS: LocalStack apigateway_integrations
// test_apigateway_header_remapping_http, apigateway_http. Source of the rest: API Gateway developer guide, "Set up HTTP
// integrations" (REST) and "Create HTTP proxy integrations for HTTP APIs".

import { percentEncode } from '@earwitness/protocol/internal/text/percent-encode';
import type { HttpClient, HttpResult } from '../../destinations/http-client.ts';
import { ownEntry } from '../../own-entry.ts';
import type { Platform } from '../../platform.ts';
import type { GatewayAnswer } from '../answer.ts';
import { fillVariables } from '../caller.ts';
import type { DeployedIntegration, HttpResponse } from '../deployed-stage.ts';
import type { Outcome } from '../exchange.ts';
import { createRefusal, createRestRefusal } from '../refusal.ts';
import { parseBodyTemplate } from '../services/body-template.ts';
import { bodyOf, viewOf } from '../services/mapped-body.ts';
import { type MatchedRequest, mappedValue } from '../services/parameter-value.ts';
import { answerPart } from './answer-part.ts';

type HttpIntegration = Extract<DeployedIntegration, { kind: 'http' }>;

/** Bytes of an answer. Source: API Gateway quotas, "Payload size" (10 MB). */
const ANSWER_MAX_BYTES = 10 * 1024 * 1024;

/** Ours: requests of one trace that may be on their way at once. More of them go round in circles. */
const MAX_OPEN = 100;

/** Headers that stay here. Recorded on AWS, see above; the rest belongs to the connection. */
const KEPT = new Set([
  ...['connection', 'content-encoding', 'content-length', 'content-md5', 'expect', 'host', 'keep-alive'],
  ...['max-forwards', 'proxy-authenticate', 'proxy-connection', 'server', 'te', 'trailer', 'transfer-encoding'],
  ...['upgrade', 'via', 'www-authenticate'],
]);
/** Headers that a mapping must not set: calls fail then. Recorded on AWS: the same test. */
const UNMAPPED = new Set(['content-length', 'transfer-encoding']);
const WITHOUT_BODY = new Set(['GET', 'HEAD', 'OPTIONS']);

export type HttpRunner = (matched: MatchedRequest, integration: HttpIntegration, path?: string) => Promise<Outcome>;

export function createHttpRunner({ address }: Platform, http: HttpClient): HttpRunner {
  const open = new Map<string, number>();

  return async (matched, integration, path) => {
    const { stage, request } = matched;
    const fail = (reason: string): Outcome => ({ answer: createRefusal(stage.kind, 'misconfigured'), reason });
    const sent = requestOf(matched, integration, path);
    if (typeof sent === 'string') return fail(sent);
    if (sent.body === undefined) return { answer: createRestRefusal('unknown media type') };
    const count = (open.get(request.traceId) ?? 0) + 1;
    if (count > MAX_OPEN) return fail('the request goes round in circles: HTTP integrations lead back to themselves');
    open.set(request.traceId, count);
    const { timeoutMs } = integration;
    const { method, headers, body } = sent;
    const url = reachable(sent.url, address.http);
    const hasBody = !WITHOUT_BODY.has(method) && body.length > 0;
    const result = await http
      .send({
        ...{ method, url, headers, timeoutMs, readBytes: ANSWER_MAX_BYTES },
        ...(hasBody && { body }),
      })
      .finally(() => leave(request.traceId));
    return await outcomeOf(matched, integration, { result, address: url.origin + url.pathname });
  };

  function leave(traceId: string): void {
    const count = (open.get(traceId) ?? 1) - 1;
    if (count > 0) open.set(traceId, count);
    else open.delete(traceId);
  }
}

/** An API of this cloud by the name that it has in the cloud is reached where it is. */
function reachable(url: URL, own: string): URL {
  const [, apiId] = /^([a-z0-9]+)\.execute-api\./i.exec(url.hostname) ?? [];
  return apiId === undefined ? url : new URL(`${own}/_aws/execute-api/${apiId}${url.pathname}${url.search}`);
}

interface Sent {
  readonly method: string;
  readonly url: URL;
  /** Name and value by turns. */
  readonly headers: readonly string[];
  /** Left out: nothing takes a body of its type. */
  readonly body: Uint8Array | undefined;
}

/** What goes out, or why nothing can. */
function requestOf(matched: MatchedRequest, integration: HttpIntegration, path: string | undefined): Sent | string {
  const { stage, match, request } = matched;
  const { isProxy, parameters } = integration;
  const mapped = Object.entries(parameters).flatMap(([target, source]) => {
    const value = mappedValue(source, matched);
    return value === undefined ? [] : [[target, value] as const];
  });
  const ofPlace = (place: string) =>
    mapped
      .filter(([target]) => target.startsWith(`${place}.`))
      .map(([target, value]): [string, string] => [target.slice(place.length + 1), value]);
  const paths: Readonly<Record<string, string>> =
    stage.kind === 'http' ? match.parameters : Object.fromEntries(ofPlace('path'));
  const filled = fillVariables(integration.uri, stage).replace(/\{([^{}]+?)\+?\}/g, (whole, name: string) => {
    const value = ownEntry(paths, name);
    return value === undefined ? whole : stage.kind === 'http' ? encodePath(value) : value;
  });
  if (!/^https?:\/\//i.test(filled) || !URL.canParse(filled) || filled.includes('{')) {
    return `the integration's address is none: ${integration.uri.replace(/\?.*/s, '')}`;
  }
  const url = new URL(filled);
  if (path !== undefined) url.pathname = path;
  const query = new URLSearchParams(isProxy ? request.query : '');
  for (const [name, value] of ofPlace('querystring')) query.append(name, value);
  for (const [name, value] of query) url.searchParams.append(name, value);
  const own = ofPlace('header');
  const wrong = own.find(([name]) => UNMAPPED.has(name.toLowerCase()));
  if (wrong) return `the integration maps the header ${wrong[0]}, which is the gateway's`;
  const names = new Set(own.map(([name]) => name.toLowerCase()));
  const given = isProxy
    ? request.headers.filter(([name]) => !KEPT.has(name.toLowerCase()))
    : headersOfGateway(matched, !WITHOUT_BODY.has(integration.method));
  const headers = [...given.filter(([name]) => !names.has(name.toLowerCase())), ...own];
  const text = isProxy ? undefined : bodyOf(matched, integration);
  return {
    method: integration.method === 'ANY' ? request.method : integration.method,
    url,
    headers: [...headers, ['x-amzn-apigateway-api-id', stage.apiId]].flat(),
    body: isProxy ? request.body : text === undefined ? undefined : Buffer.from(text),
  };
}

function encodePath(value: string): string {
  return value.split('/').map(percentEncode).join('/');
}

/** What a REST API says of itself where nothing of the request goes on by itself. */
function headersOfGateway({ stage, request }: MatchedRequest, hasBody: boolean): (readonly [string, string])[] {
  return [
    ['Accept', 'application/json'],
    ['User-Agent', `AmazonAPIGateway_${stage.apiId}`],
    ['X-Amzn-Trace-Id', request.traceId],
    ...(hasBody ? [['Content-Type', 'application/json'] as const] : []),
  ];
}

async function outcomeOf(
  matched: MatchedRequest,
  integration: HttpIntegration,
  { result, address }: { readonly result: HttpResult; readonly address: string },
): Promise<Outcome> {
  const { kind } = matched.stage;
  if (result.kind === 'timed out') {
    const reason = `${address} did not answer within ${integration.timeoutMs / 1000} s`;
    return { answer: createRefusal(kind, 'too late'), reason };
  }
  if (result.kind === 'unreachable') {
    const reason = `${address} cannot be reached: ${result.cause ?? result.reason}`;
    if (kind === 'http') return { answer: createRefusal(kind, 'too late'), reason };
    const isNowhere = result.cause === 'host not found';
    return { answer: isNowhere ? createRefusal(kind, 'misconfigured') : createRestRefusal('unreachable'), reason };
  }
  const { status, headers, bytes } = result;
  if (integration.isProxy) {
    const given = linesOf(headers).filter(([name]) => name.toLowerCase() !== 'transfer-encoding');
    return { answer: { status, headers: given, body: bytes } };
  }
  const { createWholeMatch } = await import('@earwitness/protocol/internal/regular-expression/whole-match');
  const takes = createWholeMatch();
  const taken =
    integration.responses.find(({ pattern }) => pattern !== undefined && takes(pattern, String(status))) ??
    integration.responses.find(({ pattern }) => pattern === undefined);
  if (taken) return { answer: respond(matched, taken, result), invoked: true };
  const reason = `no integration response of the method fits the status ${status} of ${address}`;
  return { answer: createRefusal(kind, 'misconfigured'), reason };
}

type Answered = Extract<HttpResult, { kind: 'answered' }>;

function respond(matched: MatchedRequest, { status, headers, template }: HttpResponse, told: Answered): GatewayAnswer {
  const mapped = Object.entries(headers).flatMap(([name, source]) => {
    const value = answerValue(source, told) ?? mappedValue(source, matched);
    return value === undefined ? [] : [[name, value] as const];
  });
  const fill = template === undefined ? undefined : parseBodyTemplate(template);
  return { status, headers: mapped, body: fill ? Buffer.from(fill(viewOf(matched, told.bytes))) : told.bytes };
}

/** `integration.response.header.Location`, `integration.response.body.id` */
function answerValue(source: string, { headers, bytes: body }: Answered): string | undefined {
  const [, place, name = ''] = /^integration\.response\.(header|multivalueheader|body)\.?(.*)$/s.exec(source) ?? [];
  return place === undefined ? undefined : answerPart(place, name, { headers: linesOf(headers), body });
}

/** Each value of a header with its name. */
function linesOf(headers: Answered['headers']): (readonly [string, string])[] {
  return Object.entries(headers).flatMap(([name, values]) => values.map((value) => [name, value] as const));
}
