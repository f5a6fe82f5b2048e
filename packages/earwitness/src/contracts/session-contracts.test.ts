// A subscription's whole dealing with the contracts: what it leaves, what it refuses, the page. And a run around it.
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { ConfigurationError, ContractBrokenError } from '../errors.ts';
import { Session } from '../hearing/session.ts';
import { Subscription } from '../subscription.ts';
import { event, ManualClock, rejection } from '../test-session.test.ts';
import { MemoryTopic } from '../transport/memory.ts';
import { beginRun, type Mode } from './run.ts';
import { openContracts } from './session-contracts.ts';

let folder: string;
let files: { lock: string; types: string };

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'earwitness-contracts-'));
  files = { lock: join(folder, 'events.lock.json'), types: join(folder, 'events.ts') };
});
afterEach(() => rmSync(folder, { recursive: true }));

type Environment = Readonly<Record<string, string>>;

async function open(environment: Environment, onFailed?: (wait: { title: string; frames: string }) => void) {
  const onClosed = openContracts(files, environment, onFailed);
  const topic = new MemoryTopic();
  const session = await Session.open(topic, { clock: new ManualClock(), timeoutMs: 4000, keep: 1000, onClosed });
  return { topic, events: new Subscription(session) };
}

/** A subscription that hears these details of OrderCreated, and is closed. */
async function receive(
  environment: Environment,
  ...details: readonly Readonly<Record<string, unknown>>[]
): Promise<void> {
  const { topic, events } = await open(environment);
  for (const detail of details) topic.publish(event('OrderCreated', detail));
  await events.unsubscribe();
}

/** A run of one subscription; resolves with what is said at its end. */
async function run(mode: Mode, ...details: readonly Readonly<Record<string, unknown>>[]): Promise<readonly string[]> {
  const { env, finish } = await beginRun(files, mode);
  try {
    await receive({ ...env, ...(mode === 'hold' ? { CI: 'true' } : {}) }, ...details);
  } finally {
    said = await finish();
  }
  return said;
}
let said: readonly string[] = [];

const lockText = () => readFileSync(files.lock, 'utf8');

describe('a run', () => {
  test('writes the lock file and the types when there are none, from the samples of all subscriptions', async () => {
    const { env, finish } = await beginRun(files, 'grow');
    await Promise.all([
      receive(env, { id: 'a', total: 2 }),
      receive(env, { id: 'b', total: 2.5, coupon: 'c' }),
      receive(env, { id: 'c', total: 1 }),
    ]);
    expect(await finish()).toEqual(['events.lock.json has grown: commit it', '  + OrderCreated from OrderService']);
    expect(lockText()).toBe(`{
  "version": 1,
  "events": {
    "OrderService": {
      "OrderCreated": {
        "type": "object",
        "properties": {
          "coupon": {
            "type": "string"
          },
          "id": {
            "type": "string"
          },
          "total": {
            "type": "number"
          }
        },
        "required": [
          "id",
          "total"
        ]
      }
    }
  }
}
`);
    expect(readFileSync(files.types, 'utf8')).toBe(`// Written by earwitness from events.lock.json: do not edit.

export interface EventMap {
  OrderService: {
    OrderCreated: {
      coupon?: string;
      id: string;
      total: number;
    };
  };
}
`);
  });

  test('adds a new field as optional, fails for a dropped one, and leaves both files alone then', async () => {
    await run('grow', { id: 'a', total: 2 });
    expect(await run('grow', { id: 'b', total: 2, currency: 'EUR' })).toEqual([
      'events.lock.json has grown: commit it',
      '  + OrderCreated from OrderService: detail.currency',
    ]);
    const before = lockText();
    expect(await run('grow', { id: 'c', total: 3 })).toEqual([]);
    expect(await rejection(run('grow', { id: 'd' }))).toBeInstanceOf(ContractBrokenError);
    expect(said).toEqual([]);
    expect(lockText()).toBe(before);
  });

  test('in CI writes nothing, names what is new, and fails for what is retyped', async () => {
    await run('grow', { id: 'a', total: 2 });
    const before = lockText();
    expect(await run('hold', { id: 'a', total: 2, currency: 'EUR' })).toEqual([
      'not in events.lock.json yet, and nothing is written in CI: run the tests on your machine and commit it',
      '  + OrderCreated from OrderService: detail.currency',
    ]);
    expect((await rejection(run('hold', { id: 7, total: 2 }))).message).toMatch(
      /^OrderCreated from OrderService breaks events\.lock\.json: detail\.id was string, is integer\n/,
    );
    expect(lockText()).toBe(before);
  });

  test('that updates accepts what it sees, and says how the lock file changed', async () => {
    await run('grow', { id: 'a', total: 2, old: true });
    expect(await run('update', { id: 'a', total: '2.00' })).toEqual([
      'events.lock.json says now what this run saw: commit it',
      '  - OrderCreated from OrderService: detail.old',
      '  ~ OrderCreated from OrderService: detail.total integer → string',
    ]);
    expect(await run('hold', { id: 'b', total: '3.00' })).toEqual([]);
  });
});

test('what is new in a run that nobody ends is named once, and fails nothing', async () => {
  await run('grow', { id: 'a' });
  const write = vi.spyOn(process.stderr, 'write').mockReturnValue(true);
  await receive({}, { id: 'b', note: 'n' });
  await receive({}, { id: 'b', note: 'n' });
  expect(write.mock.calls).toEqual([
    [
      'earwitness: not in events.lock.json yet: OrderCreated from OrderService: detail.note ("earwitness exec" or "earwitness lock" adds it)\n',
    ],
  ]);
  write.mockRestore();
});

