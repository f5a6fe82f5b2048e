// What runs inside a worker: it loads a function's script and calls its handler for each invocation, as Lambda's Node runtime does
// (error shapes and names are those of aws-lambda-nodejs-runtime-interface-client).
//
// A worker is started from text, so that this works the same from sources, from the compiled package and from a bundle of all of
// it: `runtimeSource` joins the functions below as they print themselves. They may therefore use one another and globals, and
// nothing else: no imports but types, no constants of this module.
import type { FunctionError, InvokeMessage, WorkerMessage, WorkerStart } from './messages.ts';

type Done = (error: unknown, result?: unknown) => void;
type UserHandler = (event: unknown, context: object, callback: Done) => unknown;

/** The program of a worker, to be run with `workerData: WorkerStart`. */
export function runtimeSource(): string {
  const parts = [describeError, mapStackTraces, captureOutput, guardProcess, loadHandler, findHandler, serve];
  // Tools that keep names (tsx) wrap functions in a helper that is not here.
  return ['const __name = (value) => value;', ...parts.map(String), `(${runtime})();`].join('\n');
}

function runtime(): void {
  const { parentPort, workerData } = process.getBuiltinModule('node:worker_threads');
  if (!parentPort) return;
  const port = parentPort;
  const start: WorkerStart = workerData;
  const say = (message: WorkerMessage) => port.postMessage(message);
  mapStackTraces(start);
  captureOutput(say);
  guardProcess();
  loadHandler(start).then(
    (handler) => {
      serve(handler, port);
      say({ kind: 'ready' });
    },
    (error: unknown) => {
      say({ kind: 'init failed', error: describeError(error) });
      process.exit(1);
    },
  );
}

function serve(handler: UserHandler, port: import('node:worker_threads').MessagePort): void {
  const { getHeapStatistics } = process.getBuiltinModule('node:v8');
  const say = (message: WorkerMessage) => port.postMessage(message);
  const heapBytes = () => getHeapStatistics().used_heap_size;

  const fail = (error: unknown, fatal: boolean) => {
    say({ kind: 'threw', error: describeError(error), fatal, heapBytes: heapBytes() });
    if (fatal) process.exit(129);
  };
  process.on('uncaughtException', (error) => fail(error, true));
  process.on('unhandledRejection', (reason) => {
    const error = new Error(String(reason));
    error.name = 'Runtime.UnhandledPromiseRejection';
    if (reason instanceof Error && reason.stack !== undefined) error.stack = reason.stack;
    fail(error, true);
  });

  // What happens when nothing is left to run: the invocation under way is answered.
  let whenIdle: (() => void) | undefined;
  process.on('beforeExit', () => whenIdle?.());

  port.on('message', (message: InvokeMessage) => {
    const { requestId, traceId, timeoutMs, context: constants } = message;
    const deadline = performance.now() + timeoutMs;
    if (traceId === undefined) delete process.env['_X_AMZN_TRACE_ID'];
    else process.env['_X_AMZN_TRACE_ID'] = traceId;

    let answered = false;
    const finish = (error: unknown, result: unknown) => {
      if (answered) return;
      answered = true;
      whenIdle = undefined;
      port.ref();
      if (error !== null && error !== undefined) return fail(error, false);
      let payload: string;
      try {
        payload = JSON.stringify(result === undefined ? null : result) ?? 'null';
      } catch {
        return fail(new Error('Unable to stringify response body'), false);
      }
      say({ kind: 'returned', payload, heapBytes: heapBytes() });
    };
    // A handler that leaves nothing to wait for and has not answered: Lambda answers null.
    whenIdle = () => finish(null, null);
    // While the handler works, only its own work keeps this thread awake: see whenIdle.
    port.unref();

    // A callback waits for an empty event loop unless the handler says otherwise.
    const callback: Done = (error, result) => {
      if (error || !context.callbackWaitsForEmptyEventLoop) setImmediate(finish, error, result);
      else whenIdle = () => finish(error, result);
    };
    const context = {
      callbackWaitsForEmptyEventLoop: true,
      ...constants,
      awsRequestId: requestId,
      getRemainingTimeInMillis: () => Math.max(Math.floor(deadline - performance.now()), 0),
      done: callback,
      succeed: (result: unknown) => callback(null, result),
      fail: (error: unknown) => callback(error ?? 'handled'),
    };
    try {
      const result = handler(JSON.parse(message.event), context, callback);
      const promise = result as Promise<unknown> | undefined;
      if (promise !== null && typeof promise === 'object' && typeof promise.then === 'function') {
        promise.then(
          (value) => finish(null, value),
          // A rejection without a reason is an error, too.
          (error: unknown) => finish(error ?? new Error(String(error)), undefined),
        );
      }
    } catch (error) {
      finish(error ?? new Error(String(error)), undefined);
    }
  });
}

