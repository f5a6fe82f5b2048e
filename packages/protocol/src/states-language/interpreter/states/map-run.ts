// A distributed Map: its items are executions of their own, which whoever runs this one starts and counts. Here it is
// one task: the fields are evaluated, and a map run is asked for.
//
// Source of sentences and order: recorded on AWS: LocalStack, tests/aws/services/stepfunctions, test_map_item_reader_…,
// test_map_state_tolerated_failure_…_path.
import type { ItemBatcher, MapState } from '../../definition/definition.ts';
import { isObject, type Json, type JsonObject } from '../../json.ts';
import { fillExpressions } from '../../query/jsonata/fill.ts';
import { fillTemplate } from '../../query/template.ts';
import { StatesError } from '../../states-error.ts';
import { effectiveScope, leaveWithResult } from '../data-flow.ts';
import type { Waiting } from '../execution.ts';
import { boundedNumberOf, numberOf } from '../fields.ts';
import type { Happening, MapRun } from '../happening.ts';
import { failureDetails } from '../history.ts';
import type { Outcome } from '../outcome.ts';
import { placeOf, type Visit } from '../visit.ts';
import { itemsOf, maxConcurrencyOf } from './items.ts';

/** Source: developer guide, "ItemReader": MaxItems; "ItemBatcher": MaxInputBytesPerBatch. */
const ITEMS_MAX = 100_000_000;
const BATCH_MAX_BYTES = 262_144;

type MapRunWaiting = Extract<Waiting, { kind: 'map run' }>;

/** MapStateStarted stands between the first fields and the others: what is wrong with these is told after it. */
export async function beginMapRun(at: Visit<MapState>): Promise<Outcome> {
  const items = at.state.ItemReader ? undefined : await itemsOf(at);
  const maxConcurrency = await maxConcurrencyOf(at);
  at.turn.tell(at.thread, { type: 'MapStateStarted', mapStateStartedEventDetails: { length: items?.length ?? 0 } });
  return ask(at, await runOf(at, { items, maxConcurrency }));
}

/** Goes on with a map run that did not succeed. */
export async function redriveMapRun(at: Visit<MapState>, mapRunArn: string): Promise<Outcome> {
  const { turn, thread, state } = at;
  const items = state.ItemReader ? undefined : await itemsOf(at);
  const run = await runOf(at, { items, maxConcurrency: await maxConcurrencyOf(at) });
  const mapRunRedrivenEventDetails = { mapRunArn, redriveCount: turn.execution.redriveCount };
  turn.tell(thread, { type: 'MapRunRedriven', mapRunRedrivenEventDetails });
  return ask(at, run, mapRunArn);
}

function ask(at: Visit<MapState>, run: MapRun, mapRunArn?: string): Outcome {
  const { turn, thread } = at;
  const task = turn.newId();
  const redriven = mapRunArn !== undefined && { mapRunArn };
  const scope = effectiveScope(at);
  turn.ask({ kind: 'map run', task, state: thread.state, place: placeOf(thread), run, scope, ...redriven });
  return { kind: 'waits', waiting: { kind: 'map run', task, ...redriven } };
}

/** Something happened to it. */
export function answerMapRun(
  at: Visit<MapState>,
  waiting: MapRunWaiting,
  happening: Happening,
): Outcome | Promise<Outcome> {
  const { turn, thread } = at;
  switch (happening.kind) {
    case 'map run started': {
      const { mapRunArn } = happening;
      if (waiting.mapRunArn !== undefined) return { kind: 'waits', waiting };
      turn.tell(thread, { type: 'MapRunStarted', mapRunStartedEventDetails: { mapRunArn } });
      return { kind: 'waits', waiting: { ...waiting, mapRunArn } };
    }
    case 'task succeeded': {
      // The state's exit follows the map run's start: so since November 2024, before it followed the run's success.
      const succeeded = turn.note(thread.previousEventId, { type: 'MapRunSucceeded' });
      turn.note(succeeded, { type: 'MapStateSucceeded' });
      return leaveWithResult(at, happening.output, { next: at.state.Next });
    }
    case 'task failed': {
      const failure = { error: happening.error, cause: happening.cause, isInner: true };
      turn.tell(thread, { type: 'MapRunFailed', mapRunFailedEventDetails: failureDetails(failure) });
      return { kind: 'fails', failure };
    }
    case 'task refused':
      throw new StatesError(happening.error, happening.cause);
    default:
      return { kind: 'waits', waiting };
  }
}

