// The Lambda Runtime API, as one environment's runtime sees it: it asks for the next invocation, waits as long as there
// is none, and posts the answer. Each environment has a server of its own, because a runtime gets no more than a host
// and a port.
//
// It listens on the loopback interface only, and takes no request that a web page could send: the Host must be the
// address itself, and there may be no Origin.
// Source: docs.aws.amazon.com/lambda/latest/dg/runtimes-api.html; states and errors: aws-lambda-runtime-interface-
// emulator, lambda/rapi.
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo, Socket } from 'node:net';
import type { Chunk } from '../environment.ts';
import { RESPONSE_MAX_BYTES } from '../outcome.ts';

/** What a runtime says. `body` is text as it came. */
export interface RuntimeListener {
  /** It asks for an invocation, for the first time or again. */
  onNext(): void;
  onResponse(body: string): void;
  /** It streams: a piece came. The next is read when the promise resolves. */
  onChunk(chunk: Chunk): Promise<void>;
  /** All pieces came. */
  onStreamed(contentType: string): void;
  /** The answer has more bytes than Lambda takes. */
  onResponseTooLarge(sizeBytes: number): void;
  onError(body: string): void;
  onInitError(body: string): void;
}

/** An invocation as its headers say it. */
export interface RuntimeInvocation {
  readonly requestId: string;
  /** JSON text. */
  readonly event: string;
  readonly invokedFunctionArn: string;
  /** Epoch milliseconds, of the machine's own clock. */
  readonly deadline: number;
  readonly traceId?: string;
  /** JSON text. */
  readonly clientContext?: string;
}

const PREFIX = '/2018-06-01';
const MODE = 'lambda-runtime-function-response-mode';

export class RuntimeApi {
  readonly #server: Server;
  readonly #listener: RuntimeListener;
  readonly #sockets = new Set<Socket>();
  #address = '';
  /** Where the runtime waits for an invocation. */
  #waiting: ServerResponse | undefined;
  /** One that the runtime has not fetched yet. */
  #pending: RuntimeInvocation | undefined;
  /** The one that it works at. */
  #current: string | undefined;
  #isInitialised = false;

