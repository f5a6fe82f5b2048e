// The data plane of function URLs: requests at /_aws/lambda-url/ID/path and for the host ID.lambda-url.… Payload format
// 2.0. With AuthType NONE the function's policy must let everybody call it, as in the cloud; with AWS_IAM the request
// must be signed, by whatever credentials.

import { ServiceError } from '@earwitness/protocol/internal/aws/errors';
import { parsePayload } from '@earwitness/protocol/internal/aws/payload';
import type { InvocationResult } from '../../../functions/running-function.ts';
import { type GatewayAnswer, MalformedResponse, parseResponse2 } from '../../../gateway/answer.ts';
import { addCorsHeaders, answerPreflight, createCorsRules, isPreflight } from '../../../gateway/cors.ts';
import { createEvent2, isBinaryType } from '../../../gateway/event-2.0.ts';
import { type Outcome, runExchange } from '../../../gateway/exchange.ts';
import { createRefusal, type RefusalName } from '../../../gateway/refusal.ts';
import { type GatewayRequest, headerOf } from '../../../gateway/request.ts';
import { sendAnswer } from '../../../http/answer.ts';
import { type Door, type RequestHead, sendJson, targetOf } from '../../../http/door.ts';
import { authorityOf } from '../../../http/guard.ts';
import { type Found, type FunctionUrl, LATEST, resolveVersion } from '../function.ts';
import { formatFunctionArn } from '../function-name.ts';
import type { Run } from '../invocation.ts';
import type { Parts } from '../parts.ts';
import { mayCallUrl } from '../permission.ts';
import { runStreaming } from '../streaming.ts';
import { answerStreaming } from './stream.ts';

interface Address {
  readonly id: string;
  readonly path: string;
  readonly query: string;
}

export function createUrlDoor(parts: Parts): Door {
  const { platform } = parts;
  return {
    name: 'lambda-url',
    pages: 'any',
    refuse: (_request, response, { status, reason }) => sendJson(response, status, { message: reason }),
    accepts: (request) => readAddress(request) !== undefined,
    async handle(request, response) {
      const { id, path, query } = readAddress(request) ?? { id: '', path: '/', query: '' };
      const target = findUrl(parts, id);
      const answer = (given: GatewayRequest) =>
        target ? call(parts, target, given) : refuse('no stage', `no function has the URL ${id}`);
      const destination = { kind: 'url', apiId: id, stage: '$default', path, query, answer } as const;
      sendAnswer(response, await runExchange(platform, request, destination));
    },
  };
}

interface Target {
  readonly found: Found;
  readonly url: FunctionUrl;
}

function findUrl({ functions }: Parts, id: string): Target | undefined {
  for (const fn of functions.all()) {
    for (const [qualifier, url] of Object.entries(fn.urls)) {
      const version = resolveVersion(fn, qualifier);
      if (url.id !== id || !version) continue;
      const arn = formatFunctionArn({ ...fn, ...(qualifier !== LATEST && { qualifier }) });
      return { url, found: { fn, version, qualifier, arn } };
    }
  }
  return undefined;
}

async function call(parts: Parts, { found, url }: Target, request: GatewayRequest): Promise<Outcome> {
  const rules = url.cors && createCorsRules(url.cors);
  if (rules && isPreflight(request)) return { answer: answerPreflight(rules, request) };
  const reason = url.authType === 'AWS_IAM' ? unsigned(found, request) : closed(found);
  const outcome = reason === undefined ? await invoke(parts, found, url, request) : refuse('no route', reason);
  return rules ? { ...outcome, answer: addCorsHeaders(rules, request, outcome.answer) } : outcome;
}

function closed(found: Found): string | undefined {
  if (mayCallUrl(found)) return undefined;
  return `the policy of ${found.fn.name} does not let everybody call its URL: add a permission for lambda:InvokeFunctionUrl`;
}

/** Signature Version 4, in the header or in the query. Whose it is, is not verified: any credentials work here. */
function unsigned({ fn }: Found, request: GatewayRequest): string | undefined {
  const isSigned =
    /^AWS4-/.test(headerOf(request, 'authorization') ?? '') || /(^|&)X-Amz-Signature=/.test(request.query);
  return isSigned ? undefined : `the URL of ${fn.name} has AuthType AWS_IAM, and the request is not signed`;
}

async function invoke(parts: Parts, found: Found, url: FunctionUrl, request: GatewayRequest): Promise<Outcome> {
  const place = {
    account: url.authType === 'AWS_IAM' ? found.fn.account : 'anonymous',
    apiId: url.id,
    domainName: `${url.id}.lambda-url.${found.fn.region}.on.aws`,
    stage: '$default',
    routeKey: '$default',
    pathParameters: {},
    variables: {},
  };
  const event = createEvent2(request, place, isBinaryType(headerOf(request, 'content-type')));
  const { requestId, traceId } = request;
  const run = { event: JSON.stringify(event), requestId, traceId };
  try {
    if (url.invokeMode === 'RESPONSE_STREAM') return await stream(parts, found, run);
    const result = await parts.invocations.run(found, run);
    if (result.failed) return refuseFailed(result);
    return { answer: parseResponse2(parsePayload(result.payload)) };
  } catch (error) {
    if (error instanceof MalformedResponse) return refuse(error.refusal, `malformed response: ${error.message}`);
    // Reserved concurrency is used up, or zero: 429. Source: Lambda developer guide, "Lambda function URLs",
    // throttling.
    if (error instanceof ServiceError) return { answer: answerRefusal(error), reason: error.message };
    throw error;
  }
}

async function stream({ invocations }: Parts, found: Found, run: Run): Promise<Outcome> {
  const streaming = await runStreaming(invocations, found, run);
  return streaming.failure ? refuseFailed(streaming.failure) : { answer: await answerStreaming(streaming) };
}

function refuseFailed({ payload }: InvocationResult): Outcome {
  return refuse('failed', `the function failed: ${payload.slice(0, 200)}`);
}

function answerRefusal({ code, message, status = 400 }: ServiceError): GatewayAnswer {
  const headers = [['content-type', 'application/json'] as const, ['x-amzn-errortype', code] as const];
  return { status, headers, body: Buffer.from(JSON.stringify({ Type: 'User', message })) };
}

function refuse(name: RefusalName, reason: string): { readonly answer: GatewayAnswer; readonly reason: string } {
  return { answer: createRefusal('url', name), reason };
}

function readAddress(request: RequestHead): Address | undefined {
  const { path, query } = targetOf(request);
  const own = /^\/_aws\/lambda-url\/([^/]+)(.*)$/.exec(path);
  if (own) return { id: own[1] ?? '', path: own[2] || '/', query };
  const [, id] = /^([a-z0-9]+)\.lambda-url\./i.exec(authorityOf(request.headers)) ?? [];
  return id === undefined ? undefined : { id, path, query };
}
