// When a failed delivery is tried again, and when it is given up.
//
// AWS says "exponential back-off with jitter" and publishes no schedule; one known sample is 129 attempts within the 24
// hours after which an event expires. Ours doubles from one second to a quarter of an hour, which comes to the same
// number.
import type { Target } from '@earwitness/protocol/internal/aws/models/events.types';

/** Retries when a target names none. Source: RetryPolicy in the API reference. */
const DEFAULT_RETRIES = 185;
/** Age, in seconds, when a target names none: 24 hours. */
const DEFAULT_AGE_SECONDS = 86_400;

/** Ours: the first wait and the longest, in milliseconds, before jitter takes up to half of it away. */
const FIRST_WAIT_MS = 1000;
const LONGEST_WAIT_MS = 15 * 60_000;

export type ExhaustedCondition = 'MaximumRetryAttempts' | 'MaximumEventAgeInSeconds';

export function maxRetriesOf({ RetryPolicy }: Target): number {
  return RetryPolicy?.MaximumRetryAttempts ?? DEFAULT_RETRIES;
}

/** When an event is too old for this target, epoch ms. */
export function expiryOf({ RetryPolicy }: Target, acceptedAt: number): number {
  return acceptedAt + (RetryPolicy?.MaximumEventAgeInSeconds ?? DEFAULT_AGE_SECONDS) * 1000;
}

/** The wait after failed attempt number `attempt` (from 1), in milliseconds: between half of its step and the whole. */
export function backoffMs(attempt: number, deliveryId: string): number {
  const step = Math.min(FIRST_WAIT_MS * 2 ** (attempt - 1), LONGEST_WAIT_MS);
  return Math.round(step * (0.5 + 0.5 * fractionOf(`${deliveryId}#${attempt}`)));
}

/**
 * Chance without a source of it, 0 ≤ x < 1: the same text always has the same, different ones spread (FNV-1a, its bits
 * mixed once more).
 */
export function fractionOf(text: string): number {
  let hash = 0x811c9dc5;
  for (let index = 0; index < text.length; index++) hash = Math.imul(hash ^ text.charCodeAt(index), 0x01000193);
  hash = Math.imul(hash ^ (hash >>> 15), 0x2c1b3c6d);
  return ((hash ^ (hash >>> 12)) >>> 0) / 2 ** 32;
}
