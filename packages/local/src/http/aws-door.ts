// The AWS API: finds the service and the operation that a request names, reads the input, has the dispatcher run it,
// writes the answer in the protocol the request came in. Accepts every request that no earlier door took. Refuses with
// the protocol's own errors; a fault of ours answers 500 InternalFailure and stands in the journal, never its stack.
import { crc32 } from 'node:zlib';
import { codecFor } from '@earwitness/protocol/internal/aws/codec';
import { ServiceError } from '@earwitness/protocol/internal/aws/errors';
import {
  type Defaults,
  type Destination,
  findService,
  serviceNamed,
} from '@earwitness/protocol/internal/aws/find-service';
import type { ServiceModel } from '@earwitness/protocol/internal/aws/model';
import {
  type Codec,
  type DecodedCall,
  headerOf,
  type WireRequest,
  type WireResponse,
} from '@earwitness/protocol/internal/aws/wire';
import {
  describeOperation,
  encodeRefusal,
  encodeScripted,
} from '@earwitness/protocol/internal/aws/without-model/answer';
import { createCallerFinder } from '../permissions/credentials.ts';
import type { Platform } from '../platform.ts';
import type { StandIns } from '../stand-ins/stand-ins.ts';
import { sendAnswer } from './answer.ts';
import { BodyTooLarge, readBody } from './body.ts';
import { createEndOfTurn, type Door, type HttpRequest, type HttpResponse, targetOf } from './door.ts';
import { type Asking, askingOf, HttpCall } from './http-call.ts';
import type { WholeAnswer } from './whole/connection.ts';
import type { WholeRequest } from './whole/request.ts';

/** Ours: room for the largest Lambda archive (50 MB) in base64, the largest body that any operation here takes. */
const MAX_BODY_BYTES = 72 * 1024 * 1024;

const NOTHING = Buffer.alloc(0);

const OF_JSON = /^application\/x-amz-json-1\.[01]$/;
const OF_QUERY = /^application\/x-www-form-urlencoded\b/i;
/** Hosts that name no API, no function and no bucket. */
const NOBODYS_HOST = /^(?:127\.0\.0\.1|localhost)(?::\d+)?$/;

/** @param defaults where a caller acts whose request tells no account or region */
export function createAwsDoor(platform: Platform, defaults: Defaults): Door {
  const { dispatch, ids, journal, standIns } = platform;
  const endOfTurn = createEndOfTurn();
  const findCaller = createCallerFinder(platform);

  async function answer(request: WireRequest & Asking, requestId: string): Promise<WireResponse> {
    const destination = findService(request, defaults);
    const service = destination.service === undefined ? undefined : dispatch.service(destination.service);
    if (!service) return answerUnserved(request, requestId, destination);
    const loaded = dispatch.model(service);
    const model = loaded instanceof Promise ? await loaded : loaded;
    const codec = codecFor(model, request);
    if (!codec) return refuse(request, unknownProtocol(request, model), requestId);
    try {
      const { operation, input } = decode(codec, model, request);
      const call = new HttpCall(findCaller(destination), requestId, request);
      // What the dispatcher did not expect is in the journal when it comes here; what a codec chokes on is left to the
      // listener.
      const output = await dispatch.perform(service, operation, input, call).catch((error) => {
        throw error instanceof ServiceError ? error : internalFailure();
      });
      return codec.encodeOutput(model, operation, output, requestId);
    } catch (error) {
      if (error instanceof ServiceError) return codec.encodeError(model, error, requestId);
      throw error;
    }
  }

  // A service that is not served stands in: what a test scripted is its answer, or a refusal by name.
  async function answerUnserved(request: WireRequest, requestId: string, { service }: Destination) {
    const name = serviceNamed(request) ?? service;
    if (name === undefined) return refuse(request, unknownCaller(), requestId);
    const operation = describeOperation(request);
    const traceId = headerOf(request, 'x-amzn-trace-id');
    const answered = await standIns.answer(name, operation, () => readInput(request));
    standIns.receive({
      via: 'call',
      operation,
      of: { name, type: name },
      ...(answered && { isScripted: true }),
      ...(traceId !== undefined && { traceId }),
    });
    if (!answered) return refuse(request, unknownService(name, operation, standIns), requestId);
    const { $error: error } = answered;
    if (!error) return encodeScripted(request, answered, requestId);
    const { code, message = `Scripted: ${code}`, status = 400 } = error;
    return encodeRefusal(request, new ServiceError(code, message, { status }), requestId);
  }

  // A request that never becomes a call leaves no `call` fact; somebody will ask why nothing happened.
  function decode(codec: Codec, model: ServiceModel, request: WireRequest): DecodedCall {
    try {
      return codec.decode(model, request);
    } catch (error) {
      if (error instanceof ServiceError) note(request, `${model.service}: ${error.code}: ${error.message}`);
      throw error;
    }
  }

  function note(request: WireRequest, message: string): void {
    journal.record({ kind: 'warning', about: 'aws', message: `${message} (${request.method} ${request.path})` });
  }

  function refuse(request: WireRequest, error: ServiceError, requestId: string): WireResponse {
    note(request, error.message);
    return encodeRefusal(request, error, requestId);
  }

  async function answerWhole(request: WholeRequest): Promise<WholeAnswer> {
    const requestId = ids.uuid();
    const answered = await answer(request, requestId);
    await endOfTurn();
    return { ...answered, headers: headersOf(answered, requestId) };
  }

  return {
    name: 'aws',
    pages: 'trusted',
    accepts: () => true,
    owns: ({ path, headers }) =>
      path === '/' &&
      headers['x-amz-target'] !== undefined &&
      OF_JSON.test(headers['content-type'] ?? '') &&
      NOBODYS_HOST.test(headers.host ?? ''),
    refuse(request, response, { status, reason }) {
      const requestId = ids.uuid();
      const code = status === 403 ? 'AccessDeniedException' : 'ServiceUnavailable';
      const error = new ServiceError(code, reason, { status });
      send(response, encodeRefusal(wireRequest(request, NOTHING), error, requestId), requestId);
    },
    async handle(request, response) {
      const requestId = ids.uuid();
      let bytes: Buffer;
      try {
        bytes = await readBody(request, MAX_BODY_BYTES);
      } catch (error) {
        if (!(error instanceof BodyTooLarge)) return;
        const tooLarge = new ServiceError('RequestEntityTooLargeException', error.message, { status: 413 });
        return send(response, refuse(wireRequest(request, NOTHING), tooLarge, requestId), requestId);
      }
      const asking = { ...wireRequest(request, bytes), ...askingOf(request, response) };
      const answered = await answer(asking, requestId);
      await endOfTurn();
      send(response, answered, requestId);
    },
    answer: (request) => (isJsonOrQuery(request) ? answerWhole(request) : undefined),
  };
}

