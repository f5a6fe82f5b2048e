import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { Delivery } from './destination.ts';
import { deliveryOf, waitingOf } from './waiting.ts';

/** Rules may share a target, which is then the same object. */
const targets = ['a', 'b'].map((id) => ({ Id: id, Arn: `arn:aws:sqs:eu-west-1:123456789012:${id}` }));
const hops = { local: 0, regional: 0 };

/** The delivery of event number `n` that a rule makes for a target. */
function delivery(n: number, rule: string, target: Delivery['target']): Delivery {
  return {
    deliveryId: `event-${n}:123456789012:eu-west-1:default:${rule}:${target.Id}`,
    eventId: `event-${n}`,
    event: JSON.stringify({ id: `event-${n}` }),
    bus: 'default',
    rule,
    ruleArn: `arn:aws:events:eu-west-1:123456789012:rule/${rule}`,
    account: '123456789012',
    region: 'eu-west-1',
    target,
    acceptedAt: 1000 + n,
    hops,
    traceHeader: n % 2 === 0 ? `Root=${n}` : undefined,
    attempts: 0,
  };
}

const deliveries = fc.array(
  fc
    .tuple(fc.integer({ min: 1, max: 3 }), fc.constantFrom('first', 'second'), fc.constantFrom(...targets))
    .map(([n, rule, target]) => delivery(n, rule, target)),
  { maxLength: 10 },
);

test('a delivery comes back from its wait as it was', () => {
  fc.assert(
    fc.property(deliveries, (put) => {
      expect(waitingOf(put).map(deliveryOf)).toStrictEqual(put);
    }),
  );
});

test('what the deliveries of an event share is kept once, and so is what the events for a target share', () => {
  const [a, b] = targets;
  if (!a || !b) throw new Error('There are two targets.');
  const [first, second, third] = waitingOf([delivery(1, 'all', a), delivery(1, 'all', b), delivery(2, 'all', b)]);
  expect(second?.event).toBe(first?.event);
  expect(third?.route).toBe(second?.route);
});

test('every member of what waits is there from the beginning', () => {
  const [target] = targets;
  if (!target) throw new Error('There are two targets.');
  const members = waitingOf([delivery(1, 'all', target)]).flatMap((waiting) => Object.keys(waiting));
  expect(members).toEqual(['event', 'route', 'attempts', 'turnAt', 'failure']);
});
