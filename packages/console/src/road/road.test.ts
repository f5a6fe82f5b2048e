import type { CloudMap } from '@earwitness/protocol/internal/admin/cloud-map';
import type { Fact, FactBody, FactOf } from '@earwitness/protocol/internal/journal/fact';
import type { Branch } from '@earwitness/protocol/internal/journal/road/causes';
import { beforeEach, describe, expect, test } from 'vitest';
import { Memory } from '../journal/memory.ts';
import { reachOf } from './copy/reach.ts';
import { factsOf, kinOf } from './kin.ts';
import { roadOf } from './road.ts';
import { missedRules } from './rules.ts';

const trace = { traceId: 'Root=1-5f84c3a1-000000000000000000000001' };
const received: FactBody = {
  ...{ kind: 'request.received', requestId: 'r-1', apiId: 'api', stage: 'prod', method: 'POST', path: '/orders' },
  ...trace,
};
const invoked: FactBody = { kind: 'function.invoked', functionName: 'CreateOrder', invocationId: 'i-0', ...trace };
const finished: FactBody = {
  ...{
    kind: 'function.finished',
    functionName: 'CreateOrder',
    invocationId: 'i-0',
    durationMs: 9,
    outcome: 'returned',
  },
  ...trace,
};
const answered: FactBody = { kind: 'request.answered', requestId: 'r-1', status: 201, durationMs: 9, ...trace };
const accepted = (eventId = 'e-1'): FactBody => ({
  ...{ kind: 'event.accepted', eventId, bus: 'orders', source: 'shop', detailType: 'OrderCreated', sizeBytes: 20 },
  event: JSON.stringify({
    ...{ id: eventId, source: 'shop', 'detail-type': 'OrderCreated', account: '000000000000', region: 'us-east-1' },
    detail: { id: 'o-1' },
  }),
  requestId: 'r-2',
  ...trace,
});
const matched: FactBody = { kind: 'rule.matched', eventId: 'e-1', bus: 'orders', rule: 'ship', targets: 1 };
const delivery = {
  ...{ deliveryId: 'd-1', eventId: 'e-1', bus: 'orders', rule: 'ship', targetId: 't-1' },
  targetArn: 'arn:aws:events:us-east-1:000000000000:api-destination/Partner/1',
};
const failure = { code: 'ConnectionError', message: 'It does not answer.', cause: 'connection refused' };
const retried: FactBody = {
  ...{ ...delivery, ...failure, kind: 'delivery.attempted', attempt: 1, durationMs: 0.5, outcome: 'retry' },
  retryAt: 61_000,
};

const arn = (rest: string) => `arn:aws:events:us-east-1:000000000000:${rest}`;
const rule = (name: string, pattern: object, more: object = {}) =>
  ({
    id: arn(`rule/orders/${name}`),
    kind: 'rule',
    name,
    pattern: JSON.stringify(pattern),
    facts: [],
    ...more,
  }) as const;
const bus = { id: arn('event-bus/orders'), kind: 'bus', name: 'orders', facts: [] } as const;
const topic = { id: 'momento:earwitness/events', kind: 'topic', name: 'earwitness/events', facts: [] } as const;

/** A bus with these rules; `relay`, if it is one of them, leads to a topic. */
function mapOf(...rules: readonly ReturnType<typeof rule>[]): CloudMap {
  const delivers = (from: string, to: string) => ({ from, to, kind: 'delivers' }) as const;
  return {
    nodes: [bus, topic, ...rules],
    edges: [
      ...rules.map(({ id }) => delivers(bus.id, id)),
      ...rules.filter(({ name }) => name === 'relay').map(({ id }) => delivers(id, topic.id)),
    ],
  };
}

let memory: Memory;
let seq: number;

beforeEach(() => {
  memory = new Memory();
  seq = 0;
});

function take(...facts: readonly FactBody[]): void {
  for (const fact of facts) memory.take({ seq: ++seq, at: 1000 + seq, ...fact } as Fact);
}

function rowOf(id: string) {
  const row = memory.find(id);
  if (!row) throw new Error(`no row ${id}`);
  return row;
}

const kin = (id: string) => factsOf(rowOf(id), kinOf(rowOf(id), memory.rows));

const eventOf = (facts: readonly Fact[]) =>
  facts.find((fact): fact is FactOf<'event.accepted'> => fact.kind === 'event.accepted') as FactOf<'event.accepted'>;

/** One line for each mark, indented by what brought it about. */
function drawn(branches: readonly Branch[], indent = ''): string[] {
  return branches.flatMap(({ mark, branches: below }) => [
    `${indent}${mark.stage} ${mark.label} (${mark.tone})`,
    ...drawn(below, `${indent}  `),
  ]);
}

