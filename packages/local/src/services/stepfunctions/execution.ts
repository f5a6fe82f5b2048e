// An execution: a row of `stepfunctions/executions`. What it is at this moment is the interpreter's `Execution`; around it
// stands what the run was begun with, so that it goes on with that whatever becomes of its state machine.
import type { About, Execution } from '@earwitness/protocol/internal/states-language/interpreter/execution';
import type { HistoryEvent } from '@earwitness/protocol/internal/aws/models/stepfunctions.types';
import type { Ask } from '@earwitness/protocol/internal/states-language/interpreter/happening';
import type { Logging } from './state-machine.ts';

/** The row: plain data. */
export interface ExecutionRow {
  readonly account: string;
  readonly region: string;
  /** A UUID of its own: an execution of a machine that was deleted and made anew may have the ARN of an older one. */
  readonly id: string;
  /** `StateMachine.id`. */
  readonly machineId: string;
  readonly execution: Execution;
  /** The machine as it was when this was started. */
  readonly machine: StartedMachine;
  readonly traceHeader?: string;
  /** Of an execution of a distributed Map: whose child it is. */
  readonly mapRunArn?: string;
  /** Breaks the tie of executions that were started in the same millisecond: newer ones have more. */
  readonly order: number;
  /** What came of the last happening, and has not been passed on yet. */
  readonly outbox: Outbox;
}

/** Empty when all of it is done. It may be done twice, when a node dies meanwhile. */
export interface Outbox {
  /** For the history, the log, and those who wait for the end. */
  readonly events: readonly HistoryEvent[];
  readonly asks: readonly Ask[];
}

export const EMPTY_OUTBOX: Outbox = { events: [], asks: [] };

export interface StartedMachine {
  readonly definition: string;
  /** Of the revision that was started; absent before the first update. */
  readonly revisionId?: string;
  readonly logging: Logging;
  readonly tracing: boolean;
  /** When that revision was written: epoch ms. */
  readonly updatedAt: number;
}

/** `account/region/execution:NAME:EXEC`: what an ARN is known by. */
export function executionKey({ executionArn }: Pick<About, 'executionArn'>): string {
  const [, , , region = '', account = '', ...resource] = executionArn.split(':');
  return `${account}/${region}/${resource.join(':')}`;
}
