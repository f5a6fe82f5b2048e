// Distributed Maps: their items are executions of `NAME/LABEL`, begun as fast as their concurrency lets them, on
// whichever node; the run ends when all of them have, or when more have failed than it tolerates.
//
//   asked for ─→ items read ─→ plan and items stand in tables ─→ begin some ─→ one ended ─→ begin more, or end the run
//
// Everything follows from the rows, and may be done twice.
import type { Execution } from '@earwitness/protocol/internal/states-language/interpreter/execution';
import type {
  Happening,
  MapRunAsk,
  TaskAsk,
} from '@earwitness/protocol/internal/states-language/interpreter/happening';
import type { Json } from '@earwitness/protocol/internal/states-language/json';
import { StatesError } from '@earwitness/protocol/internal/states-language/states-error';
import type { Table } from '../../../backbone/table.ts';
import { updateRow } from '../../../backbone/update.ts';
import type { Platform } from '../../../platform.ts';
import { machineOf } from '../definition.ts';
import { type ExecutionRow, executionKey } from '../execution.ts';
import type { Executions } from '../executions.ts';
import { type MapRunRow, mapRunKey } from '../map-run.ts';
import type { Telling } from '../running/nested.ts';
import { ownerOf } from '../running/task-calls.ts';
import { Turns } from '../running/turns.ts';
import { worldOf } from '../running/world.ts';
import { MAP_RUNS } from '../tables.ts';
import { ownOrigin } from '../tasks/role.ts';
import type { Task } from '../tasks/task.ts';
import { countsOf, exceedsTolerance } from './counts.ts';
import { batchItems, selectItems } from './inputs.ts';
import {
  childDefinition,
  childRow,
  ITEMS,
  itemKey,
  machineArnOf,
  mapRunArnOf,
  mapStateAt,
  PLANS,
  type Plan,
  type PlannedItem,
} from './plan.ts';
import { readItems } from './read-items.ts';
import { type Ended, resultsOf, writeResults } from './results.ts';

/** What runs the executions. */
export interface MapRunDriver {
  start(row: ExecutionRow): Promise<ExecutionRow>;
  /** In a moment. */
  tell(tellings: readonly Telling[]): Promise<void>;
  /** Now. */
  happen(telling: Telling): Promise<boolean>;
}

/** Ours: executions of a run at once, where it sets no limit; AWS: 10,000. */
const AT_ONCE = 1000;
/** Source: recorded on AWS (LocalStack, test_base_scenarios). */
const EXCEEDED = 'The specified tolerated failure threshold was exceeded';

export class MapRuns {
  readonly #platform: Platform;
  readonly #executions: Executions;
  readonly #driver: MapRunDriver;
  readonly #runs: Table<MapRunRow>;
  readonly #plans: Table<Plan>;
  readonly #items: Table<PlannedItem>;
  readonly #turns = new Turns();

