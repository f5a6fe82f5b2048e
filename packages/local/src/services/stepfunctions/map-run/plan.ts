// What a map run is going to do: a row of `stepfunctions/map-run-plans` as long as it is not over, and one of
// `stepfunctions/map-run-items` for each of its executions.
import { createHash } from 'node:crypto';
import type { MapState, StateMachine } from '@earwitness/protocol/internal/states-language/definition/definition';
import { startExecution } from '@earwitness/protocol/internal/states-language/interpreter/advance';
import type { MapRun, MapRunAsk } from '@earwitness/protocol/internal/states-language/interpreter/happening';
import { tableOf } from '../../../backbone/table.ts';
import { EMPTY_OUTBOX, type ExecutionRow } from '../execution.ts';
import type { ChildInput } from './inputs.ts';
import type { Ended } from './results.ts';

/** The row: plain data. */
export interface Plan {
  readonly mapRunArn: string;
  /** Of the execution whose Map it is, and its row's id. */
  readonly parentArn: string;
  readonly parentId: string;
  readonly task: string;
  /** The definition of its executions. */
  readonly definition: string;
  readonly type: 'STANDARD' | 'EXPRESS';
  readonly writer?: NonNullable<MapRun['writer']>;
  /** Executions in all, and how many were begun, or were over before. */
  readonly total: number;
  readonly begun: number;
  /** How often it was redriven. */
  readonly round: number;
  /** Kept for a redrive. */
  readonly isOver: boolean;
}

export interface PlannedItem extends ChildInput {
  readonly ended?: Ended;
}

export const PLANS = tableOf<Plan>('stepfunctions/map-run-plans');
export const ITEMS = tableOf<PlannedItem>('stepfunctions/map-run-items');

/** Items of a run are listed in order. */
const INDEX_DIGITS = 9;

export function itemKey(runKey: string, index: number): string {
  return `${runKey}|${String(index).padStart(INDEX_DIGITS, '0')}`;
}

/**
 * The ARN of the run that a task asks for: the same when it is asked for again. A Map without a label has one that
 * follows from its place.
 */
export function mapRunArnOf({ account, region, id, machineId, execution }: ExecutionRow, ask: MapRunAsk): string {
  const label = ask.run.label ?? uuidOf(`${machineId} ${JSON.stringify(ask.place)}`);
  const { stateMachineName } = execution.about;
  const [, partition] = execution.about.executionArn.split(':');
  return `arn:${partition}:states:${region}:${account}:mapRun:${stateMachineName}/${label}:${uuidOf(`${id} ${ask.task}`)}`;
}

/** `arn:…:stateMachine:NAME/LABEL` of `arn:…:mapRun:NAME/LABEL:UUID` */
export function machineArnOf(mapRunArn: string): string {
  return mapRunArn.replace(':mapRun:', ':stateMachine:').replace(/:[^:]*$/, '');
}

/** The Map that a run is of. */
export function mapStateAt(machine: StateMachine, place: MapRunAsk['place']): MapState {
  let found: unknown = machine;
  for (const step of place) {
    const here: Readonly<Record<string | number, unknown>> & { readonly States?: Readonly<Record<string, unknown>> } =
      Object(found);
    found = here[step] ?? here.States?.[step];
  }
  const state = found as MapState | undefined;
  if (state?.Type !== 'Map') throw new Error(`There is no Map at ${JSON.stringify(place)}.`);
  return state;
}

/** The definition of a run's executions. */
export function childDefinition({ QueryLanguage }: StateMachine, { ItemProcessor }: MapState): string {
  const { StartAt, States } = ItemProcessor;
  return JSON.stringify({ QueryLanguage, StartAt, States });
}

/** The execution of one item, or one batch, of a run; it is begun by nobody yet. */
export function childRow(
  parent: ExecutionRow,
  plan: Plan,
  { index, input, now }: { readonly index: number; readonly input: ChildInput['input']; readonly now: number },
): ExecutionRow {
  const { mapRunArn, type, definition } = plan;
  const { account, region, machineId, machine, traceHeader, execution } = parent;
  const id = childId(plan, index);
  const stateMachineArn = machineArnOf(mapRunArn);
  return {
    ...{ account, region, id, machineId, mapRunArn, mapRunIndex: index, order: index, outbox: EMPTY_OUTBOX },
    execution: startExecution({
      executionArn: childArn(plan, id),
      name: id,
      stateMachineArn,
      stateMachineName: stateMachineArn.split(':').at(-1) ?? '',
      roleArn: execution.about.roleArn,
      type,
      startedAt: now,
      input,
      inputText: JSON.stringify(input),
    }),
    machine: { ...machine, definition },
    ...(traceHeader !== undefined && { traceHeader }),
  };
}

/** The same for an execution that is asked for again, on whichever node. */
export function childId({ mapRunArn, round }: Plan, index: number): string {
  return uuidOf(`${mapRunArn} ${round} ${index}`);
}

export function childArn({ mapRunArn, type }: Plan, id: string): string {
  const arn = machineArnOf(mapRunArn);
  if (type === 'EXPRESS') return `${arn.replace(':stateMachine:', ':express:')}:${id}:${id}`;
  return `${arn.replace(':stateMachine:', ':execution:')}:${id}`;
}

function uuidOf(text: string): string {
  const hex = createHash('sha256').update(text).digest('hex');
  return [hex.slice(0, 8), hex.slice(8, 12), `4${hex.slice(13, 16)}`, `8${hex.slice(17, 20)}`, hex.slice(20, 32)].join(
    '-',
  );
}
