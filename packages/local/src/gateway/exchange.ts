// One exchange with the gateway: reads the request, has it answered, and writes both ends into the journal. Deployed
// APIs and function URLs come here from their doors, which send the answer.

import type { Answer } from '../http/answer.ts';
import { BodyTooLarge, readBody } from '../http/body.ts';
import type { AnyRequest } from '../http/door.ts';
import { ownText } from '../http/whole/own-text.ts';
import type { Platform } from '../platform.ts';
import { createTraceId } from '../trace.ts';
import type { GatewayAnswer } from './answer.ts';
import { extendedId } from './event-1.0.ts';
import { createRefusal, type GatewayKind } from './refusal.ts';
import { createGatewayRequest, type GatewayRequest } from './request.ts';

export interface Outcome {
  readonly answer: GatewayAnswer;
  /** Why it is not the function's own answer. */
  readonly reason?: string;
  /** A function was asked for it: a REST API tells the trace id of such answers only. */
  readonly invoked?: true;
}

/** Where a request goes, as its door found out. */
export interface Destination {
  readonly kind: GatewayKind;
  readonly apiId: string;
  readonly stage: string;
  /** As sent, still encoded, without the stage; starts with `/`. */
  readonly path: string;
  readonly query: string;
  answer(request: GatewayRequest): Outcome | Promise<Outcome>;
  /** What it says in place of a refusal. Left out: it says nothing else. */
  reword?(answer: GatewayAnswer, request: GatewayRequest): GatewayAnswer;
}

/** Bytes in a request. Sources: API Gateway quotas, "Payload size" (10 MB); Lambda quotas, function URLs (6 MB). */
const REQUEST_MAX_BYTES: Readonly<Record<GatewayKind, number>> = {
  rest: 10 * 1024 * 1024,
  http: 10 * 1024 * 1024,
  url: 6 * 1024 * 1024,
};

/** Headers that REST APIs send under another name. Source: API Gateway developer guide, "Important notes". */
const REMAPPED = new Set([
  ...['authorization', 'connection', 'content-length', 'content-md5', 'date', 'expect', 'host', 'max-forwards'],
  ...['proxy-authenticate', 'server', 'te', 'trailer', 'transfer-encoding', 'upgrade', 'user-agent', 'via'],
  ...['www-authenticate', 'x-amzn-requestid'],
]);
/** Headers that belong to the connection, which is ours; HTTP/2 forbids them (RFC 9113, 8.2.2). */
const OURS = new Set([
  ...['connection', 'content-length', 'http2-settings', 'keep-alive', 'proxy-connection', 'te', 'trailer'],
  ...['transfer-encoding', 'upgrade'],
]);

export async function runExchange(platform: Platform, request: AnyRequest, destination: Destination): Promise<Answer> {
  const { clock, ids, journal } = platform;
  const { kind, apiId, stage, path, query } = destination;
  const started = clock.elapsed();
  const at = clock.now();
  const given = request.headers['x-amzn-trace-id'];
  const traceId = typeof given === 'string' ? ownText(given) : createTraceId(platform);
  const requestId = ids.uuid();
  const method = request.method ?? 'GET';
  journal.record({ kind: 'request.received', requestId, apiId, stage, method, path, traceId });
  const { body, refused } = await readBody(request, REQUEST_MAX_BYTES[kind]).then(
    (read): { readonly body: Buffer; readonly refused?: Outcome } => ({ body: read }),
    (error: unknown) => ({ body: Buffer.alloc(0), refused: unreadable(kind, error) }),
  );
  const asked = createGatewayRequest(request, { path, query, body, requestId, traceId, at });
  const { answer: said, reason, invoked } = refused ?? (await destination.answer(asked));
  const answer = destination.reword?.(said, asked) ?? said;
  journal.record({
    kind: 'request.answered',
    requestId,
    status: answer.status,
    durationMs: clock.elapsed() - started,
    traceId,
    ...(reason !== undefined && { reason }),
    ...((reason !== undefined || answer.status >= 500) && textOf(answer)),
  });
  // Recorded on AWS: LocalStack apigateway_common test_invocation_trace_id (MOCK and AWS_PROXY).
  const isTraced = kind === 'url' || (kind === 'rest' && invoked === true);
  return dress(answer, { kind, requestId, ...(isTraced && { traceId }) });
}

function unreadable(kind: GatewayKind, error: unknown): Outcome {
  return {
    answer: createRefusal(kind, error instanceof BodyTooLarge ? 'too large' : 'failed'),
    reason: error instanceof Error ? error.message : String(error),
  };
}

/** Ours: characters of an answer that the journal keeps. */
const BODY_CHARACTERS = 1000;
/** A sign has four bytes at most. */
const BODY_BYTES = 4 * BODY_CHARACTERS;

/** The beginning of an answer's body, when there is one and it is text. */
function textOf({ body }: GatewayAnswer): { readonly body: string } | undefined {
  const bytes = body.subarray(0, BODY_BYTES);
  // Where a sign was cut, its rest is no fault of the text.
  const text = new TextDecoder().decode(bytes, { stream: true });
  return text === '' || text.includes('\ufffd') ? undefined : { body: text.slice(0, BODY_CHARACTERS) };
}

/** The answer with the headers that the caller sees. */
function dress(
  { status, headers: given, body, pieces }: GatewayAnswer,
  { kind, requestId, traceId }: { readonly kind: GatewayKind; readonly requestId: string; readonly traceId?: string },
): Answer {
  const headers = new Map<string, string[]>();
  const add = (name: string, value: string) => headers.set(name, [...(headers.get(name) ?? []), value]);
  for (const [asGiven, value] of given) {
    const name = asGiven.toLowerCase();
    if (kind === 'rest' && REMAPPED.has(name)) add(`x-amzn-remapped-${name}`, value);
    else if (!OURS.has(name)) add(name, value);
  }
  if (kind === 'http') add('apigw-requestid', extendedId(requestId));
  else {
    add('x-amzn-requestid', requestId);
    if (traceId !== undefined) add('x-amzn-trace-id', traceId);
    if (kind === 'rest') add('x-amz-apigw-id', extendedId(requestId));
  }
  return { status, headers: Object.fromEntries([...headers].map(oneLine)), body, ...(pieces && { pieces }) };
}

// Several values go out as one line, which says the same (RFC 9110, 5.3): HTTP/2 takes no second line of a header that
// has one value. Cookies need lines of their own.
function oneLine([name, values]: [string, string[]]): [string, string | string[]] {
  return [name, name === 'set-cookie' ? values : values.join(', ')];
}