  constructor(platform: Platform, executions: Executions, driver: MapRunDriver) {
    this.#platform = platform;
    this.#executions = executions;
    this.#driver = driver;
    const { backbone } = platform;
    [this.#runs, this.#plans, this.#items] = [backbone.table(MAP_RUNS), backbone.table(PLANS), backbone.table(ITEMS)];
  }

  async start(row: ExecutionRow, ask: MapRunAsk): Promise<void> {
    const mapRunArn = mapRunArnOf(row, ask);
    const runKey = mapRunKey({ mapRunArn });
    const { task, run } = ask;
    await this.#driver.happen({ ...this.#parent(row), happening: { kind: 'map run started', task, mapRunArn } });
    const now = this.#platform.clock.now();
    if (!this.#plans.get(runKey)) {
      if (this.#runs.get(runKey)) return;
      try {
        await this.#plan(row, ask, mapRunArn);
      } catch (error) {
        if (!(error instanceof StatesError)) throw error;
        const counts = countsOf([], 'items');
        await this.#runs.put(runKey, {
          ...this.#newRun(row, ask, mapRunArn, now),
          ...{ status: 'FAILED', stoppedAt: now, itemCounts: counts, executionCounts: counts },
        });
        const failed: Happening = { kind: 'task failed', task, error: error.name, cause: error.message };
        return this.#driver.tell([{ ...this.#parent(row), happening: failed }]);
      }
      const items = this.#items.list(`${runKey}|`).map(({ value }) => value);
      await this.#runs.put(runKey, {
        ...this.#newRun(row, ask, mapRunArn, now),
        ...{ status: 'RUNNING', itemCounts: countsOf(items, 'items'), executionCounts: countsOf(items, 'executions') },
        ...{ maxConcurrency: run.maxConcurrency },
      });
    }
    await this.#turns.take(runKey, () => this.#goOn(runKey));
  }

  /** An execution of a run is over. */
  async childEnded({ mapRunArn = '', mapRunIndex = 0, execution }: ExecutionRow): Promise<void> {
    const runKey = mapRunKey({ mapRunArn });
    const key = itemKey(runKey, mapRunIndex);
    await this.#turns.take(runKey, async () => {
      const item = this.#items.get(key)?.value;
      if (item && !item.ended) await this.#items.put(key, { ...item, ended: endOf(execution) });
      await this.#goOn(runKey);
    });
  }

  /** The execution that waits for a run needs it no more. */
  async cancel(row: ExecutionRow, task: string): Promise<void> {
    const plan = this.#plans.list().find(({ value }) => value.parentId === row.id && value.task === task);
    if (!plan) return;
    await this.#turns.take(plan.key, async () => {
      await this.#end(plan.key, plan.value, 'ABORTED');
      await this.#forget(plan.key);
    });
  }

  async clear(): Promise<void> {
    for (const table of [this.#runs, this.#plans, this.#items]) {
      for (const { key } of table.list()) await table.delete(key);
    }
  }

  async #plan(row: ExecutionRow, ask: MapRunAsk, mapRunArn: string): Promise<void> {
    const machine = machineOf(row);
    const state = mapStateAt(machine, ask.place);
    const world = worldOf(this.#platform);
    const read = await readItems(this.#platform, taskOf(row, ask), ask.run);
    const items = await selectItems(state, read, { scope: ask.scope, world });
    const inputs = batchItems(items, ask.run.batcher);
    const runKey = mapRunKey({ mapRunArn });
    for (const [index, input] of inputs.entries()) await this.#items.put(itemKey(runKey, index), input);
    await this.#plans.put(runKey, {
      ...{ mapRunArn, parentArn: row.execution.about.executionArn, parentId: row.id, task: ask.task },
      ...{ definition: childDefinition(machine, state), type: ask.run.executionType },
      ...(ask.run.writer && { writer: ask.run.writer }),
      ...{ total: inputs.length, begun: 0 },
    });
  }

  /** Begins what may begin, or ends the run. */
  async #goOn(runKey: string): Promise<void> {
    const plan = this.#plans.get(runKey)?.value;
    const parent = plan && this.#executions.find(plan.parentArn);
    if (!plan || !parent || parent.id !== plan.parentId) return;
    const items = this.#items.list(`${runKey}|`).map(({ value }) => value);
    const { running } = countsOf(items, 'executions', plan.begun);
    const run = await this.#count(runKey, items, plan);
    if (!run) return;
    if (exceedsTolerance(run)) return this.#fail(runKey, plan);
    if (items.every(({ ended }) => ended)) return this.#succeed(runKey, plan, parent);
    const room = (run.maxConcurrency === 0 ? AT_ONCE : run.maxConcurrency) - running;
    const last = Math.min(plan.begun + Math.max(room, 0), plan.total);
    if (last === plan.begun) return;
    await this.#plans.put(runKey, { ...plan, begun: last });
    await this.#count(runKey, items, { ...plan, begun: last });
    for (let index = plan.begun; index < last; index++) await this.#begin(parent, plan, index);
  }

  async #begin(parent: ExecutionRow, plan: Plan, index: number): Promise<void> {
    const item = this.#items.get(itemKey(mapRunKey(plan), index))?.value;
    const now = this.#platform.clock.now();
    if (item && !item.ended) await this.#driver.start(childRow(parent, plan, { index, input: item.input, now }));
  }

  async #count(runKey: string, items: readonly PlannedItem[], { begun }: Plan): Promise<MapRunRow | undefined> {
    if (!this.#runs.get(runKey)) return undefined;
    const itemCounts = countsOf(items, 'items', begun);
    const executionCounts = countsOf(items, 'executions', begun);
    const { value } = await updateRow(this.#runs, runKey, (run) => {
      if (!run) throw new Error(`The map run ${runKey} is gone.`);
      return { ...run, itemCounts, executionCounts };
    });
    return value;
  }

  async #succeed(runKey: string, plan: Plan, parent: ExecutionRow): Promise<void> {
    const ended = this.#items.list(`${runKey}|`).flatMap(({ value }) => (value.ended ? [value.ended] : []));
    const { writer, mapRunArn, task } = plan;
    let happening: Happening;
    try {
      const output: Json =
        writer?.resource === undefined
          ? resultsOf(ended, writer)
          : await writeResults(this.#platform, taskOf(parent, plan), { writer, mapRunArn, children: ended });
      happening = { kind: 'task succeeded', task, output };
    } catch (error) {
      if (!(error instanceof StatesError)) throw error;
      happening = { kind: 'task failed', task, error: error.name, cause: error.message };
    }
    const isWritten = writer?.resource !== undefined && happening.kind === 'task succeeded';
    await this.#end(runKey, plan, happening.kind === 'task succeeded' ? 'SUCCEEDED' : 'FAILED', isWritten);
    await this.#driver.tell([{ ...this.#parent(parent), happening }]);
    await this.#forget(runKey);
  }

  async #fail(runKey: string, plan: Plan): Promise<void> {
    const parent = this.#executions.find(plan.parentArn);
    await this.#end(runKey, plan, 'FAILED');
    const error = 'States.ExceedToleratedFailureThreshold';
    const happening: Happening = { kind: 'task failed', task: plan.task, error, cause: EXCEEDED };
    if (parent) await this.#driver.tell([{ ...this.#parent(parent), happening }]);
    await this.#forget(runKey);
  }

  /** Stops what still runs, and writes how it ended. */
  async #end(runKey: string, plan: Plan, status: MapRunRow['status'], isWritten = false): Promise<void> {
    const items = this.#items.list(`${runKey}|`).map(({ value }) => value);
    const parent = this.#executions.find(plan.parentArn);
    const final = items.map((item) => (item.ended ? item : { ...item, ended: 'ABORTED' as const }));
    const stoppedAt = this.#platform.clock.now();
    await updateRow(this.#runs, runKey, (run) => {
      if (!run) throw new Error(`The map run ${runKey} is gone.`);
      if (run.status !== 'RUNNING') return run;
      const written = isWritten && { resultsWritten: plan.total };
      const itemCounts = { ...countsOf(final, 'items'), ...(isWritten && { resultsWritten: itemsIn(items) }) };
      return {
        ...run,
        status,
        stoppedAt,
        itemCounts,
        executionCounts: { ...countsOf(final, 'executions'), ...written },
      };
    });
    // The plan goes first, so that what is stopped begins nothing anew.
    await this.#plans.delete(runKey);
    for (const [index, item] of items.slice(0, plan.begun).entries()) {
      if (item.ended || !parent || plan.type === 'EXPRESS') continue;
      const child = childRow(parent, plan, { index, input: item.input, now: stoppedAt });
      const happening: Happening = { kind: 'stopped', error: undefined, cause: undefined };
      await this.#driver.happen({ key: executionKey(child.execution.about), id: child.id, happening });
    }
  }

  async #forget(runKey: string): Promise<void> {
    await this.#plans.delete(runKey);
    for (const { key } of this.#items.list(`${runKey}|`)) await this.#items.delete(key);
  }

  #newRun(row: ExecutionRow, { run }: MapRunAsk, mapRunArn: string, startedAt: number) {
    return {
      ...{ mapRunArn, executionArn: row.execution.about.executionArn, stateMachineArn: machineArnOf(mapRunArn) },
      ...{ startedAt, maxConcurrency: run.maxConcurrency, redriveCount: 0 },
      toleratedFailureCount: run.toleratedCount ?? 0,
      toleratedFailurePercentage: run.toleratedPercentage ?? 0,
    };
  }

  #parent(row: ExecutionRow): Pick<Telling, 'key' | 'id'> {
    return { key: executionKey(row.execution.about), id: row.id };
  }
}

function itemsIn(items: readonly PlannedItem[]): number {
  return items.reduce((sum, item) => sum + item.items, 0);
}

function endOf({ about, status, output, failure, stoppedAt, redriveCount }: Execution): Ended {
  return {
    ...{ about, status, redriveCount },
    ...(output !== undefined && { output }),
    ...(failure && { failure }),
    ...(stoppedAt !== undefined && { stoppedAt }),
  };
}

/** On whose behalf S3 is called. */
function taskOf(row: ExecutionRow, { task, state = '' }: { readonly task: string; readonly state?: string }): Task {
  const ask: TaskAsk = { kind: 'task', task, state, resource: '', input: null, retryCount: 0 };
  const owner = ownerOf(row);
  return { ask, owner, origin: ownOrigin(owner) };
}
