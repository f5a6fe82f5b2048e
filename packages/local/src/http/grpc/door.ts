// gRPC over HTTP/2, by hand on node:http2: the libraries cost three to ten times as much a message (docs: performance). The door
// reads one framed request, runs the method, and ends every call with exactly one status in the trailers. It refuses compressed
// and oversized requests, and keeps the caller's deadline.
//
// Bytes on a stream go out at once while the socket is idle; while it is busy Node collects them into one write.
import type { IncomingHttpHeaders } from 'node:http';
import { constants, type ServerHttp2Stream } from 'node:http2';
import { GRPC_STATUS } from '@earwitness/protocol/internal/momento/errors';
import { GRPC_MESSAGE_MAX_BYTES } from '@earwitness/protocol/internal/momento/limits';
import type { Clock } from '../../clock.ts';
import type { Journal } from '../../journal.ts';
import type { StreamDoor } from '../door.ts';
import { FirstFrameReader } from './frame.ts';
import type { RpcCall, RpcMethod, RpcOutlet } from './method.ts';
import { CallRefused, encodeStatus, type GrpcStatus, OK, parseTimeout } from './status.ts';

export interface GrpcDoorOptions {
  readonly name: string;
  /** Called once, with the first call: the protobuf runtime is not loaded for who never speaks gRPC. */
  readonly loadMethods: () => Promise<readonly RpcMethod[]>;
  /** The status of an error that a method threw on purpose; undefined for any other, which is our fault. */
  readonly statusOf: (error: unknown) => GrpcStatus | undefined;
  readonly clock: Clock;
  readonly journal: Journal;
}

const RESPONSE_HEADERS = {
  ':status': 200,
  'content-type': 'application/grpc+proto',
  'grpc-accept-encoding': 'identity',
};

export function createGrpcDoor(options: GrpcDoorOptions): StreamDoor {
  const findMethod = createFinder(options.loadMethods);
  return {
    name: options.name,
    accepts: (headers) => /^application\/grpc(\+|;|$)/.test(headers['content-type'] ?? ''),
    handle(stream, headers) {
      const answer = createAnswer(stream, headers, options.clock);
      const path = String(headers[':path'] ?? '');
      const call: RpcCall = { metadata: headers, secure: stream.session?.encrypted === true };
      readRequest(stream, answer, async (request) => {
        try {
          await run(await findMethod(path), request, call, answer);
        } catch (error) {
          answer.end(statusOf(error, path, options));
        }
      });
    },
  };
}

/** Finds a method by its path; refuses one that is not served. */
export function createFinder(loadMethods: GrpcDoorOptions['loadMethods']): (path: string) => Promise<RpcMethod> {
  let loading: Promise<ReadonlyMap<string, RpcMethod>> | undefined;
  return async (path) => {
    loading ??= loadMethods().then((methods) => new Map(methods.map((method) => [method.path, method])));
    const method = (await loading).get(path);
    if (!method)
      throw new CallRefused({
        code: GRPC_STATUS.UNIMPLEMENTED,
        message: `Earwitness does not serve the method ${path}.`,
      });
    return method;
  };
}

/** Runs a method to its end, or, if it is a stream, until it is open. */
export async function run(method: RpcMethod, request: Uint8Array, call: RpcCall, answer: RpcOutlet): Promise<void> {
  if (method.kind === 'server stream') return method.open(request, call, answer);
  answer.send(await method.run(request, call));
  answer.end(OK);
}

/** The status for whatever a method threw; what nobody threw on purpose goes into the journal. */
export function statusOf(
  error: unknown,
  path: string,
  options: Pick<GrpcDoorOptions, 'statusOf' | 'journal'>,
): GrpcStatus {
  if (error instanceof CallRefused) return error.status;
  const known = options.statusOf(error);
  if (known) return known;
  const { message, stack } = error instanceof Error ? error : new Error(String(error));
  options.journal.record({ kind: 'fault', about: path, message, ...(stack !== undefined && { stack }) });
  return { code: GRPC_STATUS.INTERNAL, message: `Earwitness failed: ${message}` };
}

// The request's one message is taken as soon as its last byte is there, without waiting for the end of the stream.
function readRequest(stream: ServerHttp2Stream, answer: RpcOutlet, take: (request: Uint8Array) => void): void {
  const reader = new FirstFrameReader(GRPC_MESSAGE_MAX_BYTES);
  let taken = false;
  const refuse = (code: GrpcStatus['code'], message: string) => {
    taken = true;
    answer.end({ code, message });
  };
  stream.on('data', (chunk: Buffer) => {
    if (taken) return;
    const first = reader.push(chunk);
    switch (first.kind) {
      case 'incomplete':
        return;
      case 'compressed':
        return refuse(GRPC_STATUS.UNIMPLEMENTED, 'Earwitness takes uncompressed messages only.');
      case 'too long':
        return refuse(
          GRPC_STATUS.RESOURCE_EXHAUSTED,
          `The request has ${first.lengthBytes} bytes; at most ${GRPC_MESSAGE_MAX_BYTES} are taken.`,
        );
      case 'message':
        taken = true;
        take(first.message);
    }
  });
  stream.on('end', () => {
    if (!taken) refuse(GRPC_STATUS.INVALID_ARGUMENT, 'The request ended before its message was complete.');
  });
}

function createAnswer(stream: ServerHttp2Stream, headers: IncomingHttpHeaders, clock: Clock): RpcOutlet {
  let ended: GrpcStatus | undefined;
  let closed = false;
  const timeoutMs = parseTimeout(headers['grpc-timeout']);
  const deadline =
    timeoutMs === undefined
      ? undefined
      : clock.setWireTimer(timeoutMs, () =>
          end({ code: GRPC_STATUS.DEADLINE_EXCEEDED, message: 'The deadline of the call has passed.' }),
        );

  function end(status: GrpcStatus): void {
    if (ended || stream.destroyed) return;
    ended = status;
    deadline?.cancel();
    const trailers = encodeStatus(status);
    if (!stream.headersSent) {
      stream.respond({ ...RESPONSE_HEADERS, ...trailers }, { endStream: true });
      return;
    }
    stream.once('wantTrailers', () => stream.sendTrailers(trailers));
    stream.end();
  }

  // A stream that the client reset ends in 'close'; the error event beside it says nothing more.
  stream.on('error', () => {});
  stream.on('close', () => {
    closed = true;
    deadline?.cancel();
  });

  return {
    send(frame) {
      if (ended || stream.destroyed) return false;
      if (!stream.headersSent) stream.respond(RESPONSE_HEADERS, { waitForTrailers: true });
      return stream.write(frame);
    },
    end,
    onReady: (listener) => stream.on('drain', listener),
    onClose(listener) {
      const tell = () => listener(closeReason(stream, ended));
      if (closed) tell();
      else stream.once('close', tell);
    },
  };
}

function closeReason(stream: ServerHttp2Stream, ended: GrpcStatus | undefined): string {
  if (ended) return ended.message === '' ? 'ended' : ended.message;
  return stream.rstCode === constants.NGHTTP2_CANCEL ? 'cancelled by the client' : 'connection lost';
}
