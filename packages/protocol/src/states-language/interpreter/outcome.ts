// What came of a state: it waits for something, it is left, or it failed.
import type { Json } from '../json.ts';
import type { Variables } from '../query/scope.ts';
import type { Failure } from '../states-error.ts';
import type { Waiting } from './execution.ts';

export type Outcome = Waits | Leaves | Fails;

export interface Waits {
  readonly kind: 'waits';
  readonly waiting: Waiting;
}

export interface Leaves {
  readonly kind: 'leaves';
  readonly output: Json;
  readonly assigned?: Variables;
  /** The next state; its block is at its end when there is none. */
  readonly next: string | undefined;
}

export interface Fails {
  readonly kind: 'fails';
  readonly failure: StateFailure;
}

export interface StateFailure extends Failure {
  /** A second name that Retry and Catch know it by. */
  readonly alias?: string;
  /** It came from a branch or an iteration, or from what was asked for: not from the state's own fields. */
  readonly isInner?: boolean;
}
