// Map: its processor runs once for each item, as a thread of its own; the result has their outputs in the items' order.
// The first iteration that fails fails the state, with its own error. A distributed Map asks for a map run instead.
import type { MapState } from '../../definition/definition.ts';
import type { Json } from '../../json.ts';
import { fillExpressions } from '../../query/jsonata/fill.ts';
import { fillTemplate } from '../../query/template.ts';
import { effectiveScope, leaveWithResult } from '../data-flow.ts';
import type { Result, Thread, Waiting } from '../execution.ts';
import type { Outcome } from '../outcome.ts';
import { checkData } from '../size.ts';
import { placeOf, type Visit, withItem } from '../visit.ts';
import { itemsOf, maxConcurrencyOf } from './items.ts';
import { beginMapRun } from './map-run.ts';
import { noResults, outputsOf, withResult } from './results.ts';

type ItemsWaiting = Extract<Waiting, { kind: 'items' }>;

/** Iterations of an inline Map at once. Source: developer guide, "Using Map state in Inline mode": up to 40. */
const INLINE_MAX_CONCURRENCY = 40;

export async function beginMap(at: Visit<MapState>): Promise<Outcome> {
  const { turn, thread, state } = at;
  if (state.ItemProcessor.ProcessorConfig?.Mode === 'DISTRIBUTED') return beginMapRun(at);
  const items = await itemsOf(at);
  const wanted = await maxConcurrencyOf(at);
  const maxConcurrency = wanted === 0 ? INLINE_MAX_CONCURRENCY : Math.min(wanted, INLINE_MAX_CONCURRENCY);
  turn.tell(thread, { type: 'MapStateStarted', mapStateStartedEventDetails: { length: items.length } });
  if (items.length === 0) return leaveMap(at, []);
  let waiting: ItemsWaiting = { kind: 'items', items, results: noResults(items.length), ended: 0, next: 0 };
  while (waiting.next < Math.min(maxConcurrency, items.length)) waiting = await beginNext(at, waiting);
  return { kind: 'waits', waiting };
}

/** An iteration ended. The next one follows its last event; the state's end follows its success. */
export async function takeIteration(
  at: Visit<MapState>,
  waiting: ItemsWaiting,
  ended: { readonly iteration: Thread; readonly result: Result },
): Promise<Outcome> {
  const { turn, thread } = at;
  const index = ended.iteration.parent?.index ?? 0;
  const mapIterationSucceededEventDetails = { name: thread.state, index };
  const last = ended.iteration.previousEventId;
  const succeeded = turn.note(last, { type: 'MapIterationSucceeded', mapIterationSucceededEventDetails });
  const taken = { ...waiting, results: withResult(waiting.results, index, ended.result), ended: waiting.ended + 1 };
  thread.previousEventId = taken.next < taken.items.length ? last : succeeded;
  if (taken.next < taken.items.length) return { kind: 'waits', waiting: await beginNext(at, taken) };
  if (taken.ended < taken.items.length) return { kind: 'waits', waiting: taken };
  return leaveMap(at, outputsOf(taken.results));
}

async function leaveMap(at: Visit<MapState>, outputs: readonly Json[]): Promise<Outcome> {
  const { turn, thread, state } = at;
  turn.note(thread.previousEventId, { type: 'MapStateSucceeded' });
  return leaveWithResult(at, outputs, { next: state.Next });
}

async function beginNext(at: Visit<MapState>, waiting: ItemsWaiting): Promise<ItemsWaiting> {
  const { turn, thread, state } = at;
  const item = { index: waiting.next, value: waiting.items[waiting.next] ?? null };
  const input = await selectItem(withItem(at, item), item.value);
  if (state.ItemSelector !== undefined) checkData(turn.textOf(input), thread.state);
  const details = { name: thread.state, index: item.index };
  turn.add({
    parent: { thread: thread.id, index: item.index },
    block: [...placeOf(thread), 'ItemProcessor'],
    state: state.ItemProcessor.StartAt,
    input,
    item,
    previousEventId: turn.note(thread.previousEventId, {
      type: 'MapIterationStarted',
      mapIterationStartedEventDetails: details,
    }),
  });
  return { ...waiting, next: waiting.next + 1 };
}

async function selectItem(at: Visit<MapState>, item: Json): Promise<Json> {
  const { turn, state, scope } = at;
  if (state.ItemSelector === undefined) return item;
  if (state.QueryLanguage === 'JSONata') {
    return fillExpressions(state.ItemSelector, scope, { field: 'ItemSelector', world: turn.world });
  }
  return fillTemplate(state.ItemSelector, effectiveScope(at), turn.world);
}
