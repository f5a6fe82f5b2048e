// Distributed Maps: their items are executions of `NAME/LABEL`, begun as fast as their concurrency lets them, on
// whichever node; the run ends when all of them have, or when more have failed than it tolerates.
//
//   asked for ─→ items read ─→ plan and items stand in tables ─→ begin some ─→ one ended ─→ begin more, or end the run
//
// Everything follows from the rows, and may be done twice. Long because it is the whole life of a run.
import type { Execution } from '@earwitness/protocol/internal/states-language/interpreter/execution';
import type {
  Happening,
  MapRunAsk,
  TaskAsk,
} from '@earwitness/protocol/internal/states-language/interpreter/happening';
import type { Json } from '@earwitness/protocol/internal/states-language/json';
import { StatesError } from '@earwitness/protocol/internal/states-language/states-error';
import { RevisionConflict, type Table } from '../../../backbone/table.ts';
import { Turns } from '../../../backbone/turns.ts';
import { MAX_TRIES } from '../../../backbone/update.ts';
import type { Platform } from '../../../platform.ts';
import { machineOf } from '../definition.ts';
import { type ExecutionRow, executionKey } from '../execution.ts';
import type { Executions } from '../executions.ts';
import { type MapRunRow, mapRunKey } from '../map-run.ts';
import type { Telling } from '../running/nested.ts';
import { ownerOf, placeOf } from '../running/task-calls.ts';
import { worldOf } from '../running/world.ts';
import { MAP_RUNS } from '../tables.ts';
import { ownOrigin } from '../tasks/role.ts';
import { ownFault, type Task } from '../tasks/task.ts';
import { closed, countsOf, exceedsTolerance, memberOf, moved } from './counts.ts';
import { batchItems, selectItems } from './inputs.ts';
import {
  childArn,
  childDefinition,
  childId,
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
/** Ours: as few left are looked at themselves: who counted anew may not have heard of the last ends. */
const FEW = 8;
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

  /** Begins a run, or goes on with one that a redriven execution asks for once more. */
  async start(row: ExecutionRow, ask: MapRunAsk): Promise<void> {
    const { task, mapRunArn = mapRunArnOf(row, ask) } = ask;
    const runKey = mapRunKey({ mapRunArn });
    await this.#driver.happen({ ...parentOf(row), happening: { kind: 'map run started', task, mapRunArn } });
    await this.#turns.take(runKey, async () => {
      const plan = this.#plans.get(runKey)?.value;
      if (plan?.task === task) await this.#recover(runKey, plan, row);
      else if (plan) await this.#begunAnew(runKey, { ...plan, task });
      else if (!(await this.#prepare(row, ask, mapRunArn))) return;
      await this.#goOn(runKey);
    });
  }

  /** An execution of a run is over. */
  async childEnded(row: ExecutionRow): Promise<void> {
    const { mapRunArn = '', mapRunIndex = 0, id, execution } = row;
    const runKey = mapRunKey({ mapRunArn });
    const key = itemKey(runKey, mapRunIndex);
    await this.#turns.take(runKey, async () => {
      const plan = this.#plans.get(runKey)?.value;
      const item = this.#items.get(key);
      if (!plan || plan.isOver || !item || id !== childId(plan, mapRunIndex)) return;
      if (item.value.ended) {
        // It was told before, by a node that died then: nobody knows how far it came.
        const parent = this.#executions.find(plan.parentArn);
        if (parent) await this.#recover(runKey, plan, parent);
      } else {
        const to = memberOf(execution.status);
        const ended = { ...item.value, ended: endOf(execution) };
        if (!(await isFirst(this.#items.put(key, ended, { ifRevision: item.revision })))) return;
        // What was counted when the run ended was counted with this one.
        await this.#count(runKey, (run) =>
          run.status === 'RUNNING' ? moved(run, item.value.items, { from: 'running', to }) : run,
        );
      }
      await this.#goOn(runKey);
    });
  }

  /** The execution that waits for a run needs it no more. */
  async cancel(row: ExecutionRow, task: string): Promise<void> {
    const found = this.#plans.list().find(({ value }) => value.parentId === row.id && value.task === task);
    const status = found && this.#runs.get(found.key)?.value.status;
    if (found && (status === 'RUNNING' || status === 'ABORTED')) {
      await this.#turns.take(found.key, () => this.#end(found.key, found.value, { status: 'ABORTED' }));
    }
  }

  async clear(): Promise<void> {
    for (const table of [this.#runs, this.#plans, this.#items]) {
      for (const { key } of table.list()) await table.delete(key);
    }
  }

  /** Reads the items and plans what is to be done; false: that failed, and the execution knows. */
  async #prepare(row: ExecutionRow, ask: MapRunAsk, mapRunArn: string): Promise<boolean> {
    const runKey = mapRunKey({ mapRunArn });
    // It is over, and was told of.
    const known = this.#runs.get(runKey)?.value;
    if (known && known.status !== 'RUNNING' && ask.mapRunArn === undefined) return false;
    const now = this.#platform.clock.now();
    const { task, run } = ask;
    const none = countsOf([], 'items');
    const begun: MapRunRow = {
      ...{ mapRunArn, executionArn: row.execution.about.executionArn, stateMachineArn: machineArnOf(mapRunArn) },
      ...{ status: 'RUNNING', startedAt: now, maxConcurrency: run.maxConcurrency, redriveCount: 0 },
      toleratedFailureCount: run.toleratedCount ?? 0,
      toleratedFailurePercentage: run.toleratedPercentage ?? 0,
      ...{ itemCounts: none, executionCounts: none },
    };
    try {
      const machine = machineOf(row);
      const state = mapStateAt(machine, ask.place);
      const read = await readItems(this.#platform, taskOf(row, ask), run);
      const world = worldOf(this.#platform);
      const inputs = batchItems(await selectItems(state, read, { scope: ask.scope, world }), run.batcher);
      for (const [index, input] of inputs.entries()) await this.#items.put(itemKey(runKey, index), input);
      await this.#runs.put(runKey, {
        ...begun,
        ...{ itemCounts: countsOf(inputs, 'items'), executionCounts: countsOf(inputs, 'executions') },
      });
      await this.#plans.put(runKey, {
        ...{ mapRunArn, parentArn: row.execution.about.executionArn, parentId: row.id, task },
        ...{ definition: childDefinition(machine, state), type: run.executionType },
        ...(run.writer && { writer: run.writer }),
        ...{ total: inputs.length, begun: 0, round: 0, isOver: false },
      });
      return true;
    } catch (error) {
      await this.#runs.put(runKey, { ...begun, status: 'FAILED', stoppedAt: now });
      const { error: name, cause } = this.#failureOf(mapRunArn, error);
      // What is wrong with the state's own fields is told with its place.
      const place = name === 'States.ItemReaderFailed' ? '' : placeOf(row.execution, task);
      const failed: Happening = { kind: 'task failed', task, error: name, cause: place + cause };
      await this.#driver.tell([{ ...parentOf(row), happening: failed }]);
      return false;
    }
  }

  /** What fails a run that could not read or write. A fault of ours fails it, too: nobody waits for ever. */
  #failureOf(mapRunArn: string, error: unknown): { readonly error: string; readonly cause: string } {
    if (error instanceof StatesError) return { error: error.name, cause: error.message };
    return ownFault(this.#platform.journal.fault(`map run ${mapRunArn}`, error));
  }

  /** What did not succeed is begun anew, by new executions. */
  async #begunAnew(runKey: string, plan: Plan): Promise<void> {
    for (const { key, value } of this.#items.list(`${runKey}|`)) {
      const { ended, ...item } = value;
      if (ended && ended.status !== 'SUCCEEDED') await this.#items.put(key, item);
    }
    await this.#recount(runKey, 0);
    await this.#count(runKey, ({ stoppedAt: _, ...run }) => ({
      ...run,
      ...{ status: 'RUNNING', redriveCount: run.redriveCount + 1, redrivenAt: this.#platform.clock.now() },
    }));
    // At last: until then it is begun anew by whoever comes next.
    await this.#plans.put(runKey, { ...plan, begun: 0, round: plan.round + 1, isOver: false });
  }

  /** Counts anew, and begins what another node was about to begin. */
  async #recover(runKey: string, plan: Plan, parent: ExecutionRow): Promise<void> {
    await this.#recount(runKey, plan.begun);
    for (let index = 0; index < plan.begun; index++) await this.#begin(parent, plan, index);
  }

  async #recount(runKey: string, begun: number): Promise<void> {
    const counts = this.#counts(runKey, begun);
    await this.#count(runKey, (run) => ({ ...run, ...counts }));
  }

  /** From the items themselves. */
  #counts(runKey: string, begun: number): Pick<MapRunRow, 'itemCounts' | 'executionCounts'> {
    const items = this.#items.list(`${runKey}|`).map(({ value }) => value);
    return { itemCounts: countsOf(items, 'items', begun), executionCounts: countsOf(items, 'executions', begun) };
  }

  /** Nothing becomes of a run that a purge took away meanwhile. */
  async #count(runKey: string, change: (run: MapRunRow) => MapRunRow): Promise<void> {
    for (let tries = 1; ; tries++) {
      const row = this.#runs.get(runKey);
      if (!row) return;
      try {
        await this.#runs.put(runKey, change(row.value), { ifRevision: row.revision });
        return;
      } catch (error) {
        if (!(error instanceof RevisionConflict) || tries === MAX_TRIES) throw error;
      }
    }
  }

  /** Begins what may begin, or ends the run. */
  async #goOn(runKey: string): Promise<void> {
    const row = this.#plans.get(runKey);
    const plan = row?.value;
    const run = this.#runs.get(runKey)?.value;
    const parent = plan && this.#executions.find(plan.parentArn);
    if (!plan || !run || !parent || plan.isOver || parent.id !== plan.parentId) return;
    if (run.status !== 'RUNNING') return this.#end(runKey, plan, { status: run.status });
    // An end that another node counted anew, and that its own node counts then, is there twice.
    if (exceedsTolerance(run) && exceedsTolerance({ ...run, ...this.#counts(runKey, plan.begun) })) {
      return this.#fail(runKey, plan, parent);
    }
    const { pending, running } = run.executionCounts;
    if (pending + running <= 0) return this.#succeed(runKey, plan, parent);
    if (pending === 0 && running <= FEW && this.#items.list(`${runKey}|`).every(({ value }) => value.ended)) {
      await this.#recount(runKey, plan.begun);
      return this.#goOn(runKey);
    }
    let room = (run.maxConcurrency === 0 ? AT_ONCE : run.maxConcurrency) - running;
    const wanted: number[] = [];
    let { begun } = plan;
    let items = 0;
    for (; begun < plan.total && room > 0; begun++) {
      const item = this.#items.get(itemKey(runKey, begun))?.value;
      if (!item || item.ended) continue;
      wanted.push(begun);
      items += item.items;
      room--;
    }
    if (wanted.length === 0) return;
    // Another node may begin the same ones.
    const claim = this.#plans.put(runKey, { ...plan, begun }, { ifRevision: row.revision });
    if (!(await isFirst(claim))) return this.#goOn(runKey);
    const executions = wanted.length;
    await this.#count(runKey, (now) => moved(now, items, { from: 'pending', to: 'running', executions }));
    for (const index of wanted) await this.#begin(parent, plan, index);
  }

  async #begin(parent: ExecutionRow, plan: Plan, index: number): Promise<void> {
    const item = this.#items.get(itemKey(mapRunKey(plan), index))?.value;
    if (!item || item.ended) return;
    await this.#driver.start(childRow(parent, plan, { index, input: item.input, now: this.#platform.clock.now() }));
  }

  async #succeed(runKey: string, plan: Plan, parent: ExecutionRow): Promise<void> {
    const ended = await this.#allEnded(runKey, plan.total);
    const { writer, mapRunArn, task } = plan;
    let happening: Happening;
    try {
      const output: Json =
        writer?.resource === undefined
          ? resultsOf(ended, writer)
          : await writeResults(this.#platform, taskOf(parent, plan), { writer, mapRunArn, children: ended });
      happening = { kind: 'task succeeded', task, output };
    } catch (error) {
      happening = { kind: 'task failed', task, ...this.#failureOf(mapRunArn, error) };
    }
    const status = happening.kind === 'task succeeded' ? 'SUCCEEDED' : 'FAILED';
    await this.#driver.tell([{ ...parentOf(parent), happening }]);
    await this.#end(runKey, plan, { status, isWritten: status === 'SUCCEEDED' });
    // Of one that failed the results are kept: a redrive goes on with them.
    if (status === 'FAILED') return;
    await this.#plans.delete(runKey);
    for (const { key } of this.#items.list(`${runKey}|`)) await this.#items.delete(key);
  }

  /** How each ended: what other nodes wrote of it may still be on its way here. */
  async #allEnded(runKey: string, total: number): Promise<readonly Ended[]> {
    const prefix = `${runKey}|`;
    for (;;) {
      let heard = () => {};
      const news = new Promise<void>((resolve) => {
        heard = resolve;
      });
      const leave = this.#items.watch(heard, { prefix });
      try {
        const ended = this.#items.list(prefix).flatMap(({ value }) => (value.ended ? [value.ended] : []));
        if (ended.length >= total || this.#items.list(prefix).length === 0) return ended;
        await news;
      } finally {
        leave();
      }
    }
  }

  async #fail(runKey: string, plan: Plan, parent: ExecutionRow): Promise<void> {
    const error = 'States.ExceedToleratedFailureThreshold';
    const happening: Happening = { kind: 'task failed', task: plan.task, error, cause: EXCEEDED };
    await this.#driver.tell([{ ...parentOf(parent), happening }]);
    await this.#end(runKey, plan, { status: 'FAILED' });
  }

  /** Writes how a run ended, and stops what still runs: may be done twice, as all of this. */
  async #end(
    runKey: string,
    plan: Plan,
    { status, isWritten = false }: { readonly status: MapRunRow['status']; readonly isWritten?: boolean },
  ): Promise<void> {
    const stoppedAt = this.#platform.clock.now();
    // Counted anew: another node may have written an end whose count is still on its way.
    const { itemCounts, executionCounts } = this.#counts(runKey, this.#plans.get(runKey)?.value.begun ?? plan.begun);
    await this.#count(runKey, (run) => ({
      ...{ ...run, status, stoppedAt },
      itemCounts: closed(itemCounts, isWritten),
      executionCounts: closed(executionCounts, isWritten),
    }));
    await this.#driver.tell(plan.type === 'EXPRESS' ? [] : this.#stops(runKey, plan));
    await this.#plans.put(runKey, { ...plan, isOver: true });
  }

  #stops(runKey: string, plan: Plan): Telling[] {
    const stopped: Happening = { kind: 'stopped', error: undefined, cause: undefined };
    const tellings: Telling[] = [];
    for (const [index, { value }] of this.#items.list(`${runKey}|`).entries()) {
      if (value.ended || index >= plan.begun) continue;
      const id = childId(plan, index);
      tellings.push({ key: executionKey({ executionArn: childArn(plan, id) }), id, happening: stopped });
    }
    return tellings;
  }
}

/** Whether a write came before others that began with the same row. */
async function isFirst(write: Promise<unknown>): Promise<boolean> {
  try {
    await write;
    return true;
  } catch (error) {
    if (error instanceof RevisionConflict) return false;
    throw error;
  }
}

function parentOf(row: ExecutionRow): Pick<Telling, 'key' | 'id'> {
  return { key: executionKey(row.execution.about), id: row.id };
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
