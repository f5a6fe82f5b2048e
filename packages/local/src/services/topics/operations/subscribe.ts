// Subscribe: a stream of items, from now on or from where the client was cut off; and the first steps that a long poll
// shares.
import { ServiceError } from '@earwitness/protocol/internal/aws/errors';
import type { Platform } from '../../../platform.ts';
import { checkName } from '../caches.ts';
import { authorize } from '../caller.ts';
import { type Caller, keyExpired } from '../key.ts';
import type { Parts } from '../parts.ts';
import { type Start, startOf } from '../topic/resume.ts';
import type { SubscriptionRecord } from '../topic/subscriptions.ts';
import type { Topic } from '../topic/topic.ts';

export interface SubscribeInput {
  readonly cache: string;
  readonly topic: string;
  /** Number of the first item wanted; 0: whatever comes next. */
  readonly resumeAt: number;
  /** The page that the number belongs to; 0: not known. */
  readonly page: number;
  readonly via: 'http' | 'grpc';
}

export interface Admission {
  readonly topic: Topic;
  readonly record: SubscriptionRecord;
  readonly start: Start;
  readonly caller: Caller;
}

/**
 * Lets a subscriber in. A refusal is in the journal.
 * @throws AUTHENTICATION_ERROR, PERMISSION_ERROR, INVALID_ARGUMENT_ERROR, NOT_FOUND_ERROR,
 * SUBSCRIPTIONS_LIMIT_EXCEEDED
 */
export async function admitSubscriber(parts: Parts, input: SubscribeInput, identify: () => Caller): Promise<Admission> {
  const { cache, topic: name, via } = input;
  try {
    const caller = identify();
    checkName('topic', name);
    authorize(caller, { kind: 'subscribe', cache, topic: name });
    await parts.caches.require(cache);
    const topic = await parts.topics.open(cache, name);
    const start = await startOf(topic, input.resumeAt, input.page);
    return { topic, record: parts.subscriptions.open(topic, via), start, caller };
  } catch (error) {
    if (error instanceof ServiceError)
      parts.platform.journal.record({
        kind: 'warning',
        about: `subscription to ${cache}/${name}`,
        message: `${error.code}: ${error.message}`,
      });
    throw error;
  }
}

/**
 * Calls `end` when the subscriber's key expires, by the cloud's clock. Returns a function that forgets it.
 * Source: momentohq/client-sdk-dotnet PR 498: a token that expires while a topic is read ends the stream with an
 * authentication error, after which SDKs do not come back.
 */
export function watchExpiry(
  { clock }: Pick<Platform, 'clock'>,
  { expiresAt }: Caller,
  end: (error: ServiceError) => void,
): () => void {
  if (expiresAt === undefined) return () => {};
  const timer = clock.setTimer(expiresAt, () => end(keyExpired(expiresAt)));
  return () => timer.cancel();
}
