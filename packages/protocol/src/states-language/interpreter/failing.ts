// What becomes of a state that failed: it is tried again, a catcher takes it, or it goes up.
//
// Source: developer guide, "Handling errors in Step Functions workflows".
import type { Catcher, Retrier, State } from '../definition/definition.ts';
import type { JsonObject } from '../json.ts';
import type { StateFailure } from './outcome.ts';
import type { Visit } from './visit.ts';

/** Never tried again and never caught, by `States.ALL` or by its own name. Recorded on AWS: catch_states_runtime. */
const FATAL = 'States.Runtime';
/** Ours, likewise: what a test forgot to say, or what is not served, must not look like a failure that was foreseen. */
const OURS = 'Earwitness.';

/** @returns in how many milliseconds the state is tried again; counts the attempt. */
export function retryAfterMs({ turn, thread, state }: Visit, failure: StateFailure): number | undefined {
  const retriers: readonly Retrier[] = ('Retry' in state && state.Retry) || [];
  const index = retriers.findIndex(({ ErrorEquals }) => matches(ErrorEquals, failure));
  const retrier = retriers[index];
  if (!retrier) return undefined;
  const { IntervalSeconds = 1, MaxAttempts = 3, BackoffRate = 2, MaxDelaySeconds, JitterStrategy } = retrier;
  const used = thread.retries[index] ?? 0;
  if (used >= MaxAttempts) return undefined;
  thread.retries = retriers.map((_, at) => (thread.retries[at] ?? 0) + (at === index ? 1 : 0));
  thread.retryCount += 1;
  const seconds = Math.min(IntervalSeconds * BackoffRate ** used, MaxDelaySeconds ?? Number.POSITIVE_INFINITY);
  return Math.round(seconds * 1_000 * (JitterStrategy === 'FULL' ? turn.world.random() : 1));
}

export function catcherFor(state: State, failure: StateFailure): Catcher | undefined {
  const catchers: readonly Catcher[] = ('Catch' in state && state.Catch) || [];
  return catchers.find(({ ErrorEquals }) => matches(ErrorEquals, failure));
}

/** What a catcher works on. A time-out has an empty cause there, as recorded; what was given none has `null`. */
export function errorOutputOf({ error, cause }: StateFailure): JsonObject {
  return { Error: error ?? null, Cause: cause ?? (error === 'States.Timeout' ? '' : null) };
}

/** Whether a retrier or a catcher with these names takes it. */
export function matches(names: readonly string[], { error, alias }: StateFailure): boolean {
  if (error === FATAL || error?.startsWith(OURS)) return false;
  return names.some((name) => {
    if (name === 'States.ALL') return true;
    if (name === 'States.TaskFailed') return error !== 'States.Timeout';
    return name === error || name === alias;
  });
}