describe('the road', () => {
  test('of an event begins with the request that brought it about, and ends with the attempt that is due', () => {
    take(received, invoked, accepted(), matched, retried, finished, answered);
    const road = roadOf(rowOf('e-1'), kin('e-1').facts);
    expect(drawn(road.roots).map((line) => line.replace(/\d\d:\d\d:\d\d\.\d+/, 'TIME'))).toEqual([
      'request POST /orders → 201 Created (good)',
      '  function CreateOrder (good)',
      '    event OrderCreated on orders (good)',
      '      rule ship (good)',
      '        attempt Partner: connection refused (bad)',
      '          attempt next attempt due at TIME (wait)',
    ]);
  });

  test('what was tried again and taken has no attempt that is due', () => {
    take(accepted(), matched, retried, {
      ...{ ...delivery, kind: 'delivery.attempted', attempt: 2, durationMs: 0.5, outcome: 'delivered', status: 200 },
    });
    expect(drawn(roadOf(rowOf('e-1'), kin('e-1').facts).roots)).toEqual([
      'event OrderCreated on orders (good)',
      '  rule ship (good)',
      '    attempt Partner: connection refused (bad)',
      '    attempt Partner: 200 OK (good)',
    ]);
  });

  test('of one event does not show what else its request brought about', () => {
    take(received, invoked, accepted('e-1'), accepted('e-2'), finished, answered);
    expect(drawn(roadOf(rowOf('e-2'), kin('e-2').facts).roots)).toHaveLength(3);
    expect(drawn(roadOf(rowOf('r-1'), kin('r-1').facts).roots)).toHaveLength(4);
  });

  test('of a trace with thousands of facts has those that are near, and says how many it left', () => {
    take(received, accepted('e-1'));
    for (let index = 0; index < 5000; index++) take({ ...matched, eventId: 'e-1', rule: `r-${index}` });
    const { facts, left } = kin('e-1');
    expect([facts.length, left]).toEqual([4000, 1002]);
  });
});

describe('the rules that did not take an event', () => {
  const missed = async (map: CloudMap) => {
    const { facts } = kin('e-1');
    return (await missedRules(eventOf(facts), facts, map)).map(({ label, text }) => text ?? label);
  };

  test('are told by the first field that did not match, the nearest first', async () => {
    take(accepted(), { kind: 'event.unmatched', eventId: 'e-1', bus: 'orders', rules: 3 });
    const rules = mapOf(
      rule('far', { source: ['billing'], 'detail-type': ['Other'] }),
      rule('near', { source: ['shop'], 'detail-type': ['ordercreated'] }),
      rule('off', { source: ['shop'] }, { state: 'DISABLED' }),
    );
    expect(await missed(rules)).toEqual([
      'near wants detail-type "ordercreated", the event has "OrderCreated" (differs only in case): 1 of 2 fields match',
      'far wants detail-type "Other", the event has "OrderCreated": 0 of 2 fields match',
      'off is disabled',
    ]);
  });

  test('a rule that was changed since is not said to have missed', async () => {
    take(accepted(), { kind: 'event.unmatched', eventId: 'e-1', bus: 'orders', rules: 1 });
    expect(await missed(mapOf(rule('ship', { source: ['shop'] })))).toEqual([
      'ship matches, but did not take this event: it was made or changed later',
    ]);
  });

  test('of many, the nearest are drawn and the others named together', async () => {
    take(accepted(), matched);
    const many = Array.from({ length: 12 }, (_, index) => rule(`r-${index}`, { source: [`other-${index}`] }));
    const { facts } = kin('e-1');
    const marks = await missedRules(eventOf(facts), facts, mapOf(rule('ship', { source: ['shop'] }), ...many));
    expect(marks).toHaveLength(9);
    expect(marks.at(-1)?.label).toBe('4 more rules did not match');
    expect(marks.at(-1)?.text?.split('\n')).toHaveLength(4);
  });
});

describe('whether a test can hear an event', () => {
  const reach = (map: CloudMap | undefined) => {
    const { facts } = kin('e-1');
    return reachOf(eventOf(facts), facts, map);
  };

  test('at a topic that had it', () => {
    const place = { cache: 'earwitness', topic: 'events', sequencePage: 1, sequenceNumber: 1 };
    take(accepted(), { kind: 'topic.published', ...place, sizeBytes: 9, text: '{"id":"e-1"}', via: 'http' });
    expect(reach(mapOf())).toEqual({ needsBus: false });
  });

  test('at the bus, when no rule leads to a topic', () => {
    take(accepted());
    expect(reach(mapOf(rule('ship', { source: ['shop'] })))).toEqual({
      needsBus: true,
      hint: 'No rule of bus orders leads to a topic: the test listens to the bus itself, with a rule and a queue of its own.',
    });
  });

  test('at the bus, when the rule that leads to a topic did not take it', () => {
    take(accepted());
    expect(reach(mapOf(rule('relay', { source: ['other'] })))).toMatchObject({ needsBus: true });
  });

  test('later, when the rule that leads to a topic took it', () => {
    take(accepted(), { ...matched, rule: 'relay' });
    expect(reach(mapOf(rule('relay', { source: ['shop'] })))).toEqual({
      needsBus: false,
      hint: 'It has not come to a topic yet: the road above shows how far it is.',
    });
  });

  test('nothing is said where the map could not be read', () => {
    take(accepted());
    expect(reach(undefined)).toEqual({ needsBus: false });
  });
});
