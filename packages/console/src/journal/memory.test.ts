import type { Fact, FactBody, FactOf } from '@earwitness/protocol/internal/journal/fact';
import { FACT_KINDS } from '@earwitness/protocol/internal/journal/kinds';
import { beforeEach, describe, expect, test } from 'vitest';
import { Memory } from './memory.ts';
import { outcomeOf } from './row.ts';

const trace = { traceId: 'Root=1-5f84c3a1-000000000000000000000001' };
const delivery = {
  deliveryId: 'd-1',
  eventId: 'e-1',
  bus: 'orders',
  rule: 'ship',
  targetId: 't-1',
  targetArn: 'arn:aws:lambda:us-east-1:000000000000:function:ShipOrder',
};
const accepted: FactBody = {
  kind: 'event.accepted',
  eventId: 'e-1',
  bus: 'orders',
  source: 'shop',
  detailType: 'OrderCreated',
  sizeBytes: 20,
  event: '{"id":"e-1","source":"shop","detail":{"id":"o-1"}}',
  requestId: 'r-2',
  ...trace,
};
const received: FactBody = {
  kind: 'request.received',
  requestId: 'r-1',
  apiId: 'api',
  stage: 'prod',
  method: 'POST',
  path: '/orders',
  ...trace,
};
const matched: FactBody = { kind: 'rule.matched', eventId: 'e-1', bus: 'orders', rule: 'ship', targets: 1 };
const delivered: FactBody = {
  ...delivery,
  kind: 'delivery.attempted',
  attempt: 1,
  durationMs: 3,
  outcome: 'delivered',
  takenAs: 'i-1',
};
const invoked: FactBody = { kind: 'function.invoked', functionName: 'ShipOrder', invocationId: 'i-1', ...trace };
const called: FactBody = {
  ...{ kind: 'call', service: 'lambda', operation: 'Invoke', requestId: 'i-1', account: '0', region: 'us-east-1' },
  ...{ status: 200, durationMs: 1 },
};
const threw: FactBody = {
  kind: 'function.finished',
  functionName: 'ShipOrder',
  invocationId: 'i-1',
  durationMs: 2,
  outcome: 'threw',
  error: { name: 'Error', message: 'no stock' },
  ...trace,
};

let memory: Memory;
let seq: number;

beforeEach(() => {
  memory = new Memory();
  seq = 0;
});

function take(...facts: readonly FactBody[]): void {
  for (const fact of facts) memory.take({ seq: ++seq, at: 1000 + seq, ...fact } as Fact);
}

function outcomes(): string[] {
  return memory.rows.map((row) => `${row.kind} ${row.title}: ${outcomeOf(row).text} (${outcomeOf(row).tone})`);
}

