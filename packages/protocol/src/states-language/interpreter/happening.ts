// What can happen to an execution, and what it asks for then. The interpreter is a function from one to the other:
//
//   advance(machine, execution, happening, world) → the execution after it, the events of its history, what it asks for
//
// Whoever runs it does what is asked for, and tells what came of it as the next happening. What was asked for by a state
// that is over meanwhile (its task timed out, a sibling failed) comes back too late and changes nothing.
import type { HistoryEvent } from '../../aws/models/stepfunctions.types.ts';
import type { Json, JsonObject } from '../json.ts';
import type { Scope } from '../query/scope.ts';
import type { Failure } from '../states-error.ts';
import type { Execution } from './execution.ts';

export type Happening =
  | { readonly kind: 'started' }
  /** A worker took it: from now on its time counts. */
  | { readonly kind: 'task started'; readonly task: string; readonly workerName?: string }
  /** `.sync` and `.waitForTaskToken`: the call was answered, its result is still to come. */
  | { readonly kind: 'task submitted'; readonly task: string; readonly output: Json }
  | { readonly kind: 'task succeeded'; readonly task: string; readonly output: Json }
  | ({ readonly kind: 'task failed'; readonly task: string } & Failure)
  /** It cannot be begun: its activity is gone, its parameters are of no use. The state fails, with its name in the cause. */
  | { readonly kind: 'task refused'; readonly task: string; readonly error: string; readonly cause: string }
  | { readonly kind: 'task heartbeat'; readonly task: string }
  /** It ends with `task succeeded` or `task failed`. */
  | { readonly kind: 'map run started'; readonly task: string; readonly mapRunArn: string }
  | { readonly kind: 'woken'; readonly wake: string }
  | ({ readonly kind: 'stopped' } & Failure)
  | { readonly kind: 'redriven' };

/** What an execution asks for. Plain data. */
export type Ask =
  | TaskAsk
  | MapRunAsk
  /** To be told `woken` at `at` (epoch ms). */
  | { readonly kind: 'wake'; readonly wake: string; readonly at: number }
  /** The task, or the map run, is of no use any more: what it began is to be stopped where it can be. */
  | { readonly kind: 'cancel'; readonly task: string };

export interface TaskAsk {
  readonly kind: 'task';
  readonly task: string;
  /** The state's name. */
  readonly state: string;
  readonly resource: string;
  readonly input: Json;
  /** The role that calls, when it is not the execution's: `Credentials`. */
  readonly roleArn?: string;
  /** `.waitForTaskToken`, `.sync` and activities. */
  readonly token?: string;
  /** How often it was tried before. */
  readonly retryCount: number;
  readonly heartbeatMs?: number;
}

/** A distributed Map: its items are executions of their own. */
export interface MapRunAsk {
  readonly kind: 'map run';
  readonly task: string;
  readonly state: string;
  /** The Map in the definition, as `Thread.block` and its name. */
  readonly place: readonly (string | number)[];
  /** The Map's fields with their expressions evaluated, except `ItemSelector`: it is asked item by item, in `scope`. */
  readonly run: MapRun;
  /** JSONPath: its `input` is what `InputPath` let through. */
  readonly scope: Scope;
  /** The one that is redriven: its children that did not succeed are started again. */
  readonly mapRunArn?: string;
}

export interface MapRun {
  readonly label?: string;
  readonly executionType: 'STANDARD' | 'EXPRESS';
  /** The items, unless a reader brings them. */
  readonly items?: readonly Json[];
  readonly reader?: { readonly resource: string; readonly arguments: Json; readonly config: JsonObject };
  readonly batcher?: { readonly maxItems?: number; readonly maxBytes?: number; readonly input?: Json };
  readonly writer?: { readonly resource?: string; readonly arguments?: Json; readonly config: JsonObject };
  /** 0: no limit. */
  readonly maxConcurrency: number;
  readonly toleratedCount?: number;
  readonly toleratedPercentage?: number;
}

export interface Step {
  readonly execution: Execution;
  readonly events: readonly HistoryEvent[];
  readonly asks: readonly Ask[];
}
