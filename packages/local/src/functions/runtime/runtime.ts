// The program of a worker. It is started from text, so that this works the same from sources, from the compiled package
// and from a bundle of all of it: `runtimeSource` joins the functions of this room as they print themselves. Each may
// therefore use its parameters and globals, and nothing else: no imports but types, no constants of its module.
import type { WorkerMessage, WorkerStart } from '../worker/messages.ts';
import { describeError } from './errors.ts';
import { guardProcess, hideThread } from './isolation.ts';
import { loadHandler } from './loading.ts';
import { watchMemory } from './memory.ts';
import { adjustModules } from './modules.ts';
import { captureOutput } from './output.ts';
import { serve } from './serving.ts';
import { mapStackTraces } from './stack-trace.ts';
import { setWorkingDirectory } from './working-directory.ts';

const PARTS = {
  adjustModules,
  captureOutput,
  describeError,
  guardProcess,
  hideThread,
  loadHandler,
  mapStackTraces,
  serve,
  setWorkingDirectory,
  watchMemory,
};

/** The program of a worker, to be run with `workerData: WorkerStart`. */
export function runtimeSource(): string {
  const parts = Object.entries(PARTS).map(([name, part]) => `${name}: ${part}`);
  // Strict: a caller's frames would show their `this` and their functions to a handler that asks for its stack.
  // Tools that keep names (tsx) wrap functions in a helper that is not here.
  return `'use strict';\nconst __name = (value) => value;\n(${runtime})({\n${parts.join(',\n')}\n});`;
}

function runtime(parts: typeof PARTS): void {
  const start: WorkerStart = process.getBuiltinModule('node:worker_threads').workerData;
  const { port, signals } = start;
  const post: (message: WorkerMessage) => void = port.postMessage.bind(port);
  parts.hideThread();
  parts.mapStackTraces(start);
  parts.guardProcess();
  parts.setWorkingDirectory(start);
  parts.adjustModules(start);
  const output = parts.captureOutput({ post, signals, limits: start.outputLimits });
  const usedBytes = parts.watchMemory({
    limitBytes: start.memoryLimitBytes,
    signals,
    onFull: () => post({ kind: 'out of memory' }),
  });
  const server = parts.serve({
    port,
    post,
    describeError: parts.describeError,
    usedBytes,
    responseMaxBytes: start.responseMaxBytes,
    onBegin: output.begin,
  });
  parts.loadHandler(start, { loaded: server.start, failed: server.die });
}
