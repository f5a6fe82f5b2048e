// An execution between two happenings: plain data, so that any node can go on with it, and a worker that answers a day
// later finds it as it was.
//
//   Execution ── threads ──┬─ '1'  the machine's own states: at Parallel "Both", waits for its branches
//                          ├─ '2'    branch 0 of '1': at Task "Charge", waits for task '4'
//                          └─ '3'    branch 1 of '1': at Wait "Cool down", waits for the wake-up '5'
//
// A thread is at one state of one block. What is over (a branch that ended, an iteration) is taken out, its result stands
// with the thread that waits for it. Invariant while RUNNING: each thread waits for something; for each task and wake-up
// that a thread waits for an `Ask` was given out.

import type { Json } from '../json.ts';
import type { Variables } from '../query/scope.ts';
import type { Failure } from '../states-error.ts';

export type ExecutionStatus = 'RUNNING' | 'SUCCEEDED' | 'FAILED' | 'TIMED_OUT' | 'ABORTED';

export interface Execution {
  /** What the context object says of it; does not change. */
  readonly about: About;
  readonly status: ExecutionStatus;
  /** Of one that SUCCEEDED. */
  readonly output?: Json;
  /** Of one that FAILED, was ABORTED or TIMED_OUT, where there is one. */
  readonly failure?: Failure;
  /** Epoch ms; absent while RUNNING. */
  readonly stoppedAt?: number;
  /** How often it was redriven, and when last (epoch ms). */
  readonly redriveCount: number;
  readonly redrivenAt?: number;
  /** Number of the last event of its history. */
  readonly lastEventId: number;
  /** The last id that a thread, a task or a wake-up got. */
  readonly lastId: number;
  /** The wake-up that ends it with TIMED_OUT. */
  readonly timeoutWake?: string;
  /** By id. Of an execution that ended unsuccessfully they stay as they were: a redrive goes on with them. */
  readonly threads: Readonly<Record<string, Thread>>;
}

export interface About {
  readonly executionArn: string;
  readonly name: string;
  readonly stateMachineArn: string;
  readonly stateMachineName: string;
  readonly roleArn: string;
  readonly type: 'STANDARD' | 'EXPRESS';
  /** Epoch ms. */
  readonly startedAt: number;
  readonly input: Json;
  /** The input as it was sent: the first event of the history has it verbatim. */
  readonly inputText: string;
  /** Which version or alias was started. */
  readonly stateMachineVersionArn?: string;
  readonly stateMachineAliasArn?: string;
  /** StartSyncExecution: its context object has no RedriveCount. */
  readonly isSync?: boolean;
}

export interface Thread {
  readonly id: string;
  /** The thread that waits for this one, and its place there: the branch's or the item's index. */
  readonly parent?: { readonly thread: string; readonly index: number };
  /** Where its States stand in the definition: `[]`, `['States', 'Both', 'Branches', 0]`, `[…, 'ItemProcessor']`. */
  readonly block: readonly (string | number)[];
  readonly state: string;
  /** The state's raw input. */
  readonly input: Json;
  /** When it came to the state: epoch ms. */
  readonly enteredAt: number;
  /** Number of the …StateEntered event; 0 before it was told. */
  readonly enteredEventId: number;
  /** The event that the next one of this thread follows. */
  readonly previousEventId: number;
  /** Its own variables; those of the threads above are seen, too. */
  readonly variables: Variables;
  /** How often each retrier of the state was used, and all of them together. */
  readonly retries: readonly number[];
  readonly retryCount: number;
  /** `$$.Map.Item`, within an iteration. */
  readonly item?: { readonly index: number; readonly value: Json };
  readonly waiting: Waiting;
}

/** What a thread waits for. Ids are those of asks. */
export type Waiting =
  | {
      readonly kind: 'task';
      readonly task: string;
      /** Its Resource. */
      readonly resource: string;
      /** What it was given: as `Parameters` or `Arguments` made it. */
      readonly input: Json;
      readonly token?: string;
      readonly timeoutMs?: number;
      readonly heartbeatMs?: number;
      /** Epoch ms; set when it has started. */
      readonly startedAt?: number;
      /** The wake-ups that end it. */
      readonly timeoutWake?: string;
      readonly heartbeatWake?: string;
      /** When the next heartbeat is due at the latest: epoch ms. A wake-up that comes before asks for another. */
      readonly heartbeatDueAt?: number;
    }
  | { readonly kind: 'wait'; readonly wake: string }
  | { readonly kind: 'retry'; readonly wake: string }
  /** It may enter its state: it went through so many within one happening that others had to have their turn. */
  | { readonly kind: 'turn'; readonly wake: string }
  | { readonly kind: 'branches'; readonly results: Results; readonly ended: number }
  | {
      readonly kind: 'items';
      readonly items: readonly Json[];
      readonly results: Results;
      /** How many results there are. */
      readonly ended: number;
      /** The next item that has not been begun. */
      readonly next: number;
    }
  | { readonly kind: 'map run'; readonly task: string; readonly mapRunArn?: string }
  /** It failed, and took the execution with it; a redrive begins it anew. */
  | { readonly kind: 'nothing' };

/**
 * By the place of the branch or the item, in rows of a hundred: a result that comes is put in by a copy of its row, not of
 * all ten thousand. `null` where none has come.
 */
export type Results = readonly (readonly (Result | null)[])[];

export interface Result {
  readonly output: Json;
}
