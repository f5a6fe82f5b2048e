// The program of a process that runs a function of Node, as text (program-text.ts). Nothing has to be hidden here, and
// nothing guarded: it is a process of its own.
import type { HandlerStart } from '../node/handler-start.ts';
import type { WorkerMessage } from '../worker/messages.ts';
import { createRuntimeApiChannel } from './channels/runtime-api-channel.ts';
import { describeError } from './errors.ts';
import { leadHome, resolveHome } from './home.ts';
import { loadHandler } from './loading.ts';
import { adjustModules } from './modules.ts';
import { captureOutput, OUTPUT_LIMITS } from './output.ts';
import { programText } from './program-text.ts';
import { serve } from './serving.ts';
import { mapStackTraces } from './stack-trace.ts';
import { createStreaming } from './streaming.ts';
import { setWorkingDirectory } from './working-directory.ts';

const PARTS = {
  adjustModules,
  captureOutput,
  createRuntimeApiChannel,
  createStreaming,
  describeError,
  leadHome,
  resolveHome,
  loadHandler,
  mapStackTraces,
  serve,
  setWorkingDirectory,
};

/** The descriptor to which the process writes what it prints: a message in JSON on each line. */
export const MESSAGES_DESCRIPTOR = 3;

/** The program of a process, a script in CommonJS. */
export function processSource(start: HandlerStart): string {
  const { lineCharacters } = OUTPUT_LIMITS;
  const given = JSON.stringify({ start, lineCharacters, descriptor: MESSAGES_DESCRIPTOR });
  return programText(runtime, PARTS, given);
}

function runtime(
  parts: typeof PARTS,
  given: { readonly start: HandlerStart; readonly lineCharacters: number; readonly descriptor: number },
): void {
  const { start, descriptor, lineCharacters } = given;
  const { writeSync } = process.getBuiltinModule('node:fs');
  const { stringify } = JSON;
  const { from } = Buffer;
  const { env } = process;
  const print = (message: WorkerMessage) => {
    const bytes = from(`${stringify(message)}\n`);
    let written = 0;
    while (written < bytes.length) written += writeSync(descriptor, bytes, written);
  };
  const channel = parts.createRuntimeApiChannel({
    address: env['AWS_LAMBDA_RUNTIME_API'] ?? '',
    context: {
      functionName: env['AWS_LAMBDA_FUNCTION_NAME'],
      functionVersion: env['AWS_LAMBDA_FUNCTION_VERSION'],
      memoryLimitInMB: env['AWS_LAMBDA_FUNCTION_MEMORY_SIZE'],
      logGroupName: env['AWS_LAMBDA_LOG_GROUP_NAME'],
      logStreamName: env['AWS_LAMBDA_LOG_STREAM_NAME'],
    },
    print,
  });
  parts.mapStackTraces(start);
  if (start.optRoot !== undefined) parts.setWorkingDirectory({ root: undefined, optRoot: start.optRoot });
  parts.adjustModules(start);
  parts.leadHome();
  parts.resolveHome();
  const number = () => new Int32Array(new SharedArrayBuffer(Int32Array.BYTES_PER_ELEMENT));
  const output = parts.captureOutput({
    post: print,
    signals: { unread: number(), dropped: number(), beats: number() },
    // Who reads it keeps no more than the limits. A process that prints faster than is read waits in writeSync.
    limits: { lines: Infinity, characters: Infinity, lineCharacters, unread: Infinity, lineWeight: 0 },
  });
  const streaming = parts.createStreaming();
  const server = parts.serve({
    channel,
    streaming,
    describeError: parts.describeError,
    usedBytes: () => 0,
    // The Runtime API refuses what is too large.
    responseMaxBytes: Infinity,
    onBegin: output.begin,
  });
  const { isStreaming } = streaming;
  parts.loadHandler(start, { isStreaming, loaded: server.start, failed: server.die });
}
