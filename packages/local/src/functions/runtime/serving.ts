// Calls the handler for each invocation and sends its answer, as Lambda's Node runtime does (Runtime.js,
// CallbackContext.js and index.mjs of aws-lambda-nodejs-runtime-interface-client).
//
// Everything that is needed after the handler was loaded is taken before: a handler may replace any global and any
// prototype.
import type { FunctionError } from '../outcome.ts';
import type { InvokeMessage, WorkerMessage } from '../worker/messages.ts';
import type { Channel } from './channels/channel.ts';
import type { Done, UserHandler } from './loading.ts';
import type { Streaming } from './streaming.ts';

export interface Server {
  /** The handler is loaded: invocations may come. */
  start(handler: UserHandler): void;
  /** Nobody caught an error, or the handler could not be loaded: the program ends. */
  die(error: unknown): void;
}

export function serve(options: {
  readonly channel: Channel;
  readonly streaming: Streaming;
  readonly describeError: (error: unknown) => FunctionError;
  readonly usedBytes: () => number;
  readonly responseMaxBytes: number;
  /** Called when an invocation begins. */
  readonly onBegin: () => void;
}): Server {
  const { channel, streaming, describeError, usedBytes, responseMaxBytes, onBegin } = options;
  const { post, write, ref, unref, leave } = channel;
  const { parse, stringify } = JSON;
  const { byteLength } = Buffer;
  const { max, floor } = Math;
  const { setImmediate } = globalThis;
  const now = performance.now.bind(performance);

  const { isAsyncFunction } = process.getBuiltinModule('node:util').types;
  let handler: UserHandler | undefined;
  let isAsync = false;
  // What happens when nothing is left to run: the invocation under way is answered.
  let whenIdle: (() => void) | undefined;
  process.on('beforeExit', () => whenIdle?.());

  // The exit codes are those of aws-lambda-nodejs-runtime-interface-client.
  const die = (error: unknown, code = 129) => {
    whenIdle = undefined;
    post({ kind: handler ? 'died' : 'init failed', error: describeError(error) });
    leave(code);
  };
  process.on('uncaughtException', (error) => die(error));
  process.on('unhandledRejection', (reason) => {
    const error = new Error(String(reason));
    error.name = 'Runtime.UnhandledPromiseRejection';
    if (reason instanceof Error && reason.stack !== undefined) error.stack = reason.stack;
    die(error, 128);
  });

  const neverSettled = () => {
    const error = new Error(
      'The Lambda runtime client detected an unexpected Node.js exit code. This is most commonly caused by a Promise that was never settled. For more information, see https://nodejs.org/docs/latest/api/process.html#exit-codes',
    );
    error.name = 'Runtime.NodeJsExit';
    error.stack = String(error);
    return error;
  };
  const describeResult = (invocation: number, result: unknown): WorkerMessage => {
    let payload: string;
    try {
      payload = stringify(result === undefined ? null : result) ?? 'null';
    } catch {
      const error = describeError(new Error('Unable to stringify response body'));
      return { kind: 'threw', invocation, error, memoryBytes: usedBytes() };
    }
    const sizeBytes = payload.length > responseMaxBytes / 3 ? byteLength(payload) : 0;
    if (sizeBytes > responseMaxBytes) return { kind: 'too large', invocation, sizeBytes, memoryBytes: usedBytes() };
    return { kind: 'returned', invocation, payload, memoryBytes: usedBytes() };
  };

  const invoke = (message: InvokeMessage) => {
    const { invocation, requestId, traceId, timeoutMs } = message;
    const deadline = now() + timeoutMs;
    onBegin();
    // While the handler works, only its own work keeps this thread awake: see whenIdle.
    unref();
    const answer = (words: WorkerMessage) => {
      whenIdle = undefined;
      ref();
      post(words);
    };
    const succeed = (result: unknown) => answer(describeResult(invocation, result));
    const fail = (error: unknown) =>
      answer({ kind: 'threw', invocation, error: describeError(error), memoryBytes: usedBytes() });
    // Only the first of all ways to answer counts.
    let isDone = false;
    const once = (run: Done): Done => {
      return (error, result) => {
        if (isDone) return;
        isDone = true;
        run(error, result);
      };
    };
    // A handler that leaves nothing to wait for and has not answered.
    // Source: aws-lambda-nodejs-runtime-interface-client 3.3, Runtime.js (_setDefaultExitListener).
    whenIdle = once(() => {
      if (isAsync) fail(neverSettled());
      else succeed(null);
    });
    const done = once((error, result) => {
      // What the handler prints after this in the same turn still belongs to the invocation.
      if (error === undefined || error === null) setImmediate(succeed, result);
      else setImmediate(fail, error);
    });
    const callback = once((error, result) => {
      if (error !== undefined && error !== null) setImmediate(fail, error);
      else if (!context.callbackWaitsForEmptyEventLoop) setImmediate(succeed, result);
      else whenIdle = () => succeed(result);
    });
    const shown = {
      callbackWaitsForEmptyEventLoop: true,
      ...message.context,
      awsRequestId: requestId,
      getRemainingTimeInMillis: () => max(floor(deadline - now()), 0),
    };
    const context = {
      ...shown,
      done,
      succeed: (result: unknown) => done(null, result),
      fail: (error: unknown) => done(error ?? 'handled'),
    };
    try {
      if (traceId === undefined) delete process.env['_X_AMZN_TRACE_ID'];
      else process.env['_X_AMZN_TRACE_ID'] = traceId;
      if (handler && streaming.isStreaming(handler)) {
        whenIdle = streaming.run(handler, {
          event: parse(message.event),
          context: shown,
          write: (chunk, next) => write({ invocation, ...chunk }, next),
          finished: once((_, contentType) =>
            answer({ kind: 'streamed', invocation, contentType: String(contentType), memoryBytes: usedBytes() }),
          ),
          failed: once((error) => fail(error ?? 'handled')),
        });
        return;
      }
      const result = handler?.(parse(message.event), context, callback);
      const promise = result as Promise<unknown> | undefined;
      if (promise !== null && typeof promise === 'object' && typeof promise.then === 'function') {
        promise.then(
          once((value) => succeed(value)),
          once((error) => fail(error ?? 'handled')),
        );
      }
    } catch (error) {
      callback(error);
    }
  };
  channel.listen(invoke);
  unref();

  return {
    start(loaded) {
      handler = loaded;
      isAsync = isAsyncFunction(loaded);
      ref();
      post({ kind: 'ready' });
    },
    die: (error) => die(error),
  };
}
