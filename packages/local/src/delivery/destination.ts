// The contract between a delivery and the thing that a target's ARN points at. A destination makes one attempt and says
// how it ended, as a value; when to try again, how often and what becomes of an event that was not taken is decided in
// this room.
import type { Arn } from '@earwitness/protocol/internal/aws/arn';
import type { Target } from '@earwitness/protocol/internal/aws/models/events.types';

/** One event on its way to one target. */
export interface Delivery {
  /** The event's id followed by what names the target. One event goes to one target of one rule once. */
  readonly deliveryId: string;
  readonly eventId: string;
  /** The whole envelope as compact JSON. */
  readonly event: string;
  /** Name of the bus and of the rule that matched. */
  readonly bus: string;
  readonly rule: string;
  readonly ruleArn: string;
  /** Account and region of the rule. */
  readonly account: string;
  readonly region: string;
  readonly target: Target;
  /** When the event was accepted, epoch ms. Its age counts from here. */
  readonly acceptedAt: number;
  /** Buses that forwarded the event before. */
  readonly hops: Hops;
  readonly traceHeader?: string | undefined;
  /** Attempts made. */
  readonly attempts: number;
}

/** How often an event went from bus to bus, within a region and across regions. */
export interface Hops {
  readonly local: number;
  readonly regional: number;
}

/** Why an attempt failed: a code of EventBridge's (it becomes ERROR_CODE on the dead letter) and a sentence. */
export interface Failure {
  readonly code: string;
  /** AWS's sentence: ERROR_MESSAGE on the dead letter. */
  readonly message: string;
  /** What we know beyond it: the cause, what to do. For the journal only. */
  readonly hint?: string;
  /** The cause in a few words for the journal, where the code does not say it: `connection refused`. */
  readonly cause?: string;
  /** The attempts up to here, by their numbers, that were in doubt (see Outcome). */
  readonly attemptsInDoubt?: readonly number[];
}

/** How one attempt ended. `status` and `url` are those of an HTTP target; the URL carries no query. */
export type Outcome = {
  readonly status?: number;
  readonly url?: string;
  /** A fault that somebody put before the target had its part in it. */
  readonly isInjected?: true;
} /** `takenAs`: what the target calls it: the message of a queue, the invocation of a function. */ & (
  | { readonly kind: 'delivered'; readonly takenAs?: string }
  /**
   * Worth another try, not before `afterMs` when the target said so. `timedOut`: the target did not answer at all.
   * `inDoubt`: it got the whole request and no answer came back, so that it may have taken the event; it will then get
   * it again.
   */
  | (Failure & {
      readonly kind: 'retry';
      readonly afterMs?: number;
      readonly timedOut?: boolean;
      readonly inDoubt?: boolean;
    })
  /** No further try would help. */
  | (Failure & { readonly kind: 'dropped' })
);

/** How fast a target may be called: deliveries under one key share the limit. */
export interface RateLimit {
  readonly key: string;
  readonly ratePerSecond: number;
}

export interface Destination {
  /** Whether this destination serves targets with this ARN. */
  accepts(arn: Arn): boolean;
  limit?(delivery: Delivery): RateLimit | undefined;
  /** Makes one attempt. What it throws counts as our own fault, and is tried again. */
  attempt(delivery: Delivery, input: string): Promise<Outcome>;
}