async function loadHandler(start: WorkerStart): Promise<UserHandler> {
  const { createRequire } = process.getBuiltinModule('node:module');
  const { dirname } = process.getBuiltinModule('node:path');
  const vm = process.getBuiltinModule('node:vm');
  const loader = { importModuleDynamically: vm.constants.USE_MAIN_CONTEXT_DEFAULT_LOADER };
  const refuse = () => {
    throw new Error('Earwitness does not run response streaming handlers (awslambda.streamifyResponse).');
  };
  Object.assign(globalThis, { awslambda: { streamifyResponse: refuse } });
  try {
    if (start.format === 'esm') {
      const url = `data:text/javascript;base64,${Buffer.from(start.script).toString('base64')}`;
      // Not a plain import(): test runners rewrite that into calls of their own, which are not here.
      const load: (url: string) => Promise<object> = vm.runInThisContext('(url) => import(url)', loader);
      return findHandler(await load(url), start.exportPath);
    }
    const module = { exports: {} };
    const script = vm.compileFunction(start.script, ['exports', 'require', 'module', '__filename', '__dirname'], {
      filename: start.file,
      ...loader,
    });
    script.call(module.exports, module.exports, createRequire(start.file), module, start.file, dirname(start.file));
    return findHandler(module.exports, start.exportPath);
  } catch (error) {
    if (error instanceof SyntaxError) error.name = 'Runtime.UserCodeSyntaxError';
    const code = error instanceof Error && 'code' in error ? error.code : undefined;
    if (code === 'MODULE_NOT_FOUND' || code === 'ERR_MODULE_NOT_FOUND') {
      const missing = new Error(String(error));
      missing.name = 'Runtime.ImportModuleError';
      throw missing;
    }
    throw error;
  }
}

function findHandler(exports: object, exportPath: readonly string[]): UserHandler {
  let found: unknown = exports;
  for (const name of exportPath) found = (found as Record<string, unknown> | undefined)?.[name];
  if (typeof found === 'function') return found as UserHandler;
  const problem = found === undefined || found === null ? 'is undefined or not exported' : 'is not a function';
  const error = new Error(`${exportPath.join('.')} ${problem}`);
  error.name = 'Runtime.HandlerNotFound';
  throw error;
}

function describeError(error: unknown): FunctionError {
  if (
    error instanceof Error ||
    (error !== null && typeof error === 'object' && 'name' in error && 'message' in error)
  ) {
    const { name, message, stack } = error as Error;
    return { errorType: String(name), errorMessage: String(message), trace: (stack ?? '').split('\n') };
  }
  return { errorType: typeof error, errorMessage: String(error), trace: [] };
}

// Stack traces show the user's own files and lines. The map is read when the first stack is asked for.
function mapStackTraces(start: WorkerStart): void {
  const { SourceMap } = process.getBuiltinModule('node:module');
  let map: import('node:module').SourceMap | undefined;
  Error.prepareStackTrace = (error, sites) => {
    let text: string;
    try {
      text = Error.prototype.toString.call(error);
    } catch {
      text = 'Error';
    }
    for (const site of sites) {
      const file = site.getFileName() ?? '';
      if (file === '[worker eval]' || file.startsWith('node:internal/')) continue;
      let frame = String(site);
      const line = site.getLineNumber();
      const column = site.getColumnNumber();
      if ((file === start.file || file.startsWith('data:')) && line !== null && column !== null) {
        map ??= new SourceMap(JSON.parse(start.sourceMap));
        const origin = map.findEntry(line - 1, column - 1);
        const place = `${file}:${line}:${column}`;
        if ('originalSource' in origin) {
          frame = frame.replace(
            place,
            () => `${origin.originalSource}:${origin.originalLine + 1}:${origin.originalColumn + 1}`,
          );
        } else frame = frame.replace(place, () => `${start.file}:${line}:${column}`);
      }
      text += `\n    at ${frame}`;
    }
    return text;
  };
}

// A signal that a function sends to its own process would end the local cloud: here it ends the worker.
function guardProcess(): void {
  const kill = process.kill.bind(process);
  process.kill = (pid, signal) => {
    if (Math.abs(pid) !== process.pid && pid !== 0) return kill(pid, signal);
    // Signal 0 only asks whether the process is there.
    if (signal === 0) return true;
    return process.exit(1);
  };
}

// What the function prints goes to the owner at once and in order; a stream would lose the last lines of a worker that is ended.
function captureOutput(say: (message: WorkerMessage) => void): void {
  const { format } = process.getBuiltinModule('node:util');
  const levels = { log: 'INFO', info: 'INFO', warn: 'WARN', error: 'ERROR', debug: 'DEBUG', trace: 'TRACE' } as const;
  for (const [method, level] of Object.entries(levels)) {
    const stream = level === 'ERROR' || level === 'WARN' || level === 'TRACE' ? 'stderr' : 'stdout';
    Object.assign(console, {
      [method]: (...values: unknown[]) => say({ kind: 'log', stream, level, text: format(...values) }),
    });
  }
  for (const stream of ['stdout', 'stderr'] as const) {
    process[stream].write = (chunk: unknown, ...rest: unknown[]) => {
      say({
        kind: 'log',
        stream,
        text: typeof chunk === 'string' ? chunk : Buffer.from(chunk as Uint8Array).toString(),
      });
      const done = rest.find((value) => typeof value === 'function');
      if (done) queueMicrotask(done as () => void);
      return true;
    };
  }
}
