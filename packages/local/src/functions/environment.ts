// An execution environment of Lambda: a place where one version of a function runs, one invocation at a time. A
// function has as many as it has invocations at once. Who makes it (a thread, a process) decides how it runs; nobody
// else knows.
// Source: docs.aws.amazon.com/lambda/latest/dg/lambda-runtime-environment.html
import type { EnvironmentOutcome } from './outcome.ts';
import type { FunctionSettings } from './settings.ts';

export interface Environment {
  /** Resolves when it starts: one that has to wait for its turn to start loses no time by it. */
  readonly started: Promise<void>;
  /** Resolves when the handler is loaded, with the reason when it could not be. Never rejects. */
  readonly ready: Promise<EnvironmentOutcome | undefined>;
  /** Resolves when what it was last asked to run is over: it can run the next, or is no longer alive. */
  readonly rested: Promise<void>;
  /** Whether it can take an invocation, now or when it is ready. */
  readonly alive: boolean;
  /** Runs one invocation; a streamed answer goes to `take`. It must be ready and idle. Never rejects. */
  invoke(invocation: EnvironmentInvocation, take: TakeChunk): Promise<EnvironmentOutcome>;
  /** Ends it, whatever it is doing; what it printed until now is read before. Who waits for it is told `outcome`. */
  end(outcome?: EnvironmentOutcome): Promise<void>;
  /** Lines that were printed and not kept since this was last asked. */
  takeDroppedLines(): number;
}

export interface EnvironmentInvocation {
  readonly requestId: string;
  /** JSON text. */
  readonly event: string;
  readonly invokedFunctionArn: string;
  readonly traceId?: string;
  /** Parsed; the handler sees it in its context. */
  readonly clientContext?: unknown;
}

/** A piece of a streamed answer. */
export interface Chunk {
  /** Of the whole answer. */
  readonly contentType: string;
  readonly bytes: Uint8Array;
}

/** Resolves when the next piece may come. Never rejects. */
export type TakeChunk = (chunk: Chunk) => Promise<void>;

export interface EnvironmentOptions {
  readonly settings: FunctionSettings;
  readonly onLog: (line: LogLine) => void;
  /** It said something that Earwitness does not understand, and is ended. */
  readonly onNonsense: () => void;
  /** Nothing of it is left. */
  readonly onExit: () => void;
}

export interface LogLine {
  readonly stream: 'stdout' | 'stderr';
  /** `INFO`, `ERROR`, …; absent for what was written to the stream directly. */
  readonly level: string | undefined;
  readonly text: string;
}
