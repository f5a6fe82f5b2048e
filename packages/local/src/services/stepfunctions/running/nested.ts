// Tasks that wait for another execution (`.sync`): rows say who waits for which, so that whichever node sees the end of
// the one tells the other.
//
//   child | parent | task → whom to tell              parent's id | task → what the task began
//
// An Express execution has no row: how it ended stands in one of its own until its parent has been told.
import type { Happening, TaskAsk } from '@earwitness/protocol/internal/states-language/interpreter/happening';
import { isJob, parseResource } from '@earwitness/protocol/internal/states-language/resource';
import { type Table, tableOf } from '../../../backbone/table.ts';
import type { Platform } from '../../../platform.ts';
import { type ExecutionRow, executionKey } from '../execution.ts';
import type { Executions } from '../executions.ts';
import { nestedOutcome, startedBy } from '../tasks/nested-execution.ts';
import { ownOrigin } from '../tasks/role.ts';
import { ownerOf } from './task-calls.ts';

interface Parent {
  /** Of the execution that waits, and its row's id. */
  readonly key: string;
  readonly id: string;
  readonly task: string;
  /** `.sync:2`: input and output are JSON. */
  readonly isParsed: boolean;
}

const PARENTS = tableOf<Parent>('stepfunctions/waiting-parents');
type Ended = Pick<ExecutionRow, 'execution'>;
/** How an Express execution ended that a task waits for, until that has been told. */
const ENDS = tableOf<Ended>('stepfunctions/awaited-ends');
/** The ARN of what a task began. */
const CHILDREN = tableOf<string>('stepfunctions/begun-children');

/** Whom to tell what. */
export interface Telling {
  readonly key: string;
  readonly id: string;
  readonly happening: Happening;
}

export class NestedExecutions {
  readonly #platform: Platform;
  readonly #executions: Executions;
  readonly #parents: Table<Parent>;
  readonly #children: Table<string>;
  readonly #ends: Table<Ended>;

  constructor(platform: Platform, executions: Executions) {
    this.#platform = platform;
    this.#executions = executions;
    this.#parents = platform.backbone.table(PARENTS);
    this.#children = platform.backbone.table(CHILDREN);
    this.#ends = platform.backbone.table(ENDS);
  }

  /**
   * Notes what the answer to a task's StartExecution began, when the task waits for its end. When that is over already,
   * returns what to tell.
   */
  async watch(row: ExecutionRow, ask: TaskAsk, output: Happening): Promise<readonly Telling[]> {
    const resource = parseResource(ask.resource);
    const isSync = resource?.kind === 'optimized' && isJob(resource.pattern);
    const childArn = output.kind === 'task submitted' ? startedBy(output.output) : undefined;
    if (!isSync || childArn === undefined) return [];
    const key = executionKey(row.execution.about);
    const { task } = ask;
    const parent = { key, id: row.id, task, isParsed: resource.pattern === 'sync:2' };
    const childKey = executionKey({ executionArn: childArn });
    await this.#children.put(`${row.id}|${task}`, childArn);
    await this.#parents.put(`${childKey}|${key}|${task}`, parent);
    const child: Ended | undefined = this.#ends.get(childKey)?.value ?? this.#executions.find(childArn);
    return child && child.execution.status !== 'RUNNING' ? this.ended(child) : [];
  }

  /** Whom to tell that an Express execution is over. Who waits for it may not have been noted yet: it hears then. */
  async awaitedEnded({ execution }: Ended): Promise<readonly Telling[]> {
    await this.#ends.put(executionKey(execution.about), { execution });
    return this.ended({ execution });
  }

  /** Whom to tell that an execution is over. They are told once; being told again would change nothing. */
  async ended({ execution }: Ended): Promise<readonly Telling[]> {
    const tellings: Telling[] = [];
    const childKey = executionKey(execution.about);
    for (const { key: at, value } of this.#parents.list(`${childKey}|`)) {
      const outcome = nestedOutcome(execution, value.isParsed);
      const { task, key, id } = value;
      const happening: Happening =
        outcome.kind === 'failed'
          ? { kind: 'task failed', task, error: outcome.error, cause: outcome.cause }
          : { kind: 'task succeeded', task, output: outcome.output };
      tellings.push({ key, id, happening });
      await this.#parents.delete(at);
    }
    if (tellings.length > 0 && execution.about.type === 'EXPRESS') await this.#ends.delete(childKey);
    return tellings;
  }

  /** Stops what a task began, as far as it goes. */
  async cancel(row: ExecutionRow, task: string): Promise<void> {
    const executionArn = this.#children.get(`${row.id}|${task}`)?.value;
    // An Express execution cannot be stopped: it goes on to its end. Source: API reference, StopExecution.
    if (executionArn === undefined || executionArn.includes(':express:')) return;
    const { dispatch, journal } = this.#platform;
    try {
      await dispatch.call('stepfunctions', 'StopExecution', { executionArn }, ownOrigin(ownerOf(row)));
    } catch (error) {
      const message = `It was not stopped with its parent: ${error instanceof Error ? error.message : String(error)}`;
      journal.record({ kind: 'warning', about: `execution ${executionArn}`, message });
    }
  }

  async clear(): Promise<void> {
    for (const { key } of this.#parents.list()) await this.#parents.delete(key);
    for (const { key } of this.#children.list()) await this.#children.delete(key);
    for (const { key } of this.#ends.list()) await this.#ends.delete(key);
  }
}
