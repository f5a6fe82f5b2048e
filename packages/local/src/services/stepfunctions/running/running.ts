// What runs executions: it tells the interpreter what happened, writes what became of them, and does what they ask for.
import { ServiceError } from '@earwitness/protocol/internal/aws/errors';
import type { HistoryEvent } from '@earwitness/protocol/internal/aws/models/stepfunctions.types';
import type { Execution } from '@earwitness/protocol/internal/states-language/interpreter/execution';
import type { Happening } from '@earwitness/protocol/internal/states-language/interpreter/happening';
import type { Json } from '@earwitness/protocol/internal/states-language/json';
import type { Platform } from '../../../platform.ts';
import type { ExecutionRow } from '../execution.ts';
import type { Executions } from '../executions.ts';

export interface RunningParts {
  readonly platform: Platform;
  readonly executions: Executions;
}

export interface Running {
  /**
   * Begins an execution: `row.execution` is as `startExecution` of the interpreter makes it, nothing has happened yet.
   * Resolves when it stands in the table and begins by itself from now on; with the row that stands there, which is
   * another one (see its `id`) when the name was taken meanwhile: then nothing was begun.
   */
  start(row: ExecutionRow): Promise<ExecutionRow>;
  /** Begins an Express execution and resolves when it is over. It stops when `signal` is aborted. */
  run(row: ExecutionRow, signal?: AbortSignal): Promise<Execution>;
  /**
   * Tells an execution of something from outside (`stopped`, `redriven`); nothing happens to one that is over, except
   * that it is redriven. Resolves when the row has it.
   */
  happen(executionArn: string, happening: Happening): Promise<void>;
  /** Resolves when an execution is over, at once if it is. Only of one that stands in the table. */
  whenEnded(executionArn: string): Promise<Execution>;
  /** In order, all of them. Of Standard executions. */
  historyOf(row: ExecutionRow): Promise<readonly HistoryEvent[]>;
  /** Whose task a token is for; `undefined` for one that was never given out. */
  findTask(token: string): OpenTask | undefined;
  /** @throws InvalidToken, TaskTimedOut, TaskDoesNotExist */
  completeTask(token: string, completion: Completion): Promise<void>;
  /**
   * The next task of an activity; `undefined` when none came for 60 seconds or `signal` was aborted. It has started then.
   */
  takeActivity(
    activityArn: string,
    worker: { readonly name?: string | undefined; readonly signal?: AbortSignal | undefined },
  ): Promise<ActivityTask | undefined>;
}

export interface OpenTask {
  readonly executionArn: string;
  readonly stateMachineArn: string;
}

export type Completion =
  | { readonly kind: 'succeeded'; readonly output: Json }
  | { readonly kind: 'failed'; readonly error: string | undefined; readonly cause: string | undefined }
  | { readonly kind: 'heartbeat' };

export interface ActivityTask {
  readonly taskToken: string;
  /** JSON text. */
  readonly input: string;
}

export function createRunning({ executions }: RunningParts): Running & { close(): void } {
  const later = (): never => {
    throw new ServiceError('InternalFailure', 'Executions do not run yet.');
  };
  return {
    start: (row) => executions.add(row),
    run: later,
    happen: later,
    whenEnded: later,
    historyOf: async () => [],
    findTask: () => undefined,
    completeTask: later,
    takeActivity: later,
    close: () => {},
  };
}
