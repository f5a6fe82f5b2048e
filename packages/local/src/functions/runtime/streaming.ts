// Response streaming: `awslambda`, which a handler is wrapped with, and the stream that it writes its answer to, as
// aws-lambda-nodejs-runtime-interface-client 3.3 makes them (StreamingContext.js, ResponseStream.js,
// HttpResponseStream.js).
import type { Writable } from 'node:stream';
import type { Chunk } from '../environment.ts';
import type { UserHandler } from './loading.ts';

export interface ResponseStream extends Writable {
  setContentType(type: string): void;
  /** Called before the first byte, with a function that writes. */
  _onBeforeFirstWrite?: (write: (chunk: unknown) => void) => void;
}

export interface Streaming {
  isStreaming(handler: object): boolean;
  /** Returns what to do when nothing is left to run: the stream is finished then, or never will be. */
  run(handler: UserHandler, invocation: StreamingInvocation): () => void;
}

interface StreamingInvocation {
  readonly event: unknown;
  readonly context: object;
  /** Sends a piece, and calls `done` when the next may come. */
  readonly write: (chunk: Chunk, done: () => void) => void;
  /** All was written. One of the two is called; what comes after that counts for nothing. */
  readonly finished: (_: undefined, contentType: string) => void;
  readonly failed: (error: unknown) => void;
}

/** Sets the global `awslambda`. To be called when the console is the function's. */
export function createStreaming(): Streaming {
  const { getBuiltinModule } = process;
  const { from } = Buffer;
  const { stringify } = JSON;
  const { warn } = console;
  const { apply, get, set } = Reflect;
  const RESPONSE = Symbol.for('aws.lambda.runtime.handler.streaming');
  const HIGH_WATER_MARK = Symbol.for('aws.lambda.runtime.handler.streaming.highWaterMark');
  const PRELUDE_BYTES = 8;

  const streamifyResponse = (handler: object, options?: { readonly highWaterMark?: number }) => {
    set(handler, RESPONSE, 'response');
    set(handler, HIGH_WATER_MARK, options?.highWaterMark);
    return handler;
  };
  const HttpResponseStream = {
    from(stream: ResponseStream, prelude: unknown) {
      stream.setContentType('application/vnd.awslambda.http-integration-response');
      stream._onBeforeFirstWrite = (write) => {
        write(stringify(prelude));
        write(new Uint8Array(PRELUDE_BYTES));
      };
      return stream;
    },
  };
  Object.assign(globalThis, { awslambda: { streamifyResponse, HttpResponseStream } });

  // What is neither text nor bytes goes out as JSON.
  const bytesOf = (chunk: unknown, encoding?: unknown) => {
    if (chunk instanceof Uint8Array) return chunk;
    if (typeof chunk !== 'string') return from(stringify(chunk));
    return from(chunk, typeof encoding === 'string' ? (encoding as BufferEncoding) : 'utf8');
  };

  const open = (handler: object, send: StreamingInvocation['write']) => {
    // Here: it takes milliseconds of a start.
    const { Writable } = getBuiltinModule('node:stream');
    let contentType = 'application/octet-stream';
    let isBegun = false;
    const highWaterMark: unknown = get(handler, HIGH_WATER_MARK);
    const stream = new Writable({
      ...(typeof highWaterMark === 'number' && { highWaterMark }),
      // A copy: a piece of a pool of Node's would take the pool along.
      write: (bytes: Uint8Array, _encoding, done) => send({ contentType, bytes: new Uint8Array(bytes) }, done),
    }) as ResponseStream;
    const write = (...given: unknown[]) => apply(Writable.prototype.write, stream, given);
    const end = (...given: unknown[]) => apply(Writable.prototype.end, stream, given);
    const begin = () => {
      if (isBegun) return;
      isBegun = true;
      stream._onBeforeFirstWrite?.((chunk) => write(bytesOf(chunk)));
    };
    Object.assign(stream, {
      setContentType(type: string) {
        contentType = String(type);
      },
      write(chunk: unknown, ...more: unknown[]) {
        begin();
        return write(bytesOf(chunk, more[0]), ...more);
      },
      end(chunk: unknown, ...more: unknown[]) {
        if (chunk === undefined || chunk === null || typeof chunk === 'function') return end(chunk, ...more);
        begin();
        return end(bytesOf(chunk, more[0]), ...more);
      },
    });
    return { stream, contentType: () => contentType };
  };

  return {
    isStreaming: (handler) => get(handler, RESPONSE) === 'response',
    run(handler, { event, context, write, finished, failed }) {
      const { stream, contentType } = open(handler, write);
      const promise = handler(event, stream, context) as Promise<unknown> | undefined;
      if (promise === undefined || promise === null || typeof promise.then !== 'function') {
        failed('Streaming does not support non-async handlers.');
        return () => {};
      }
      let isSettled = false;
      const settle = () => {
        if (isSettled && stream.writableFinished) finished(undefined, contentType());
      };
      stream.on('finish', settle);
      promise.then((value) => {
        if (value !== undefined) warn('Streaming handlers ignore return values.');
        isSettled = true;
        settle();
      }, failed);
      return () => {
        if (stream.writableFinished) finished(undefined, contentType());
        else failed('Response stream is not finished.');
      };
    },
  };
}
