// Wait: until a time, or for so many seconds. It asks to be woken and is left then; a time that is past is left at
// once.
//
// Source of the sentences: recorded on AWS: LocalStack, tests/aws/services/stepfunctions, base/test_wait.

import { parseInstant } from '../../choice/timestamp.ts';
import type { WaitState } from '../../definition/definition.ts';
import type { Json } from '../../json.ts';
import { selectPath } from '../../query/json-path/select-path.ts';
import { evaluateExpression } from '../../query/jsonata/evaluate.ts';
import { isExpression } from '../../query/jsonata/expression.ts';
import type { Scope } from '../../query/scope.ts';
import { StatesError } from '../../states-error.ts';
import { effectiveScope, leaveWithInput } from '../data-flow.ts';
import { numberOf, textOf, toNumber } from '../fields.ts';
import type { Outcome } from '../outcome.ts';
import type { Visit } from '../visit.ts';

/**
 * Seconds from now. Source: recorded: 24,855 days pass, 24,856 fail; it is the largest signed integer of 32 bits.
 */
const DELAY_MAX_SECONDS = 2 ** 31 - 1;

export async function beginWait(at: Visit<WaitState>): Promise<Outcome> {
  const { turn } = at;
  const until = await endOf(at);
  if (until - turn.world.now > DELAY_MAX_SECONDS * 1_000) throw runtime('Wait state delay is too long.');
  if (until <= turn.world.now) return leaveWait(at);
  return { kind: 'waits', waiting: { kind: 'wait', wake: turn.wakeAt(until) } };
}

export async function leaveWait(at: Visit<WaitState>): Promise<Outcome> {
  return leaveWithInput(at, { next: at.state.Next });
}

/** Epoch ms. */
async function endOf(at: Visit<WaitState>): Promise<number> {
  const { state, turn } = at;
  const scope = effectiveScope(at);
  if (state.SecondsPath !== undefined) return turn.world.now + secondsAt(state.SecondsPath, scope) * 1_000;
  if (state.TimestampPath !== undefined) {
    const value = select(state.TimestampPath, scope);
    if (value === undefined) {
      throw runtime(`The TimestampPath parameter does not reference an input value: ${state.TimestampPath}`);
    }
    const time = parseTimestamp(value);
    if (time !== undefined) return time;
    throw runtime(
      'The TimestampPath parameter does not reference a valid ISO-8601 extended offset date-time format string: ' +
        `${state.TimestampPath} == ${textOf(value)}`,
    );
  }
  if (state.Timestamp !== undefined) return timeOf(at, state.Timestamp);
  return turn.world.now + (await secondsOf(at)) * 1_000;
}

function secondsAt(path: string, scope: Scope): number {
  const value = select(path, scope);
  if (value === undefined) throw runtime(`The SecondsPath parameter does not reference an input value: ${path}`);
  const seconds = toNumber(value, 'integer');
  const told = `${path} == ${textOf(value)}`;
  if (seconds === undefined) throw runtime(`The SecondsPath parameter cannot be parsed as a long value: ${told}`);
  if (seconds < 0) throw runtime(`The SecondsPath parameter references a negative value: ${told}`);
  return seconds;
}

async function secondsOf(at: Visit<WaitState>): Promise<number> {
  const seconds = await numberOf(at, { name: 'Seconds', value: at.state.Seconds, path: undefined });
  if (seconds === undefined || seconds >= 0) return seconds ?? 0;
  throw evaluation(`The Seconds field must not be negative: ${seconds}`, 'Seconds');
}

async function timeOf({ scope, turn }: Visit<WaitState>, timestamp: string): Promise<number> {
  const value = isExpression(timestamp)
    ? await evaluateExpression(timestamp, scope, { field: 'Timestamp', world: turn.world, expected: 'string' })
    : timestamp;
  const time = parseTimestamp(value);
  if (time !== undefined) return time;
  const cause = 'The Timestamp field cannot be parsed as an ISO-8601 extended offset date-time format string: ';
  throw evaluation(cause + textOf(value), 'Timestamp');
}

/** Epoch ms. */
function parseTimestamp(value: Json): number | undefined {
  const nanoseconds = typeof value === 'string' ? parseInstant(value) : undefined;
  return nanoseconds === undefined ? undefined : Number(nanoseconds / 1_000_000n);
}

function select(path: string, scope: Scope): Json | undefined {
  try {
    return selectPath(path, scope);
  } catch (error) {
    if (error instanceof StatesError) return undefined;
    throw error;
  }
}

function runtime(cause: string): StatesError {
  return new StatesError('States.Runtime', cause);
}

function evaluation(cause: string, location: string): StatesError {
  return new StatesError('States.QueryEvaluationError', cause, { location });
}
