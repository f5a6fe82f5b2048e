// gRPC-web: what browsers speak, over HTTP/1.1 or HTTP/2. Momento's web SDK uses its text form: the request is base64,
// and so is each piece of the answer, padded on its own. The trailers are a last frame in the body. Calls cross
// origins, so a preflight comes first.
import { TLSSocket } from 'node:tls';
import { GRPC_STATUS } from '@earwitness/protocol/internal/momento/errors';
import { GRPC_MESSAGE_MAX_BYTES } from '@earwitness/protocol/internal/momento/limits';
import type { Clock } from '../../clock/clock.ts';
import { readBody } from '../body.ts';
import { type Door, type HttpRequest, type HttpResponse, type RequestHead, writePiece } from '../door.ts';
import { type GrpcDoorOptions, statusOf } from './door.ts';
import { encodeTrailerFrame, FirstFrameReader } from './frame.ts';
import type { RpcOutlet } from './method.ts';
import { CallRefused, DEADLINE_EXCEEDED, encodeStatus, type GrpcStatus, parseTimeout } from './status.ts';

/** Base64 is four bytes for three, and a frame has a header of five. */
const BODY_MAX_BYTES = Math.ceil(((GRPC_MESSAGE_MAX_BYTES + 5) * 4) / 3) + 4;

export function createGrpcWebDoor({ name, calls, clock }: GrpcDoorOptions): Door {
  return {
    name,
    pages: 'any',
    refuse(_request, response, turned) {
      response.writeHead(turned.status, encodeStatus(statusOf(turned)));
      response.end();
    },
    accepts: (request) => isGrpcWeb(request) || isPreflight(request),
    async handle(request, response) {
      allowOrigin(request, response);
      if (isPreflight(request)) {
        response.statusCode = 204;
        response.end();
        return;
      }
      const text = /^application\/grpc-web-text/i.test(request.headers['content-type'] ?? '');
      const outlet = createOutlet(response, { text, clock, timeoutMs: parseTimeout(request.headers['grpc-timeout']) });
      try {
        const metadata = request.headers;
        const call = {
          metadata,
          secure: request.socket instanceof TLSSocket,
          request: await readRequest(request, text),
        };
        await calls.answer(request.url ?? '', call, outlet);
      } catch (error) {
        if (!(error instanceof CallRefused)) throw error;
        outlet.end(error.status);
      }
    },
  };
}

function isGrpcWeb({ headers }: RequestHead): boolean {
  return /^application\/grpc-web(-text)?(\+|;|$)/i.test(headers['content-type'] ?? '');
}

// A method's path is `/package.Service/Method`: preflight requests for other paths are not this door's to grant. Names
// of headers and media types have no case (RFC 9110, 5.1 and 8.3.1): browsers send them small, jsdom as grpc-web wrote
// them.
function isPreflight({ method, url = '', headers }: RequestHead): boolean {
  return (
    method === 'OPTIONS' &&
    /^\/\w+(\.\w+)+\/\w+$/.test(url) &&
    /\bx-grpc-web\b/i.test(headers['access-control-request-headers'] ?? '')
  );
}

// Browsers take no wildcard when a page asks with credentials, so the origin is repeated.
function allowOrigin({ headers }: HttpRequest, response: HttpResponse): void {
  response.setHeader('access-control-allow-origin', headers.origin ?? '*');
  response.setHeader('access-control-allow-credentials', 'true');
  response.setHeader('access-control-allow-methods', 'POST, OPTIONS');
  response.setHeader('access-control-allow-headers', headers['access-control-request-headers'] ?? '');
  response.setHeader('access-control-expose-headers', 'grpc-status, grpc-message, err');
  response.setHeader('vary', 'origin');
}

async function readRequest(request: HttpRequest, text: boolean): Promise<Uint8Array> {
  const body = await readBody(request, BODY_MAX_BYTES);
  const bytes = text ? Buffer.from(body.toString('latin1'), 'base64') : body;
  const message = new FirstFrameReader(GRPC_MESSAGE_MAX_BYTES).push(bytes);
  if (message) return message;
  throw new CallRefused({
    code: GRPC_STATUS.INVALID_ARGUMENT,
    message: 'The request ended before its message was complete.',
  });
}

interface OutletOptions {
  readonly text: boolean;
  readonly clock: Clock;
  readonly timeoutMs: number | undefined;
}

function createOutlet(response: HttpResponse, { text, clock, timeoutMs }: OutletOptions): RpcOutlet {
  let ended: GrpcStatus | undefined;
  let closed = false;
  const deadline = timeoutMs === undefined ? undefined : clock.setWireTimer(timeoutMs, () => end(DEADLINE_EXCEEDED));
  const piece = (frame: Uint8Array) => (text ? Buffer.from(frame).toString('base64') : frame);

  function begin(): void {
    if (response.headersSent) return;
    response.setHeader('content-type', text ? 'application/grpc-web-text+proto' : 'application/grpc-web+proto');
    response.writeHead(200);
  }

  function end(status: GrpcStatus): void {
    if (ended || closed) return;
    ended = status;
    deadline?.cancel();
    begin();
    response.end(piece(encodeTrailerFrame(encodeStatus(status))));
  }

  response.once('close', () => {
    closed = true;
    deadline?.cancel();
  });

  return {
    send(frame) {
      if (ended || closed) return false;
      begin();
      return writePiece(response, piece(frame));
    },
    end,
    onReady: (listener) => response.on('drain', listener),
    onClose(listener) {
      const tell = () => listener(ended ? ended.message || 'ended' : 'connection lost');
      if (closed) tell();
      else response.once('close', tell);
    },
  };
}