test('a broken contract is reported to who reports failures', async () => {
  await run('grow', { id: 'a' });
  const reported: string[] = [];
  const { topic, events } = await open({}, ({ title, frames }) => reported.push(`${title} ${frames}`));
  topic.publish(event('OrderCreated', { id: 7 }));
  await events.waitForMessageMatching({ source: 'OrderService' });
  await rejection(events.unsubscribe());
  expect(reported).toEqual([
    expect.stringMatching(/^contracts of events\.lock\.json\s+at .*session-contracts\.test\.ts/),
  ]);
});

test('the page names the fields, the event and the expectations that look at them', async () => {
  await run('grow', { id: 'a', total: 2, customer: { name: 'n', note: 'x' } });
  const { topic, events } = await open({});
  topic.publish(event('OrderCreated', { id: 'b', total: '2.00', customer: { note: 'x' } }));
  await events.waitForMessageMatching({ source: 'OrderService', detail: { id: 'b', total: '2.00' } });
  await events.waitForMessageMatching({ 'detail-type': 'OrderCreated', detail: { customer: { note: 'x' } } });
  const error = await rejection(events.unsubscribe());
  expect(error).toBeInstanceOf(ContractBrokenError);
  const lines = error.message.replaceAll(/test\.ts:\d+(:\d+)?/g, 'test.ts:0').replaceAll(/id 0000\S+/g, 'id 0000');
  expect(lines).toMatchInlineSnapshot(`
    "OrderCreated from OrderService breaks events.lock.json: detail.customer.name was dropped, and 1 more

      Broken   OrderCreated from OrderService
        detail.customer.name   string → dropped
        detail.total           integer → string   "2.00"

      Event   id 0000   +0 ms   memory
        heard in session-contracts.test.ts:0

      Consumers of detail.customer.name
        none is known

      Consumers of detail.total
        packages/earwitness/src/contracts/session-contracts.test.ts:0   an event from OrderServ…

      If this is meant
        run the tests with EARWITNESS_UPDATE=1, and commit events.lock.json"
  `);
});

describe('refuses', () => {
  test('a lock file that is not as it was written, naming the place', () => {
    const refusal = (text: string): string => {
      writeFileSync(files.lock, text);
      try {
        openContracts(files, {});
      } catch (error) {
        if (error instanceof ConfigurationError)
          return error.message.replace(/^.*events\.lock\.json/, 'events.lock.json');
      }
      return 'nothing';
    };
    const typed = (schema: object) => JSON.stringify({ version: 1, events: { 'order.service': { Paid: schema } } });
    expect([
      refusal('{ "version": 1,\n<<<<<<< HEAD\n'),
      refusal('[]'),
      refusal('{ "version": 2, "events": {} }'),
      refusal('{ "version": 1, "events": {}, "more": 1 }'),
      refusal(typed({ type: 'text' })),
      refusal(typed({ type: 'object', properties: { id: { type: 'string', minLength: 1 } } })),
      refusal(typed({ type: 'object', properties: { id: { type: 'string' } }, required: ['di'] })),
      refusal(typed({ type: 'object', properties: {}, additionalProperties: { type: 'string' } })),
      refusal(typed({ type: ['object', 'null'] })),
    ]).toMatchInlineSnapshot(`
      [
        "events.lock.json: the file has a merge conflict at line 2: take either side, then run the tests to add the rest.",
        "events.lock.json: the file must be an object.",
        "events.lock.json: version is 2; this earwitness reads version 1.",
        "events.lock.json: the file has "more", which is not one of version, events.",
        "events.lock.json: events["order.service"].Paid.type must be one of array, boolean, integer, null, number, object, string, or an array of them.",
        "events.lock.json: events["order.service"].Paid.properties.id has "minLength", which is not one of type, format, properties, required, additionalProperties, items.",
        "events.lock.json: events["order.service"].Paid.required names "di", which no property is.",
        "events.lock.json: events["order.service"].Paid has "additionalProperties" beside "properties": an object has named fields, or keys that are data.",
        "nothing",
      ]
    `);
    expect(refusal('{ "version": 1, ')).toMatch(/^events\.lock\.json is not JSON: /);
  });

  test('a missing lock file in CI, an update in CI, and an update that nobody would write', async () => {
    const refusal = async (environment: Environment) =>
      (await rejection(receive(environment))).message.replace(/^.*events\.lock\.json/, 'events.lock.json');
    expect(
      await Promise.all([{ CI: '1' }, { CI: '1', EARWITNESS_UPDATE: '1' }, { EARWITNESS_UPDATE: '1' }].map(refusal)),
    ).toMatchInlineSnapshot(`
      [
        "events.lock.json does not exist: run the tests on your machine and commit it.",
        "EARWITNESS_UPDATE is set in CI, where contracts are only held to: update on a machine of your own.",
        "events.lock.json would not be written at the end of the tests: run them with "earwitness exec -- …" or "earwitness lock -- …".",
      ]
    `);
  });
});

test('texts, and objects that are no events, are not looked at', async () => {
  const { env, finish } = await beginRun(files, 'grow');
  const { topic, events } = await open(env);
  for (const item of [
    'a text',
    '{"id":"x"}',
    '{"source":"a","detail-type":"b"}',
    '{"source":1,"detail-type":"b","detail":{}}',
  ]) {
    topic.publish(item);
  }
  await events.unsubscribe();
  expect(await finish()).toEqual([]);
});
