// What runs executions: it tells the interpreter what happened, writes what became of them, and does what they ask for.
import type { HistoryEvent } from '@earwitness/protocol/internal/aws/models/stepfunctions.types';
import type { Execution } from '@earwitness/protocol/internal/states-language/interpreter/execution';
import type { Happening, TaskAsk } from '@earwitness/protocol/internal/states-language/interpreter/happening';
import type { Platform } from '../../../platform.ts';
import type { FindResourceProblem } from '../definition.ts';
import { type ExecutionRow, executionKey } from '../execution.ts';
import type { Executions } from '../executions.ts';
import { MapRuns } from '../map-run/map-runs.ts';
import type { Outcome, TaskOwner } from '../tasks/task.ts';
import { createTasks } from '../tasks/tasks.ts';
import { ActivityTasks, isUntaken } from './activities.ts';
import { ExpressExecutions } from './express.ts';
import { Histories } from './history.ts';
import { ExecutionLogs } from './log-writer.ts';
import { Mocks } from './mocks.ts';
import { NestedExecutions } from './nested.ts';
import { StandardExecutions } from './standard.ts';
import { TaskCalls } from './task-calls.ts';
import {
  type Completion,
  happeningOfCompletion,
  invalidToken,
  isOpen,
  type OpenTask,
  Tokens,
  taskTimedOut,
} from './tokens.ts';
import { Waits } from './waits.ts';

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
  /** Whether a call of StartExecution comes from a task that waits for the end of what it begins. */
  isAwaited(requestId: string): boolean;
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
   * The next task of an activity; `undefined` when none came for 60 seconds or `signal` was aborted. It has started
   * then.
   */
  takeActivity(
    activityArn: string,
    worker: { readonly name?: string | undefined; readonly signal?: AbortSignal | undefined },
  ): Promise<ActivityTask | undefined>;
  /** What is to be said of the Resource of a task; `undefined` when it is served. */
  readonly findResourceProblem: FindResourceProblem;
  /** Calls a task once, outside of executions (TestState). */
  performTask(ask: TaskAsk, owner: TaskOwner): Promise<Outcome>;
  /** What tests say that tasks answer. */
  readonly mockedResults: Pick<Mocks, 'set' | 'list' | 'idleStates'>;
}

/** What the service ends and empties. */
export interface RunningWithLife extends Running {
  /** Forgets executions and what belongs to them, ended or not, and what tests say of tasks. */
  clear(): Promise<void>;
  close(): void;
}

export interface ActivityTask {
  readonly taskToken: string;
  /** JSON text. */
  readonly input: string;
}

export function createRunning({ platform, executions }: RunningParts): RunningWithLife {
  const { table } = executions;
  const awaitedCalls = new Set<string>();
  const tasks = createTasks(platform, awaitedCalls);
  const mocks = new Mocks(platform);
  const calls = new TaskCalls(platform, tasks, mocks);
  const [histories, logs] = [new Histories(platform, table), new ExecutionLogs(platform)];
  const [tokens, activities] = [new Tokens(platform), new ActivityTasks(platform)];
  const nested = new NestedExecutions(platform, executions);
  const waits = new Waits(table);
  const mapRuns = new MapRuns(platform, executions, {
    start: (row) => start(row),
    tell: (tellings) => standard.tell(tellings),
    happen: (telling) => standard.happen(telling),
  });
  const around = { histories, logs, calls, tokens, activities, nested, mapRuns };
  const standard: StandardExecutions = new StandardExecutions(platform, table, around);
  const express = new ExpressExecutions(platform, {
    ...{ logs, calls },
    async childEnded(row) {
      if (row.mapRunArn !== undefined) await mapRuns.childEnded(row);
      else await standard.tell(await nested.awaitedEnded(row));
    },
  });

  async function start(row: ExecutionRow): Promise<ExecutionRow> {
    if (row.execution.about.type === 'EXPRESS') {
      await express.start(row);
      return row;
    }
    const there = await executions.add(row);
    const { id, execution } = there;
    // Also of one that stands there already, and was not begun because its node died.
    if (execution.lastEventId === 0) {
      await standard.tell([{ key: executionKey(execution.about), id, happening: { kind: 'started' } }]);
    }
    return there;
  }

  /** Lets go of what runs, and forgets what was begun. */
  async function clear(): Promise<void> {
    express.abort();
    for (const { value } of table.list()) await histories.forget(value);
    for (const part of [tokens, nested, mapRuns, mocks]) await part.clear();
  }

  return {
    start,
    isAwaited: (requestId) => awaitedCalls.has(requestId),
    run: (row, signal) => express.run(row, signal),
    async happen(executionArn, happening) {
      const row = executions.find(executionArn);
      if (row) await standard.happen({ key: executionKey({ executionArn }), id: row.id, happening });
    },
    whenEnded: (executionArn) => waits.untilEnded(executionArn),
    historyOf: (row) => histories.read(row),
    findTask: (token) => tokens.find(token),
    async completeTask(token, completion) {
      const found = tokens.find(token);
      if (!found) throw invalidToken();
      const { key, id, task } = found;
      const isThere = () => {
        const row = table.get(key)?.value;
        return row?.id === id && isOpen(row.execution, task);
      };
      if (!isThere()) throw taskTimedOut();
      const isNews = await standard.happen({ key, id, happening: happeningOfCompletion(task, completion) });
      // A task without heartbeats is not changed by one.
      if (!isNews && !(completion.kind === 'heartbeat' && isThere())) throw taskTimedOut();
    },
    async takeActivity(activityArn, { name, signal }) {
      const worker = name !== undefined && { workerName: name };
      const taken = await activities.take(activityArn, {
        signal,
        async begin({ key, id, task }) {
          const row = table.get(key)?.value;
          if (row?.id !== id || !isUntaken(row.execution, task)) return false;
          return standard.happen({ key, id, happening: { kind: 'task started', task, ...worker } });
        },
      });
      return taken && { taskToken: taken.token, input: JSON.stringify(taken.input) };
    },
    findResourceProblem: (resource) => tasks.findProblem(resource),
    performTask: (ask, owner) => tasks.perform(ask, owner),
    mockedResults: mocks,
    clear,
    close() {
      waits.close();
      standard.close();
      express.close();
      tasks.close();
    },
  };
}
