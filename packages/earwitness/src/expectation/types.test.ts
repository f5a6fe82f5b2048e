// What TypeScript knows of a match, with and without an event map.
import { expectTypeOf, test } from 'vitest';
import * as z from 'zod';
import type { EventBridgeEvent, EventOf, KnownEvents, OtherMessages } from '../event.ts';
import { subscribe } from '../subscribe.ts';
import type { Subscription } from '../subscription.ts';
import { MemoryTopic } from '../transport/memory.ts';
import { createSqsTransport } from '../transport/sqs.ts';
import { allOf, anyOf, not } from './combine.ts';
import type { Expectation } from './expectation.ts';

interface Orders {
  OrderService: {
    OrderCreated: { id: string; name: string };
    OrderShipped: { id: string; carrier: string };
  };
  Billing: { Paid: { order: string; amount: number } };
}

// Never run: only its types are looked at.
async function typesOf(events: Subscription<Orders>, untyped: Subscription) {
  return {
    byBoth: await events.waitForMessageMatching({ source: 'OrderService', 'detail-type': 'OrderCreated' }),
    byType: await events.waitForMessageMatching({ 'detail-type': 'Paid', detail: { amount: 3 } }),
    bySource: await events.waitForMessageMatching({ source: 'OrderService' }),
    byGuard: await events.waitForMessageMatching(
      (event): event is EventBridgeEvent<'Billing', 'Paid', { order: string; amount: number }> =>
        event.source === 'Billing',
    ),
    bySchema: await events.waitForMessageMatching(z.object({ detail: z.object({ when: z.coerce.date() }) })),
    sequence: await events.waitForSequence([{ 'detail-type': 'OrderCreated' }, { 'detail-type': 'Paid' }]),
    untyped: await untyped.waitForMessageMatching({ source: 'any', detail: { deep: { field: [1] } } }),
    leaves: await events.waitForMessageMatching({ detail: { id: /^01/, name: (name: string) => name.length > 3 } }),
  };
}
type Types = Awaited<ReturnType<typeof typesOf>>;

test('source and detail-type narrow the event, its detail is typed', () => {
  expectTypeOf<Types['byBoth']['detail']>().toEqualTypeOf<{ id: string; name: string }>();
  expectTypeOf<Types['byType']['detail']>().toEqualTypeOf<{ order: string; amount: number }>();
  expectTypeOf<Types['bySource']['detail-type']>().toEqualTypeOf<'OrderCreated' | 'OrderShipped'>();
  expectTypeOf<Types['sequence'][1]['detail']['amount']>().toEqualTypeOf<number>();
});

test('a type guard and a schema say what the match is', () => {
  expectTypeOf<Types['byGuard']['detail']['amount']>().toEqualTypeOf<number>();
  expectTypeOf<Types['bySchema']>().toEqualTypeOf<{ detail: { when: Date } }>();
});

test('without an event map the detail is an object of anything', () => {
  expectTypeOf<Types['untyped']['detail']>().toEqualTypeOf<Readonly<Record<string, unknown>>>();
});

test('what is combined has the types that a verb takes', () => {
  const combined = () => [
    allOf({ source: 'Billing' }, /paid/, ({ detail }) => detail['amount'] === 3),
    anyOf(z.object({ detail: z.object({}) }), not({ source: 'Billing' })),
    // @ts-expect-error no message is a number
    allOf(42),
    // @ts-expect-error no message is a number
    not(42),
  ];
  expectTypeOf(combined).returns.toEqualTypeOf<Expectation[]>();
});

test('mistakes do not compile', async () => {
  const events = await subscribe<Orders>({ transport: new MemoryTopic(), timeoutMs: 1 });
  const mistakes = [
    // @ts-expect-error no such source
    events.waitForMessageMatching({ source: 'OrderServise' }),
    // @ts-expect-error no such type
    events.waitForMessageMatching({ source: 'Billing', 'detail-type': 'OrderCreatd' }),
    // @ts-expect-error amount is a number
    events.waitForMessageMatching({ source: 'Billing', 'detail-type': 'Paid', detail: { amount: '3' } }),
  ];
  await Promise.allSettled(mistakes);
  await events.unsubscribe();
});

// Never run, as above.
async function typesOfQueue(orders: Subscription<Orders & OtherMessages<{ orderId: string }>>) {
  const queue = await subscribe({ transport: createSqsTransport({ queueUrl: '' }) });
  const mapped = await subscribe<Orders>({ transport: createSqsTransport({ queueUrl: '' }) });
  return {
    own: await queue.waitForMessageMatching({ orderId: '7' }),
    event: await queue.waitForMessageMatching({ source: 'any', detail: { id: '7' } }),
    partial: await queue.waitForMessageMatching({ detail: { id: '7' } }),
    any: await queue.waitFor(1),
    byMap: await orders.waitForMessageMatching({ orderId: '7' }),
    byMapEvent: await orders.waitForMessageMatching({ 'detail-type': 'Paid' }),
    // @ts-expect-error a field of the map's messages has their type
    wrong: () => orders.waitForMessageMatching({ orderId: 7 }),
    // @ts-expect-error with a map of its own, a queue has those events alone
    unmapped: () => mapped.waitForMessageMatching({ orderId: '7' }),
  };
}
type QueueTypes = Awaited<ReturnType<typeof typesOfQueue>>;

test('a queue may hold messages that are no events; what looks like an event is one', () => {
  type Other = Readonly<Record<string, unknown>>;
  expectTypeOf<QueueTypes['own']>().toEqualTypeOf<Other>();
  expectTypeOf<QueueTypes['event']['detail']>().toEqualTypeOf<Other>();
  expectTypeOf<QueueTypes['partial']['detail']>().toEqualTypeOf<Other>();
  expectTypeOf<QueueTypes['any'][0]>().toEqualTypeOf<EventOf<KnownEvents> | Other>();
  expectTypeOf<QueueTypes['byMap']>().toEqualTypeOf<{ orderId: string }>();
  expectTypeOf<QueueTypes['byMapEvent']['detail']['amount']>().toEqualTypeOf<number>();
});
