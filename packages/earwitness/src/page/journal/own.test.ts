// What a wait takes for its own, among facts of several tests that run at once.
import type { Fact, FactBody } from '@earwitness/protocol/internal/journal/fact';
import { expect, test } from 'vitest';
import { divideStories, type Marks } from './own.ts';
import { namedRefusals, storiesOf } from './stories.ts';

const BEGAN = 1000;

/** A request whose function publishes an event, which goes to a queue. */
function order(name: string, at: number): FactBody[] {
  const traceId = `Root=1-${name}`;
  const delivery = {
    deliveryId: `d-${name}`,
    eventId: `e-${name}`,
    bus: 'b',
    rule: 'r',
    targetId: 't',
    targetArn: 'q',
  };
  const bodies: FactBody[] = [
    { kind: 'request.received', requestId: `r-${name}`, apiId: 'a', stage: 's', method: 'POST', path: '/', traceId },
    {
      ...{ kind: 'event.accepted', eventId: `e-${name}`, bus: 'b', source: 's', detailType: 'Placed', sizeBytes: 1 },
      ...{ event: `{"detail":{"id":"id-of-${name}"}}`, requestId: `p-${name}`, traceId: `${traceId};Parent=1` },
    },
    { ...delivery, kind: 'delivery.attempted', attempt: 1, durationMs: 1, outcome: 'delivered', takenAs: `m-${name}` },
    { kind: 'request.answered', requestId: `r-${name}`, status: 202, durationMs: 1, traceId },
  ];
  return bodies.map((body) => ({ ...body, at }));
}

let seq = 0;
const facts = (...bodies: readonly (readonly FactBody[])[]): Fact[] =>
  bodies.flat().map((body) => ({ at: BEGAN + 5, ...body, seq: ++seq }));

/** The names of the stories that are a wait's own. */
function ownOf(all: readonly Fact[], marks: Partial<Marks> = {}): string[] {
  const stories = storiesOf(all);
  const { own } = divideStories(stories, {
    beganAt: BEGAN,
    awaited: new Set(),
    isWhole: true,
    value: undefined,
    ...marks,
  });
  return own.map(({ facts: [first] }) => (first?.kind === 'request.received' ? first.requestId : `${first?.kind}`));
}

test('a story is a request and all that it brought about', () => {
  const all = facts(order('one', BEGAN + 1), order('two', BEGAN + 2));
  expect(storiesOf(all).map((story) => story.facts.map(({ kind }) => kind))).toEqual([
    ['request.received', 'event.accepted', 'delivery.attempted', 'request.answered'],
    ['request.received', 'event.accepted', 'delivery.attempted', 'request.answered'],
  ]);
});

test('a batch is told in the story of each of its messages, and joins none', () => {
  const invocation = { functionName: 'f', invocationId: 'i', traceId: 'Root=1-one' };
  const batch = { queueArn: 'q', messageIds: ['m-one', 'm-two'] };
  const all = facts(
    [...order('one', BEGAN + 1), ...order('two', BEGAN + 2)],
    [
      { ...invocation, kind: 'function.invoked', batch },
      { ...invocation, kind: 'function.finished', durationMs: 1, outcome: 'threw' },
    ],
  );
  const own = ownOf(all, { awaited: new Set(['e-two']) });
  expect(own).toEqual(['r-two']);
  const [, two] = storiesOf(all);
  expect(two?.facts.map(({ kind }) => kind)).toContain('function.finished');
});

test('what began before the test is not its own, nor what only goes on since then', () => {
  const retry = { deliveryId: 'd', eventId: 'e-before', bus: 'b', rule: 'r', targetId: 't', targetArn: 'q' };
  const failed = { outcome: 'failed', code: 'X', message: 'down' } as const;
  const all = facts(order('early', BEGAN - 1), order('mine', BEGAN + 1), [
    { ...retry, kind: 'delivery.attempted', attempt: 2, durationMs: 1, ...failed },
  ]);
  expect(ownOf(all)).toEqual(['r-mine']);
  // A journal that dropped facts may have dropped the beginning.
  expect(ownOf(all, { isWhole: false })).toEqual(['r-mine', 'delivery.attempted']);
});

test('the value that tells the awaited event from others tells its story as well', () => {
  const all = facts(order('mine', BEGAN + 1), order('other', BEGAN + 2));
  expect(ownOf(all, { value: 'id-of-other' })).toEqual(['r-other']);
  // Too short to tell anything.
  expect(ownOf(all, { value: 'id' })).toEqual(['r-mine', 'r-other']);
});

test('a request that is not answered yet may be the one that hangs', () => {
  const hangs = order('hangs', BEGAN + 1).filter(({ kind }) => kind !== 'request.answered');
  const all = facts(hangs, order('other', BEGAN + 2));
  expect(ownOf(all)).toEqual(['r-hangs']);
});

test('a message without an id that a topic refused is of the delivery that then fails', () => {
  const refused = { kind: 'topic.refused', cache: 'c', topic: 'a b', code: 'X', message: 'no', via: 'http' } as const;
  const attempt = { deliveryId: 'd', eventId: 'e-1', bus: 'b', rule: 'r', targetId: 't', targetArn: 'q' };
  const failed = { outcome: 'failed', code: 'X', message: 'no', url: 'http://x/topics/c/a%20b' } as const;
  const all = facts([refused, { ...attempt, kind: 'delivery.attempted', attempt: 1, durationMs: 1, ...failed }]);
  expect(namedRefusals(all)[0]).toMatchObject({ kind: 'topic.refused', eventId: 'e-1' });
});