describe('where a fact stands', () => {
  test('an event has its request as parent, and each has its own facts', () => {
    take(received, accepted, matched, delivered);
    expect(memory.rows.map(({ id, parent, facts }) => [id, parent?.id, facts.length])).toEqual([
      ['r-1', undefined, 1],
      ['e-1', 'r-1', 3],
    ]);
  });

  test.each([
    ['after its delivery', [received, accepted, matched, delivered, invoked, threw]],
    ['before its delivery is written down', [received, accepted, matched, invoked, threw, delivered]],
    ['by a call that bears its id', [received, accepted, matched, invoked, called, threw, delivered]],
  ])('a consumer that is invoked %s stands under the event, not under the request', (_when, facts) => {
    take(...facts);
    expect(outcomes()).toEqual(['request POST /orders: under way (wait)', 'event OrderCreated: ShipOrder threw (bad)']);
  });

  test('an invocation without a cause that is known has a row of its own, until its cause is known', () => {
    const alone: FactBody = { kind: 'function.invoked', functionName: 'ShipOrder', invocationId: 'i-1' };
    take(alone);
    expect(outcomes()).toEqual(['invocation ShipOrder: under way (wait)']);
    take(accepted, matched, delivered);
    expect(memory.rows.map(({ kind }) => kind)).toEqual(['event']);
  });

  test('an execution is called by its state machine', () => {
    const executionArn = 'arn:aws:states:us-east-1:000000000000:execution:Orders:o-1';
    take({ kind: 'execution.started', executionArn, type: 'STANDARD' });
    expect(memory.rows.map(({ title, source }) => [title, source])).toEqual([['Orders', 'o-1']]);
  });

  const executionArn = 'arn:aws:states:us-east-1:000000000000:execution:Orders-ABCDEFGHIJKL:o-1';
  const started: FactBody = { kind: 'execution.started', executionArn, type: 'STANDARD', ...trace };
  const entered: FactBody = { kind: 'state.entered', executionArn, state: 'Charge', type: 'Task', ...trace };
  const failed: FactBody = {
    ...{ kind: 'execution.ended', executionArn, status: 'FAILED', durationMs: 3, ...trace },
    ...{ error: 'Declined', state: 'Charge' },
  };

  test('an execution that a request led to has a row of its own when it fails, and the request says so, too', () => {
    take(received, started, entered);
    expect(outcomes()).toEqual(['request POST /orders: under way (wait)']);
    take(failed);
    expect(outcomes()).toEqual([
      'request POST /orders: failed in Charge: Declined (bad)',
      'execution Orders: failed in Charge: Declined (bad)',
    ]);
    expect(memory.rows[1]).toMatchObject({ id: executionArn, source: 'o-1', parent: { id: 'r-1' } });
    expect(memory.find(executionArn)?.facts).toHaveLength(3);
  });

  test('an execution that a function began, which nobody called, is found in the list', () => {
    take(invoked, started, { ...failed, status: 'SUCCEEDED' } as FactBody);
    expect(outcomes()).toEqual(['invocation ShipOrder: under way (wait)', 'execution Orders: done (good)']);
    expect(memory.rows[1]?.parent?.id).toBe('i-1');
  });

  test.each([
    ['SUCCEEDED', ['event OrderCreated: delivered to 1 (good)']],
    [
      'FAILED',
      ['execution Orders: failed in Charge: Declined (bad)', 'event OrderCreated: failed in Charge: Declined (bad)'],
    ],
  ])('an execution whose delivery is written down after it, %s', (status, rows) => {
    take(started, entered, { ...failed, status } as FactBody, accepted, matched);
    take({ ...delivered, takenAs: executionArn } as FactBody);
    expect(outcomes()).toEqual(rows);
  });

  test('an event is led to by the execution that stands in it, or by the function that was let put it', () => {
    const { traceId: _none, ...untraced } = accepted as FactOf<'event.accepted'>;
    const event = JSON.stringify({ id: 'e-1', resources: ['arn:aws:states:us-east-1:0:stateMachine:O', executionArn] });
    take({ kind: 'execution.started', executionArn, type: 'STANDARD' }, { ...untraced, event });
    take({ kind: 'function.invoked', functionName: 'Publish', invocationId: 'i-9' });
    const principal = 'arn:aws:sts::000000000000:assumed-role/Role/Publish';
    const resource = 'arn:aws:events:us-east-1:000000000000:event-bus/orders';
    take({ kind: 'access.allowed', principal, action: 'events:PutEvents', resource, by: 'identity policy' });
    take({ ...untraced, eventId: 'e-2' }, { ...untraced, eventId: 'e-3' });
    take({ ...untraced, eventId: 'e-4', requestId: 'r-other' });
    const parents = ['e-1', 'e-2', 'e-3', 'e-4'].map((id) => memory.find(id)?.parent?.id);
    expect(parents).toEqual([executionArn, 'i-9', 'i-9', undefined]);
  });

  test('what went well and belongs to nothing has no row', () => {
    take({
      kind: 'call',
      service: 'sqs',
      operation: 'ListQueues',
      requestId: 'c',
      account: '0',
      region: 'us-east-1',
      status: 200,
      durationMs: 1,
    });
    expect(memory.rows).toEqual([]);
  });
});

describe('what it came to', () => {
  test('an event is accepted, matched, delivered', () => {
    take(accepted);
    expect(outcomes()).toEqual(['event OrderCreated: accepted (plain)']);
    take(matched);
    expect(outcomes()).toEqual(['event OrderCreated: 0 of 1 delivered (wait)']);
    take(delivered);
    expect(outcomes()).toEqual(['event OrderCreated: delivered to 1 (good)']);
  });

  test.each([
    ['on a bus without a rule', 'shop', 0, 'no rule on orders (plain)'],
    ['that AWS tells of itself', 'aws.states', 2, 'none of 2 on orders matched (plain)'],
    ['that was to be taken', 'shop', 2, 'none of 2 on orders matched (bad)'],
  ])('an event %s that no rule took', (_which, source, rules, outcome) => {
    take({ ...accepted, source } as FactBody, { kind: 'event.unmatched', eventId: 'e-1', bus: 'orders', rules });
    expect(outcomes()).toEqual([`event OrderCreated: ${outcome}`]);
  });

  test('an event that one target took and another did not says both', () => {
    const { targetArn, ...other } = delivery;
    const dropped: FactBody = {
      ...{ kind: 'delivery.dropped', attempts: 1, targetArn, ...other, deliveryId: 'd-2' },
      ...{ code: 'NO_PERMISSIONS', message: 'no' },
    };
    take(accepted, matched, delivered, dropped);
    expect(outcomes()).toEqual(['event OrderCreated: delivered to 1, dropped: NO_PERMISSIONS (bad)']);
  });

  test('a call that a fault kept from its service says so', () => {
    const error = { code: 'InternalFailure', message: 'broken' };
    take({ ...called, status: 500, error, isInjected: true } as FactBody);
    expect(outcomes()).toEqual(['call lambda:Invoke: lambda Invoke, fault injected (bad)']);
  });

  test('an attempt that is made again waits, and is forgotten when it comes through', () => {
    const retried: FactBody = {
      ...delivery,
      kind: 'delivery.attempted',
      attempt: 1,
      durationMs: 3,
      outcome: 'retry',
      retryAt: 5000,
      code: 'SDK_CLIENT_ERROR',
      message: 'Unable to invoke ApiDestination endpoint: API destination endpoint cannot be reached.',
      status: 503,
    };
    take(accepted, matched, retried);
    expect(memory.rows.map((row) => outcomeOf(row).tone)).toEqual(['wait']);
    take({ ...delivered, attempt: 2 } as FactBody);
    expect(memory.rows.map((row) => outcomeOf(row).text)).toEqual(['delivered to 1']);
  });
});

