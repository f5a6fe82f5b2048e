// The program of a worker, as text (program-text.ts).
import type { WorkerStart } from '../worker/messages.ts';
import { createPortChannel } from './channels/port-channel.ts';
import { describeError } from './errors.ts';
import { leadHome, resolveHome } from './home.ts';
import { guardProcess, hideThread } from './isolation.ts';
import { loadHandler } from './loading.ts';
import { watchMemory } from './memory.ts';
import { adjustModules } from './modules.ts';
import { captureOutput } from './output.ts';
import { programText } from './program-text.ts';
import { serve } from './serving.ts';
import { mapStackTraces } from './stack-trace.ts';
import { createStreaming } from './streaming.ts';
import { setWorkingDirectory } from './working-directory.ts';

const PARTS = {
  adjustModules,
  captureOutput,
  createPortChannel,
  createStreaming,
  describeError,
  guardProcess,
  hideThread,
  leadHome,
  resolveHome,
  loadHandler,
  mapStackTraces,
  serve,
  setWorkingDirectory,
  watchMemory,
};

/** The program of a worker, to be run with `workerData: WorkerStart`. */
export function workerSource(): string {
  return programText(runtime, PARTS);
}

function runtime(parts: typeof PARTS): void {
  const start: WorkerStart = process.getBuiltinModule('node:worker_threads').workerData;
  const { signals } = start;
  const channel = parts.createPortChannel(start.port);
  parts.hideThread();
  parts.mapStackTraces(start);
  parts.guardProcess();
  parts.setWorkingDirectory(start);
  parts.adjustModules(start);
  parts.leadHome();
  parts.resolveHome();
  const output = parts.captureOutput({ post: channel.post, signals, limits: start.outputLimits });
  const usedBytes = parts.watchMemory({
    limitBytes: start.memoryLimitBytes,
    signals,
    onFull: () => channel.post({ kind: 'out of memory' }),
  });
  const streaming = parts.createStreaming();
  const server = parts.serve({
    channel,
    streaming,
    describeError: parts.describeError,
    usedBytes,
    responseMaxBytes: start.responseMaxBytes,
    onBegin: output.begin,
  });
  const { isStreaming } = streaming;
  parts.loadHandler(start, { isStreaming, loaded: server.start, failed: server.die });
}
