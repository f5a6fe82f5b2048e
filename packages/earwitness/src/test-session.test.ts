// What the kit's own tests stand on: a clock that a test moves, and a subscription on a topic in memory under that
// clock.
import { expect, test } from 'vitest';
import type { Clock } from './hearing/clock.ts';
import { Session } from './hearing/session.ts';
import { Subscription } from './subscription.ts';
import { MemoryTopic } from './transport/memory.ts';

/** A clock that stands still until `advance`. */
export class ManualClock implements Clock {
  #now = Date.parse('2026-11-22T14:02:07.120Z');
  readonly #timers = new Set<{ at: number; run: () => void }>();

  readonly now = (): number => this.#now;

  after(delayMs: number, run: () => void): () => void {
    const timer = { at: this.#now + delayMs, run };
    this.#timers.add(timer);
    return () => this.#timers.delete(timer);
  }

  /** Moves on, running what falls due in order. */
  advance(ms: number): void {
    const end = this.#now + ms;
    for (;;) {
      const [next] = [...this.#timers].filter(({ at }) => at <= end).sort((one, other) => one.at - other.at);
      if (!next) break;
      this.#timers.delete(next);
      this.#now = next.at;
      next.run();
    }
    this.#now = end;
  }
}

/** A subscription on a memory topic, under a clock of its own. */
export async function openTestSession({ timeoutMs = 4000, keep = 100_000 } = {}) {
  const clock = new ManualClock();
  const topic = new MemoryTopic();
  const session = await Session.open(topic, { clock, timeoutMs, keep });
  return { clock, topic, session, events: new Subscription(session) };
}

let made = 0;

/** An EventBridge event; every one has an id of its own. */
export function event(detailType: string, detail: Readonly<Record<string, unknown>> = {}, source = 'OrderService') {
  return {
    version: '0',
    id: `00000000-0000-4000-8000-${String(++made).padStart(12, '0')}`,
    source,
    'detail-type': detailType,
    account: '123456789012',
    time: '2026-11-22T14:02:07Z',
    region: 'eu-west-1',
    resources: [],
    detail,
  };
}

/** What a promise was rejected with. */
export async function rejection(promise: Promise<unknown>): Promise<Error> {
  const reason = await promise.then(
    () => new Error('it was not rejected'),
    (error: unknown) => error,
  );
  return reason instanceof Error ? reason : new Error(`rejected with no error: ${String(reason)}`);
}

test('the manual clock runs timers in order of time, and none that was called off', () => {
  const clock = new ManualClock();
  const ran: string[] = [];
  clock.after(20, () => ran.push('second'));
  clock.after(10, () => ran.push('first'));
  clock.after(15, () => ran.push('called off'))();
  clock.advance(19);
  expect(ran).toEqual(['first']);
  clock.advance(1);
  expect(ran).toEqual(['first', 'second']);
});