test('the oldest rows make room, and what belonged to them is forgotten with them', () => {
  for (let n = 1; n <= 20_001; n++) take({ ...accepted, eventId: `e-${n}` } as FactBody);
  expect(memory.rows.length).toBe(20_000);
  expect(memory.dropped).toBe(1);
  expect(memory.find('e-1')).toBeUndefined();
  expect(memory.find('e-2')?.id).toBe('e-2');
});

describe('64 MB of text', () => {
  const MB = 1024 * 1024;
  const takeLarge = (sizeBytes: number, ...facts: readonly FactBody[]) => {
    for (const fact of facts) memory.take({ seq: ++seq, at: 1000 + seq, ...fact } as Fact, sizeBytes);
  };
  const event = (n: number) => ({ ...accepted, eventId: `e-${n}`, traceId: undefined }) as unknown as FactBody;
  const ids = () => memory.rows.map(({ id }) => id);

  test('are room for rows; the oldest go when it is more, and are counted', () => {
    takeLarge(20 * MB, event(1), event(2), event(3));
    expect(ids()).toEqual(['e-1', 'e-2', 'e-3']);
    takeLarge(20 * MB, event(4));
    expect(ids()).toEqual(['e-2', 'e-3', 'e-4']);
    expect(memory.dropped).toBe(1);
  });

  test('count what comes later to a row, which may be the oldest itself', () => {
    takeLarge(20 * MB, event(1), event(2));
    takeLarge(30 * MB, { ...matched, eventId: 'e-1' });
    expect(ids()).toEqual(['e-2']);
    takeLarge(40 * MB, event(3));
    expect(ids()).toEqual(['e-2', 'e-3']);
  });

  test('are not asked of the newest row, which stays', () => {
    takeLarge(1 * MB, event(1));
    takeLarge(100 * MB, event(2));
    expect(ids()).toEqual(['e-2']);
    takeLarge(1 * MB, event(3));
    expect(ids()).toEqual(['e-3']);
  });

  test('count what moves from an invocation to its delivery once', () => {
    takeLarge(1 * MB, { ...invoked }, accepted, matched);
    takeLarge(40 * MB, threw);
    takeLarge(1 * MB, delivered);
    expect(ids()).toEqual(['e-1']);
    takeLarge(20 * MB, event(2));
    expect(ids()).toEqual(['e-1', 'e-2']);
    takeLarge(20 * MB, event(3), event(4));
    expect(ids()).toEqual(['e-2', 'e-3', 'e-4']);
  });

  test('are given back: what a row that went had begun keeps it no longer', () => {
    takeLarge(30 * MB, received, accepted);
    takeLarge(30 * MB, event(2));
    expect(memory.find('e-1')?.parent).toBeUndefined();
    expect(ids()).toEqual(['e-1', 'e-2']);
  });

  test('are empty after a reset', () => {
    takeLarge(60 * MB, event(1));
    memory.forget();
    takeLarge(20 * MB, event(2), event(3), event(4));
    expect(memory.dropped).toBe(0);
  });
});

test('an invocation that turned out to be a delivery leaves its trace to the event', () => {
  const log = { kind: 'function.log', functionName: 'ShipOrder', text: 'hello', ...trace } as unknown as FactBody;
  take(invoked, accepted, matched, delivered, log);
  expect(memory.rows.map(({ id, facts }) => [id, facts.length])).toEqual([['e-1', 5]]);
});

describe('a fact that lacks a member', () => {
  test.each([...FACT_KINDS])(
    '(%s without any) is taken or refused whole, and hides nothing that comes after it',
    (kind) => {
      take(accepted);
      try {
        take({ kind } as FactBody);
      } catch {
        expect(memory.rows.length).toBe(1);
      }
      take({ ...accepted, eventId: 'e-2' });
      expect(memory.find('e-2')?.title).toBe('OrderCreated');
      expect(outcomes()).toContain('event OrderCreated: accepted (plain)');
      expect(memory.missed).toBe(0);
      for (const { title, id } of memory.rows) expect([typeof title, typeof id]).toEqual(['string', 'string']);
    },
  );

  test.each([{ eventId: undefined }, { detailType: 5 }, { source: null }, { bus: {} }, { event: 7 }])(
    'or has another in its place is not taken: %j',
    (part) => {
      expect(() => take({ ...accepted, ...part } as unknown as FactBody)).toThrow(TypeError);
      expect(memory.rows).toEqual([]);
    },
  );
});

test('facts that the cloud dropped are counted', () => {
  take({ kind: 'journal.skipped', firstMissed: 11, lastMissed: 20 });
  expect(memory.missed).toBe(10);
});