  constructor(listener: RuntimeListener) {
    this.#listener = listener;
    this.#server = createServer((request, response) => {
      // A process that is gone in the middle of a sentence says nothing more.
      this.#serve(request, response).catch(() => response.destroy());
    });
    // A runtime waits for its next invocation for hours, on a connection that says nothing.
    Object.assign(this.#server, { keepAliveTimeout: 0, requestTimeout: 0, headersTimeout: 0, timeout: 0 });
    this.#server.on('connection', (socket) => {
      this.#sockets.add(socket.unref());
      socket.on('close', () => this.#sockets.delete(socket));
    });
    this.#server.unref();
  }

  /** Returns `127.0.0.1:PORT`, what AWS_LAMBDA_RUNTIME_API says. */
  async listen(): Promise<string> {
    await new Promise<void>((resolve, reject) => {
      this.#server.once('error', reject).listen(0, '127.0.0.1', resolve);
    });
    this.#address = `127.0.0.1:${(this.#server.address() as AddressInfo).port}`;
    return this.#address;
  }

  /** Hands an invocation to the runtime, now or when it asks. */
  deliver(invocation: RuntimeInvocation): void {
    this.#pending = invocation;
    this.#hand();
  }

  close(): void {
    this.#server.close();
    for (const socket of this.#sockets) socket.destroy();
  }

  async #serve(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const { host, origin } = request.headers;
    if (host !== this.#address || origin !== undefined) return this.#refuse(response, 403, 'Forbidden', 'Forbidden');
    const path = request.url?.startsWith(PREFIX) ? request.url.slice(PREFIX.length) : '';
    const [, requestId = '', verb = ''] = /^\/runtime\/invocation\/([^/]+)\/(response|error)$/.exec(path) ?? [];
    const call = `${request.method} ${verb || path}`;
    switch (call) {
      case 'GET /ping':
        response.end('pong');
        return;
      case 'GET /runtime/invocation/next':
        return this.#next(response);
      case 'POST /runtime/init/error':
        return await this.#failInit(request, response);
      case 'POST response':
        if (MODE in request.headers) return await this.#finishStream(request, response, requestId);
        return await this.#finish(request, response, { requestId, isError: false });
      case 'POST error':
        return await this.#finish(request, response, { requestId, isError: true });
      default:
        this.#refuse(response, 404, 'NotFound', `${request.method} ${request.url} is no call of the Runtime API`);
    }
  }

  #next(response: ServerResponse): void {
    // Somebody who asks twice is answered once.
    this.#waiting?.destroy();
    this.#waiting = response;
    this.#isInitialised = true;
    this.#listener.onNext();
    this.#hand();
  }

  #hand(): void {
    const response = this.#waiting;
    const invocation = this.#pending;
    if (!response || !invocation) return;
    this.#waiting = undefined;
    this.#pending = undefined;
    const { requestId, event, invokedFunctionArn, deadline, traceId, clientContext } = invocation;
    this.#current = requestId;
    response.writeHead(200, {
      'Content-Type': 'application/json',
      'Content-Length': Buffer.byteLength(event),
      'Lambda-Runtime-Aws-Request-Id': requestId,
      'Lambda-Runtime-Deadline-Ms': String(deadline),
      'Lambda-Runtime-Invoked-Function-Arn': invokedFunctionArn,
      ...(traceId !== undefined && { 'Lambda-Runtime-Trace-Id': traceId }),
      ...(clientContext !== undefined && { 'Lambda-Runtime-Client-Context': clientContext }),
    });
    response.end(event);
  }

  async #failInit(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const { text } = await read(request);
    if (this.#isInitialised) return this.#refuseState(response, 'init/error after the first invocation');
    accept(response);
    this.#listener.onInitError(text);
  }

  async #finish(
    request: IncomingMessage,
    response: ServerResponse,
    { requestId, isError }: { readonly requestId: string; readonly isError: boolean },
  ): Promise<void> {
    const { text, sizeBytes } = await read(request);
    if (!this.#isInitialised) return this.#refuseState(response, 'an answer before an invocation');
    if (requestId !== this.#current) return this.#refuse(response, 400, 'InvalidRequestID', 'Invalid request ID');
    this.#current = undefined;
    if (sizeBytes > RESPONSE_MAX_BYTES) {
      const message = `Exceeded maximum allowed payload size (${RESPONSE_MAX_BYTES} bytes).`;
      this.#refuse(response, 413, 'RequestEntityTooLarge', message);
      this.#listener.onResponseTooLarge(sizeBytes);
      return;
    }
    accept(response);
    if (isError) this.#listener.onError(text);
    else this.#listener.onResponse(text);
  }

  async #finishStream(request: IncomingMessage, response: ServerResponse, requestId: string): Promise<void> {
    if (requestId !== this.#current) return this.#refuse(response, 400, 'InvalidRequestID', 'Invalid request ID');
    const { [MODE]: mode, 'content-type': contentType = 'application/octet-stream' } = request.headers;
    if (mode !== 'streaming') {
      this.#current = undefined;
      this.#refuse(response, 400, 'InvalidFunctionResponseMode', `Invalid response mode: ${mode}`);
      this.#listener.onError(JSON.stringify({ errorType: 'Runtime.InvalidResponseModeHeader', errorMessage: '' }));
      return;
    }
    for await (const bytes of request as AsyncIterable<Buffer>) {
      if (requestId === this.#current) await this.#listener.onChunk({ contentType, bytes });
    }
    if (requestId !== this.#current) return;
    this.#current = undefined;
    accept(response);
    const error = trailedError(request);
    if (error === undefined) this.#listener.onStreamed(contentType);
    else this.#listener.onError(error);
  }

  #refuseState(response: ServerResponse, what: string): void {
    this.#refuse(response, 403, 'InvalidStateTransition', `State transition failed for runtime. Error: ${what}`);
  }

  #refuse(response: ServerResponse, status: number, errorType: string, errorMessage: string): void {
    response.writeHead(status, { 'Content-Type': 'application/json' });
    response.end(JSON.stringify({ errorMessage, errorType }));
  }
}

function accept(response: ServerResponse): void {
  response.writeHead(202, { 'Content-Type': 'application/json' });
  response.end('{"status":"OK"}\n');
}

/** The body as text; of one that is too large only its size. */
async function read(request: IncomingMessage): Promise<{ readonly text: string; readonly sizeBytes: number }> {
  const chunks: Buffer[] = [];
  let sizeBytes = 0;
  for await (const chunk of request as AsyncIterable<Buffer>) {
    sizeBytes += chunk.length;
    if (sizeBytes <= RESPONSE_MAX_BYTES) chunks.push(chunk);
  }
  return { text: sizeBytes <= RESPONSE_MAX_BYTES ? Buffer.concat(chunks).toString() : '', sizeBytes };
}

/** An error that comes behind the pieces: its type, and its JSON text in base64. */
function trailedError({ trailers }: IncomingMessage): string | undefined {
  const errorType = trailers['lambda-runtime-function-error-type'];
  const body = trailers['lambda-runtime-function-error-body'];
  if (errorType === undefined && body === undefined) return undefined;
  return body === undefined ? JSON.stringify({ errorType, errorMessage: '' }) : Buffer.from(body, 'base64').toString();
}
