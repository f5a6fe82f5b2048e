// What tests of functions stand on: a running function in a frozen cloud of its own, made of files or of one line. Used
// by tests only.
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import type { Isolation } from '@earwitness/protocol/internal/functions/isolation';
import { createClock, type MovableClock } from '../clock/clock.ts';
import { createJournal, type Journal } from '../journal/journal.ts';
import { type RunnableCode, zipInlineCode } from './code/code.ts';
import { writeZip } from './code/zip.ts';
import { IdleEnvironments } from './idle-environments.ts';
import { type ProgramPlatform, prepareProgram } from './prepare-program.ts';
import { Processes } from './process/processes.ts';
import {
  type FunctionPlatform,
  type InvocationRequest,
  type InvocationResult,
  RunningFunction,
} from './running-function.ts';
import type { FunctionSettings } from './settings.ts';
import { MemoryWatch } from './worker/memory-watch.ts';

const cleanups: (() => unknown)[] = [];

export function onCleanUp(cleanup: () => unknown): void {
  cleanups.push(cleanup);
}

/** To be called after each test. */
export async function cleanUp(): Promise<void> {
  for (const cleanup of cleanups.splice(0)) await cleanup();
}

/** Files in a directory of their own, by name. */
export function project(files: Record<string, string>): RunnableCode & { kind: 'directory' } {
  const path = mkdtempSync(join(tmpdir(), 'ew-test-'));
  onCleanUp(() => rmSync(path, { recursive: true, force: true }));
  for (const [name, text] of Object.entries(files)) {
    mkdirSync(dirname(join(path, name)), { recursive: true });
    writeFileSync(join(path, name), text);
  }
  return { kind: 'directory', path, entries: [], external: [], isBuilt: false };
}

export function inline(text: string): RunnableCode {
  return { kind: 'zip', base64: Buffer.from(zipInlineCode(text)).toString('base64') };
}

/** Files in an archive, by name. */
export function archive(files: Record<string, string>): RunnableCode {
  const entries = Object.entries(files).map(([path, text]) => ({ path, bytes: Buffer.from(text) }));
  return { kind: 'zip', base64: Buffer.from(writeZip(entries)).toString('base64') };
}

/** What the functions of one cloud share. */
export function createPlatform(
  idleWorkers?: number,
): FunctionPlatform & ProgramPlatform & { readonly clock: MovableClock } {
  const clock = createClock({ frozenAt: Date.parse('2026-11-22T12:00:00Z') });
  const processes = new Processes(clock);
  onCleanUp(() => processes.close());
  return {
    clock,
    processes,
    journal: createJournal(clock),
    idle: new IdleEnvironments(idleWorkers),
    memory: new MemoryWatch(clock),
  };
}

export interface TestFunction {
  readonly clock: MovableClock;
  readonly journal: Journal;
  readonly running: RunningFunction;
  invoke(event: unknown, more?: Partial<InvocationRequest>): Promise<InvocationResult>;
  /** Resolves when the function prints the line, from now on. */
  printed(line: string): Promise<void>;
}

export interface TestSettings extends Partial<FunctionSettings> {
  readonly isolation?: Isolation;
}

/** A function of 128 MB that may run for 3 seconds. Its invocations are `request-1`, `request-2`, … */
export async function start(
  {
    code,
    handler,
    layers = [],
  }: { readonly code: RunnableCode; readonly handler: string; readonly layers?: readonly RunnableCode[] },
  { isolation = 'worker', ...settings }: TestSettings = {},
  platform = createPlatform(),
): Promise<TestFunction> {
  const { runtime = 'nodejs20.x', memoryMb = 128, variables } = settings;
  const program = await prepareProgram(code, { handler, runtime, layers, isolation }, platform);
  const logGroup = '/aws/lambda/orders';
  const logStream = '2026/11/22/[$LATEST]1';
  const running = new RunningFunction(
    {
      name: 'orders',
      version: '$LATEST',
      runtime,
      timeoutMs: 3000,
      memoryMb,
      logGroup,
      logStream,
      logFormat: 'Text',
      applicationLogLevel: 'INFO',
      ...settings,
      variables: {
        ...{ AWS_LAMBDA_FUNCTION_NAME: 'orders', AWS_LAMBDA_FUNCTION_VERSION: '$LATEST' },
        ...{ AWS_LAMBDA_LOG_GROUP_NAME: logGroup, AWS_LAMBDA_LOG_STREAM_NAME: logStream },
        ...{ AWS_LAMBDA_FUNCTION_MEMORY_SIZE: String(memoryMb), COLOUR: 'red' },
        ...{ LAMBDA_TASK_ROOT: program.root, _HANDLER: handler },
        ...variables,
      },
    },
    program,
    platform,
  );
  onCleanUp(() => running.terminate());
  let count = 0;
  const invoke = (event: unknown, more: Partial<InvocationRequest> = {}) =>
    running.invoke({
      requestId: `request-${++count}`,
      event: JSON.stringify(event),
      invokedFunctionArn: 'arn:aws:lambda:eu-west-1:000000000000:function:orders',
      ...more,
    });
  const printed = (line: string) =>
    new Promise<void>((resolve) => {
      const stop = platform.journal.listen((fact) => {
        if (fact.kind !== 'function.log' || fact.functionName !== running.settings.name || fact.line !== line) return;
        stop();
        resolve();
      });
    });
  return { clock: platform.clock, journal: platform.journal, running, invoke, printed };
}

/** The same of one CommonJS module that exports `handler`. */
export function inlineFunction(
  text: string,
  settings?: TestSettings,
  platform?: FunctionPlatform & ProgramPlatform & { readonly clock: MovableClock },
): Promise<TestFunction> {
  return start({ code: inline(text), handler: 'index.handler' }, settings, platform);
}
