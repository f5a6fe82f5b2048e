// What a wait takes for its own, among facts of several tests that run at once.
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Fact, FactBody } from '@earwitness/protocol/internal/journal/fact';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { wallClock } from '../../hearing/clock.ts';
import { observeRequests } from '../../hearing/own-requests.ts';
import { divideStories, type Marks } from './own.ts';
import { namedRefusals, type Story, storiesOf } from './stories.ts';

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

const divide = (all: readonly Fact[], marks: Partial<Marks>) =>
  divideStories(storiesOf(all), {
    beganAt: BEGAN,
    aloneSince: BEGAN,
    awaited: new Set(),
    isWhole: true,
    value: undefined,
    ...marks,
  });

const namesOf = (stories: readonly Story[]) =>
  stories.map(({ facts: [first] }) => (first?.kind === 'request.received' ? first.requestId : `${first?.kind}`));

/** The names of the stories that are a wait's own. */
const ownOf = (all: readonly Fact[], marks: Partial<Marks> = {}) => namesOf(divide(all, marks).own);

/** The names of those that are surely no other test's. */
const sureOf = (all: readonly Fact[], marks: Partial<Marks> = {}) => namesOf(divide(all, marks).sure);

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

test('what only may be the own of a test is not sure: an event that fits, a short value, a request that hangs', () => {
  const hangs = order('hangs', BEGAN + 1).filter(({ kind }) => kind !== 'request.answered');
  const all = facts(order('mine', BEGAN + 1), order('other', BEGAN + 2), hangs);
  const awaited = new Set(['e-mine']);
  expect(ownOf(all, { awaited, value: 'other' })).toEqual(['r-mine', 'r-hangs']);
  expect(sureOf(all, { awaited, value: 'id-of-other' })).toEqual([]);
});

test('the trace of the subscription, and an id that the expectation names, are sure', () => {
  const all = facts(order('mine-0001', BEGAN + 1), order('other-0002', BEGAN + 2));
  expect(sureOf(all, { trace: '1-mine-0001' })).toEqual(['r-mine-0001']);
  expect(sureOf(all, { value: 'id-of-other-0002' })).toEqual(['r-other-0002']);
  // Many events have a date.
  const dated = facts(order('2026-11-28T10:00:00Z', BEGAN + 1)).map((fact) =>
    fact.kind === 'event.accepted' ? { ...fact, event: '{"detail":{"on":"2026-11-28T10:00:00Z"}}' } : fact,
  );
  expect(sureOf(dated, { value: '2026-11-28T10:00:00Z' })).toEqual([]);
});

describe('requests of this process', () => {
  let server: Server;
  let url: string;
  /** Called when a request to /hangs has come, with what answers it. */
  let arrived: (answer: () => void) => void = () => undefined;
  beforeAll(async () => {
    observeRequests();
    server = createServer(({ url: path = '' }, response) => {
      const end = () => response.setHeader('x-amzn-requestid', path.slice(1)).end();
      if (path === '/api/hangs') arrived(end);
      else end();
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  });
  afterAll(() => server.close());

  // The clock of the requests is the real one.
  const began = wallClock.now();
  const shifted = (all: readonly Fact[]) => all.map((fact) => ({ ...fact, at: fact.at - BEGAN + began }));

  test('are sure while no other test runs beside, and likely while one does', async () => {
    await fetch(`${url}/r-sent`);
    const all = shifted(facts(order('sent', BEGAN + 1), order('other', BEGAN + 2)));
    expect(sureOf(all, { beganAt: began, aloneSince: began })).toEqual(['r-sent']);
    const beside = { beganAt: began, aloneSince: Number.POSITIVE_INFINITY };
    expect(ownOf(all, beside)).toEqual(['r-sent']);
    expect(sureOf(all, beside)).toEqual([]);
  });

  test('are sure without an answer, as long as not more of their kind hang', async () => {
    const here = new Promise<() => void>((resolve) => {
      arrived = resolve;
    });
    const answer = fetch(`${url}/api/hangs`, { method: 'POST' });
    const release = await here;
    const hanging = (name: string) =>
      order(name, BEGAN + 1)
        .filter(({ kind }) => kind !== 'request.answered')
        .map((fact) => (fact.kind === 'request.received' ? { ...fact, path: '/hangs' } : fact));
    const marks = { beganAt: began, aloneSince: began };
    expect(sureOf(shifted(facts(hanging('one'), order('other', BEGAN + 2))), marks)).toEqual(['r-one']);
    expect(sureOf(shifted(facts(hanging('one'), hanging('two'))), marks)).toEqual([]);
    release();
    await answer;
    expect(sureOf(shifted(facts(hanging('one'))), marks)).toEqual([]);
  });
});

test('a message of a batch that was not given back has no part in what was', () => {
  const invocation = { functionName: 'f', invocationId: 'i' };
  const all = facts(
    [...order('one', BEGAN + 1), ...order('two', BEGAN + 2)],
    [
      { ...invocation, kind: 'function.invoked', batch: { queueArn: 'q', messageIds: ['m-one', 'm-two'] } },
      { ...invocation, kind: 'batch.returned', queueArn: 'q', messageIds: ['m-two'], of: 2 },
    ],
  );
  expect(storiesOf(all).map((story) => story.facts.map(({ kind }) => kind).slice(4))).toEqual([
    ['function.invoked'],
    ['function.invoked', 'batch.returned'],
  ]);
});

test('a message without an id that a topic refused is of the delivery that then fails', () => {
  const refused = { kind: 'topic.refused', cache: 'c', topic: 'a b', code: 'X', message: 'no', via: 'http' } as const;
  const attempt = { deliveryId: 'd', eventId: 'e-1', bus: 'b', rule: 'r', targetId: 't', targetArn: 'q' };
  const failed = { outcome: 'failed', code: 'X', message: 'no', url: 'http://x/topics/c/a%20b' } as const;
  const all = facts([refused, { ...attempt, kind: 'delivery.attempted', attempt: 1, durationMs: 1, ...failed }]);
  expect(namedRefusals(all)[0]).toMatchObject({ kind: 'topic.refused', eventId: 'e-1' });
});
