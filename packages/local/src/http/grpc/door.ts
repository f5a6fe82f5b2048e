// gRPC over HTTP/2, by hand on node:http2: the libraries cost three to ten times as much a message (docs: performance).
// The door reads one framed request, hands it on, and ends every call with exactly one status in the trailers. It keeps
// the caller's deadline.
//
// Bytes on a stream go out at once while the socket is idle; while it is busy Node collects them into one write.
import { constants, type ServerHttp2Stream } from 'node:http2';
import { GRPC_STATUS } from '@earwitness/protocol/internal/momento/errors';
import { GRPC_MESSAGE_MAX_BYTES } from '@earwitness/protocol/internal/momento/limits';
import type { Clock } from '../../clock/clock.ts';
import type { StreamDoor, Turned } from '../door.ts';
import type { RpcCalls } from './calls.ts';
import { FirstFrameReader } from './frame.ts';
import type { RpcOutlet } from './method.ts';
import { CallRefused, DEADLINE_EXCEEDED, encodeStatus, type GrpcStatus, parseTimeout } from './status.ts';

export interface GrpcDoorOptions {
  readonly name: string;
  readonly calls: RpcCalls;
  readonly clock: Clock;
}

const RESPONSE_HEADERS = {
  ':status': 200,
  'content-type': 'application/grpc+proto',
  'grpc-accept-encoding': 'identity',
};

export function createGrpcDoor({ name, calls, clock }: GrpcDoorOptions): StreamDoor {
  return {
    name,
    // No browser speaks gRPC as it is: a page's origin on it is nobody's we know.
    pages: 'trusted',
    refuse(stream, turned) {
      // The status of HTTP is what clients go by that see no trailers; a call that is to be tried again has gRPC's
      // only.
      const status = turned.status === 403 ? { ':status': 403 } : {};
      stream.respond({ ...RESPONSE_HEADERS, ...status, ...encodeStatus(statusOf(turned)) }, { endStream: true });
    },
    accepts: (headers) => /^application\/grpc(\+|;|$)/i.test(headers['content-type'] ?? ''),
    handle(stream, headers) {
      const outlet = createOutlet(stream, clock, parseTimeout(headers['grpc-timeout']));
      readRequest(stream, {
        take: (request) => {
          const call = { metadata: headers, secure: stream.session?.encrypted === true, request };
          calls.answer(String(headers[':path'] ?? ''), call, outlet);
        },
        refuse: (status) => outlet.end(status),
      });
    },
  };
}

/** What a call ends with that is turned away. */
export function statusOf({ status, reason }: Turned): GrpcStatus {
  const code = status === 403 ? GRPC_STATUS.PERMISSION_DENIED : GRPC_STATUS.UNAVAILABLE;
  return { code, message: reason };
}

interface Taker {
  take(request: Uint8Array): void;
  refuse(status: GrpcStatus): void;
}

// The request's one message is taken as soon as its last byte is there, without waiting for the end of the stream.
function readRequest(stream: ServerHttp2Stream, { take, refuse }: Taker): void {
  const reader = new FirstFrameReader(GRPC_MESSAGE_MAX_BYTES);
  let done = false;
  stream.on('data', (chunk: Buffer) => {
    if (done) return;
    try {
      const request = reader.push(chunk);
      done = request !== undefined;
      if (request) take(request);
    } catch (error) {
      done = true;
      if (!(error instanceof CallRefused)) throw error;
      refuse(error.status);
    }
  });
  stream.on('end', () => {
    if (!done)
      refuse({ code: GRPC_STATUS.INVALID_ARGUMENT, message: 'The request ended before its message was complete.' });
  });
}

function createOutlet(stream: ServerHttp2Stream, clock: Clock, timeoutMs: number | undefined): RpcOutlet {
  let ended: GrpcStatus | undefined;
  let closed = false;
  const deadline = timeoutMs === undefined ? undefined : clock.setWireTimer(timeoutMs, () => end(DEADLINE_EXCEEDED));

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
