import type { Fact, FactBody, FactOf } from '@earwitness/protocol/internal/journal/fact';
import { beforeEach, expect, test } from 'vitest';
import { Traffic } from './traffic.ts';

const trace = { traceId: 'Root=1-5f84c3a1-000000000000000000000001' };
const arn = (service: string, resource: string) => `arn:aws:${service}:us-east-1:000000000000:${resource}`;
const delivery = {
  ...{ deliveryId: 'd-1', eventId: 'e-1', bus: 'orders', rule: 'ship', targetId: 't-1' },
  targetArn: arn('sqs', 'jobs'),
};
const invoked = (functionName: string, invocationId: string): FactBody => ({
  ...{ kind: 'function.invoked', functionName, invocationId, ...trace },
});
const finished = (functionName: string, invocationId: string): FactBody => ({
  ...{ kind: 'function.finished', functionName, invocationId, durationMs: 1, outcome: 'returned', ...trace },
});
const accepted = (source: string, bus = 'orders'): FactBody => ({
  ...{ kind: 'event.accepted', eventId: 'e-1', bus, source, detailType: 'Placed', sizeBytes: 2, event: '{}' },
  ...{ requestId: 'r-1', ...trace },
});
const received: FactBody = {
  ...{ kind: 'request.received', requestId: 'r-0', apiId: 'abc', stage: 'prod', method: 'POST', path: '/', ...trace },
};

let traffic: Traffic;
let seq: number;
beforeEach(() => {
  traffic = new Traffic();
  seq = 0;
});

function take(...bodies: FactBody[]): void {
  for (const body of bodies) traffic.take({ ...body, seq: ++seq, at: seq } as Fact);
}

/** `kind from → to: 3` or `3/1` with those that failed. */
const arrows = () =>
  [...traffic.arrows].map(([key, { count, failed }]) => {
    const [kind, from, to] = key.split('\n');
    return `${kind} ${from} → ${to}: ${failed === 0 ? count : `${count}/${failed}`}`;
  });

test('the function that ran when an event was put is the one that put it', () => {
  take(received, invoked('place', 'i-1'), accepted('shop'), finished('place', 'i-1'));
  expect(arrows()).toEqual(['delivers function place → bus orders: 1', 'delivers api abc → function place: 1']);
});

test('of two functions that ran in one trace, nobody knows which put the event', () => {
  take(invoked('place', 'i-1'), invoked('ship', 'i-2'), accepted('shop'));
  expect(arrows()).toEqual([]);
});

test('what a function behind a stream did is known by its session, and how many records it took', () => {
  const { traceId: _none, ...publish } = invoked('publish', 'i-1') as FactOf<'function.invoked'>;
  const records = { sourceArn: arn('dynamodb', 'table/bookings/stream/2026'), shardId: 's', count: 3 };
  const session = arn('sts', 'assumed-role/Role/publish').replace('us-east-1', '');
  const allowed = { kind: 'access.allowed', principal: session, by: 'identity policy' } as const;
  take({ ...publish, records });
  take({ ...allowed, action: 'events:PutEvents', resource: arn('events', 'event-bus/orders') });
  take({ ...allowed, action: 'dynamodb:PutItem', resource: arn('dynamodb', 'table/bookings'), ...trace });
  // This one is counted by the event.
  take({ ...allowed, action: 'events:PutEvents', resource: arn('events', 'event-bus/orders'), ...trace });
  expect(arrows()).toEqual([
    `delivers ${arn('dynamodb', 'table/bookings')} → function publish: 3`,
    'delivers function publish → bus orders: 1',
    `delivers function publish → ${arn('dynamodb', 'table/bookings')}: 1`,
  ]);
});

test('an event that a service tells of itself is no function’s', () => {
  take(invoked('place', 'i-1'), accepted('aws.states', 'default'));
  expect(arrows()).toEqual([]);
});

test('attempts that failed, and dead letters, are counted on arrows of their own', () => {
  const failure = { code: 'NO_PERMISSIONS', message: 'no' };
  take(
    {
      ...delivery,
      kind: 'delivery.attempted',
      attempt: 1,
      durationMs: 1,
      outcome: 'retry',
      retryAt: 2,
      ...failure,
    },
    { ...delivery, kind: 'delivery.attempted', attempt: 2, durationMs: 1, outcome: 'delivered' },
    { ...delivery, kind: 'delivery.dead-lettered', queueArn: arn('sqs', 'dead'), attempts: 2, ...failure },
  );
  expect(arrows()).toEqual([
    'delivers rule orders/ship → arn:aws:sqs:us-east-1:000000000000:jobs: 1/1',
    'dead letters rule orders/ship → arn:aws:sqs:us-east-1:000000000000:dead: 1',
  ]);
});

test('a message that turns out to be a delivery is not also the function’s that ran', () => {
  const topicArn = arn('sns', 'news');
  take(invoked('place', 'i-1'), {
    ...{ kind: 'notification.published', topicArn, messageId: 'm-1', sizeBytes: 1, text: '', requestId: 'r-3' },
    ...{ subscriptions: 1, filtered: 0, ...trace },
  });
  expect(arrows()).toEqual([`delivers function place → ${topicArn}: 1`]);
  take({
    ...delivery,
    ...{
      targetArn: topicArn,
      kind: 'delivery.attempted',
      attempt: 1,
      durationMs: 1,
      outcome: 'delivered',
      takenAs: 'm-1',
    },
  });
  expect(arrows()).toEqual([`delivers rule orders/ship → ${topicArn}: 1`]);
});

test('another cloud, whose facts begin anew, begins with nothing counted', () => {
  take(accepted('shop'), accepted('shop'));
  seq = 0;
  take(accepted('shop'));
  expect(traffic.places.get('bus orders')).toMatchObject({ count: 1 });
});
