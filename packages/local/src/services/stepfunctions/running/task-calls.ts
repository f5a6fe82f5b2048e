// A task of an execution: mocked or called, written down, and told as the next happening.
import type { Execution } from '@earwitness/protocol/internal/states-language/interpreter/execution';
import type { Happening, TaskAsk } from '@earwitness/protocol/internal/states-language/interpreter/happening';
import { parseResource } from '@earwitness/protocol/internal/states-language/resource';
import type { Platform } from '../../../platform.ts';
import type { ExecutionRow } from '../execution.ts';
import { type Outcome, ownFault, type TaskOwner } from '../tasks/task.ts';
import type { Tasks } from '../tasks/tasks.ts';
import type { Mocks } from './mocks.ts';

export type Called = Outcome & { readonly isMocked: boolean };

export class TaskCalls {
  readonly #platform: Platform;
  readonly #tasks: Tasks;
  readonly #mocks: Mocks;

  constructor(platform: Platform, tasks: Tasks, mocks: Mocks) {
    this.#platform = platform;
    this.#tasks = tasks;
    this.#mocks = mocks;
  }

  /** What a test says that the task answers. */
  mocked(row: ExecutionRow, ask: TaskAsk): Promise<Outcome | undefined> {
    return this.#mocks.take(row, ask);
  }

  /** Calls it, unless it is mocked. A fault of ours fails the task, and stands in the journal. */
  async call(row: ExecutionRow, ask: TaskAsk): Promise<Called> {
    const { clock, journal } = this.#platform;
    const started = clock.elapsed();
    let called: Called;
    try {
      const mock = await this.mocked(row, ask);
      called = { ...(mock ?? (await this.#tasks.perform(ask, ownerOf(row)))), isMocked: mock !== undefined };
    } catch (error) {
      const message = journal.fault(`task ${ask.state} of ${row.execution.about.executionArn}`, error);
      called = { kind: 'failed', ...ownFault(message), isMocked: false };
    }
    this.record(row, ask, { called, durationMs: clock.elapsed() - started });
    return called;
  }

  record(row: ExecutionRow, ask: TaskAsk, { called, durationMs }: { called: Called; durationMs: number }): void {
    const { traceHeader, execution } = row;
    const { state, resource, retryCount } = ask;
    const outcome =
      called.kind === 'failed'
        ? ({ outcome: 'failed', error: called.error, cause: called.cause } as const)
        : ({ outcome: waitsFor(ask, called) ? 'waits' : 'succeeded' } as const);
    this.#platform.journal.record({
      ...{ kind: 'task.attempted', executionArn: execution.about.executionArn },
      ...(traceHeader !== undefined && { traceId: traceHeader }),
      ...{ state, resource, attempt: retryCount + 1, durationMs, ...outcome },
      ...(called.isMocked && { isMocked: true }),
      ...(called.takenAs !== undefined && { takenAs: called.takenAs }),
    });
  }
}

export function ownerOf({ account, region, id, execution: { about }, traceHeader }: ExecutionRow): TaskOwner {
  return {
    account,
    region,
    executionArn: about.executionArn,
    executionId: id,
    // The machine of a distributed Map's executions acts as the one that it stands in.
    stateMachineArn: about.stateMachineArn.replace(/\/[^/:]*$/, ''),
    roleArn: about.roleArn,
    ...(traceHeader !== undefined && { traceHeader }),
  };
}

/** What an execution is told of a task that was called. */
export function happeningOf(ask: TaskAsk, called: Called): Happening {
  const { task } = ask;
  if (called.kind === 'failed') {
    const { error, cause } = called;
    // What Step Functions itself finds wrong: nothing was called that could have failed.
    const isOwn = error === 'States.Runtime' && !called.isMocked;
    return { kind: isOwn ? 'task refused' : 'task failed', task, error, cause };
  }
  return { kind: waitsFor(ask, called) ? 'task submitted' : 'task succeeded', task, output: called.output };
}

/**
 * What a cause begins with where Step Functions itself finds something wrong.
 * Source: recorded on AWS (LocalStack, tests/aws/services/stepfunctions/v2/activities/test_activities).
 */
export function placeOf({ threads }: Execution, task: string): string {
  const thread = Object.values(threads).find(({ waiting }) => 'task' in waiting && waiting.task === task);
  if (!thread) return '';
  return `An error occurred while executing the state '${thread.state}' (entered at the event id #${thread.enteredEventId}). `;
}

function waitsFor({ resource }: TaskAsk, { isMocked }: Called): boolean {
  const parsed = parseResource(resource);
  return !isMocked && parsed !== undefined && 'pattern' in parsed && parsed.pattern !== 'request';
}