/** Whether it is in one of the protocols that have one path for all calls: their answers are whole, too. */
function isJsonOrQuery({ headers }: WholeRequest): boolean {
  return headers['x-amz-target'] !== undefined || OF_QUERY.test(headers['content-type'] ?? '');
}

function wireRequest(request: HttpRequest, bytes: Buffer): WireRequest {
  const { path, query } = targetOf(request);
  return {
    method: request.method ?? 'GET',
    path,
    query,
    headers: request.headers,
    bytes,
    text: bodyText,
  };
}

function bodyText(this: Pick<WireRequest, 'bytes'>): string {
  const { buffer, byteOffset, byteLength } = this.bytes;
  return Buffer.from(buffer, byteOffset, byteLength).toString('utf8');
}

function send(response: HttpResponse, answer: WireResponse, requestId: string): void {
  sendAnswer(response, { ...answer, headers: headersOf(answer, requestId) });
}

function headersOf({ headers, body, checksumHeader }: WireResponse, requestId: string): Record<string, string> {
  return {
    ...headers,
    'x-amzn-requestid': requestId,
    ...(checksumHeader !== undefined && { [checksumHeader]: String(crc32(body)) }),
  };
}

function internalFailure(): ServiceError {
  const message = 'The request failed inside Earwitness; its journal says why.';
  return new ServiceError('InternalFailure', message, { status: 500 });
}

function unknownProtocol(request: WireRequest, { fullName }: ServiceModel): ServiceError {
  const message = `Earwitness does not serve the protocol in which this request to ${fullName} is written (${describeOperation(request)}).`;
  return new ServiceError('UnknownOperationException', message, { status: 501 });
}

function unknownCaller(): ServiceError {
  const message =
    'This is Earwitness. Nothing in the request names an AWS service: it has no signature, no X-Amz-Target, no Action.';
  return new ServiceError('MissingAuthenticationToken', message, { status: 404 });
}

function unknownService(name: string, operation: string, standIns: StandIns): ServiceError {
  const found = standIns.ofService(name).map(({ logicalId, type }) => `${logicalId} (${type})`);
  const there = found.length === 0 ? '' : ` ${found.join(', ')} of it ${found.length === 1 ? 'stands' : 'stand'} in.`;
  const mend = ` To go on, script an answer (answers: { '${name}:${operation}': … }) or send its calls elsewhere (upstream).`;
  const message = `Earwitness does not serve the AWS service '${name}' (${operation}).${there}${mend}`;
  return new ServiceError('UnknownServiceException', message, { status: 501 });
}

/** The input of a call whose service has no model here: JSON as it is, a form's fields, else the body as text. */
function readInput(request: WireRequest): unknown {
  const text = request.text();
  const type = headerOf(request, 'content-type') ?? '';
  if (type.startsWith('application/x-www-form-urlencoded')) return Object.fromEntries(new URLSearchParams(text));
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}
