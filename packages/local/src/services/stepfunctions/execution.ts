// An execution: a row of `stepfunctions/executions`, what it takes, and how it is described. What it is at this
// moment is the interpreter's `Execution`; around it stands what the run was begun with, so that it goes on with that
// whatever becomes of its state machine.
import { ServiceError } from '@earwitness/protocol/internal/aws/errors';
import type {
  DescribeExecutionOutput,
  ExecutionListItem,
  HistoryEvent,
} from '@earwitness/protocol/internal/aws/models/stepfunctions.types';
import type { About, Execution } from '@earwitness/protocol/internal/states-language/interpreter/execution';
import type { Ask } from '@earwitness/protocol/internal/states-language/interpreter/happening';
import type { Json } from '@earwitness/protocol/internal/states-language/json';
import { jsonFault, parseJson } from '@earwitness/protocol/internal/states-language/json-text';
import type { Logging } from './settings.ts';

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
  /** Which of that one's executions it is, from 0. */
  readonly mapRunIndex?: number;
  /** An Express execution whose end a task with `.sync` waits for. */
  readonly isAwaited?: true;
  /** Breaks the tie of executions that were started in the same millisecond: newer ones have more. */
  readonly order: number;
  /** What came of the last happening, and has not been passed on yet. */
  readonly outbox: Outbox;
  /** Client tokens with which it was redriven, newest first. */
  readonly redrives?: readonly Redrive[];
}

export interface Redrive {
  readonly token: string;
  /** Epoch ms. */
  readonly at: number;
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

/** Source: Step Functions developer guide, "Quotas related to state machine executions". */
const MAX_INPUT_BYTES = 262_144;

/** The input of a new execution. @throws InvalidExecutionInput, ValidationException */
export function readInput(text: string): Json {
  if (Buffer.byteLength(text) > MAX_INPUT_BYTES) {
    const constraint = `Member must have length less than or equal to ${MAX_INPUT_BYTES}`;
    const sentence = `1 validation error detected: Value at 'input' failed to satisfy constraint: ${constraint}`;
    throw new ServiceError('ValidationException', sentence);
  }
  const input = parseJson(text);
  if (input !== undefined) return input;
  throw new ServiceError('InvalidExecutionInput', `Invalid State Machine Execution Input: '${jsonFault(text)}'`);
}

/** Source: API reference, RedriveExecution: within 14 days, fewer than 24,999 events. */
const REDRIVABLE_MS = 14 * 86_400_000;
const REDRIVABLE_EVENTS = 24_999;

/** Why an execution cannot be redriven; `undefined` when it can. Sentences of time and events are ours. */
export function redriveFault({ execution }: ExecutionRow, now: number): string | undefined {
  const { status, stoppedAt = now, lastEventId } = execution;
  if (status === 'RUNNING' || status === 'SUCCEEDED') return `Execution is ${status} and cannot be redriven`;
  if (now - stoppedAt > REDRIVABLE_MS) return 'Execution ended more than 14 days ago and cannot be redriven';
  if (lastEventId >= REDRIVABLE_EVENTS) {
    return `Execution has ${lastEventId} events, ${REDRIVABLE_EVENTS} at most would allow to redrive it`;
  }
  return undefined;
}

/** What ListExecutions tells of one. */
export function summarizeExecution(row: ExecutionRow): ExecutionListItem {
  const { about, status, stoppedAt, redriveCount, redrivenAt } = row.execution;
  return {
    ...{ executionArn: about.executionArn, stateMachineArn: about.stateMachineArn, name: about.name, status },
    startDate: about.startedAt,
    ...(stoppedAt !== undefined && { stopDate: stoppedAt }),
    ...(row.mapRunArn !== undefined && { mapRunArn: row.mapRunArn }),
    ...startedAs(about),
    redriveCount,
    ...(redrivenAt !== undefined && { redriveDate: redrivenAt }),
  };
}

/** As DescribeExecution answers it, and as the event of a change of its status tells it. */
export function describeExecution(row: ExecutionRow, now: number): DescribeExecutionOutput {
  const { about, output, failure } = row.execution;
  const fault = redriveFault(row, now);
  return {
    ...summarizeExecution(row),
    input: about.inputText,
    inputDetails: { included: true },
    ...(output !== undefined && { output: JSON.stringify(output), outputDetails: { included: true } }),
    ...(failure?.error !== undefined && { error: failure.error }),
    ...(failure?.cause !== undefined && { cause: failure.cause }),
    ...(row.traceHeader !== undefined && { traceHeader: row.traceHeader }),
    redriveStatus: fault === undefined ? redrivable(row) : 'NOT_REDRIVABLE',
    ...(fault !== undefined && { redriveStatusReason: fault }),
  };
}

/** A map run redrives its own executions of Express machines. Source: API reference, DescribeExecution. */
function redrivable({ mapRunArn, execution }: ExecutionRow): 'REDRIVABLE' | 'REDRIVABLE_BY_MAP_RUN' {
  return mapRunArn !== undefined && execution.about.type === 'STANDARD' ? 'REDRIVABLE_BY_MAP_RUN' : 'REDRIVABLE';
}

function startedAs({ stateMachineVersionArn, stateMachineAliasArn }: About) {
  return {
    ...(stateMachineVersionArn !== undefined && { stateMachineVersionArn }),
    ...(stateMachineAliasArn !== undefined && { stateMachineAliasArn }),
  };
}