async function runOf(
  at: Visit<MapState>,
  { items, maxConcurrency }: { readonly items: readonly Json[] | undefined; readonly maxConcurrency: number },
): Promise<MapRun> {
  const { state } = at;
  const { ProcessorConfig } = state.ItemProcessor;
  const toleratedCount = await toleratedCountOf(at);
  const toleratedPercentage = await toleratedPercentageOf(at);
  return {
    ...(state.Label !== undefined && { label: state.Label }),
    executionType: ProcessorConfig?.ExecutionType ?? 'STANDARD',
    ...(items && { items }),
    ...(state.ItemReader && { reader: await readerOf(at, state.ItemReader) }),
    ...(state.ItemBatcher && { batcher: await batcherOf(at, state.ItemBatcher) }),
    ...(state.ResultWriter && { writer: await writerOf(at, state.ResultWriter) }),
    maxConcurrency,
    ...(toleratedCount !== undefined && { toleratedCount }),
    ...(toleratedPercentage !== undefined && { toleratedPercentage }),
  };
}

async function toleratedCountOf(at: Visit<MapState>): Promise<number | undefined> {
  const { ToleratedFailureCount: value, ToleratedFailureCountPath: path } = at.state;
  const count = await numberOf(at, { name: 'ToleratedFailureCount', value, path });
  if (count === undefined || count >= 0) return count;
  throw new StatesError('States.Runtime', 'ToleratedFailureCount cannot be negative.');
}

async function toleratedPercentageOf(at: Visit<MapState>): Promise<number | undefined> {
  const { ToleratedFailurePercentage: value, ToleratedFailurePercentagePath: path } = at.state;
  const percentage = await numberOf(at, { name: 'ToleratedFailurePercentage', value, path, range: 'float' });
  if (percentage === undefined || (percentage >= 0 && percentage <= 100)) return percentage;
  throw new StatesError('States.Runtime', 'ToleratedFailurePercentage must be between 0 and 100.');
}

async function readerOf(
  at: Visit<MapState>,
  reader: NonNullable<MapState['ItemReader']>,
): Promise<NonNullable<MapRun['reader']>> {
  const { MaxItemsPath: path, ...config } = await objectOf(at, reader.ReaderConfig, 'ItemReader/ReaderConfig');
  const isPath = typeof path === 'string';
  const maxItems = isPath ? await numberOf(at, { name: 'MaxItems', value: undefined, path }) : undefined;
  return {
    resource: reader.Resource,
    arguments: await filled(at, reader.Arguments ?? reader.Parameters ?? {}, 'ItemReader/Arguments'),
    config: maxItems === undefined ? config : { ...config, MaxItems: maxItems },
  };
}

async function batcherOf(at: Visit<MapState>, batcher: ItemBatcher): Promise<NonNullable<MapRun['batcher']>> {
  const { MaxItemsPerBatch, MaxItemsPerBatchPath, MaxInputBytesPerBatch, MaxInputBytesPerBatchPath } = batcher;
  const items = { name: 'MaxItemsPerBatch', value: MaxItemsPerBatch, path: MaxItemsPerBatchPath };
  const bytes = { name: 'MaxInputBytesPerBatch', value: MaxInputBytesPerBatch, path: MaxInputBytesPerBatchPath };
  // 0 is no limit: a definition may have it.
  const maxItems = (await boundedNumberOf(at, { ...items, least: 0, most: ITEMS_MAX })) || undefined;
  const maxBytes = (await boundedNumberOf(at, { ...bytes, least: 0, most: BATCH_MAX_BYTES })) || undefined;
  const { BatchInput: input } = batcher;
  return {
    ...(maxItems !== undefined && { maxItems }),
    ...(maxBytes !== undefined && { maxBytes }),
    ...(input !== undefined && { input: await filled(at, input, 'ItemBatcher/BatchInput') }),
  };
}

async function writerOf(
  at: Visit<MapState>,
  writer: NonNullable<MapState['ResultWriter']>,
): Promise<NonNullable<MapRun['writer']>> {
  const given = writer.Arguments ?? writer.Parameters;
  return {
    ...(writer.Resource !== undefined && { resource: writer.Resource }),
    ...(given !== undefined && { arguments: await filled(at, given, 'ResultWriter/Arguments') }),
    config: await objectOf(at, writer.WriterConfig, 'ResultWriter/WriterConfig'),
  };
}

async function objectOf(at: Visit<MapState>, template: Json | undefined, field: string): Promise<JsonObject> {
  // In JSONPath states a configuration has no templates.
  const value = at.state.QueryLanguage === 'JSONata' ? await filled(at, template ?? {}, field) : template;
  return isObject(value) ? value : {};
}

async function filled(at: Visit<MapState>, template: Json, field: string): Promise<Json> {
  if (at.state.QueryLanguage === 'JSONPath') return fillTemplate(template, effectiveScope(at), at.turn.world);
  return fillExpressions(template, at.scope, { field, world: at.turn.world });
}
