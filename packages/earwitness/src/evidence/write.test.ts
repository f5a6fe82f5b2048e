import { mkdir, mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { FactBody } from '@earwitness/protocol/internal/journal/fact';
import { afterEach, beforeEach, expect, onTestFinished, test, vi } from 'vitest';
import { ConfigurationError } from '../errors.ts';
import { Session } from '../hearing/session.ts';
import { TransportError } from '../hearing/transport.ts';
import { subscribe } from '../subscribe.ts';
import { event, ManualClock } from '../test-session.test.ts';
import { MemoryTopic } from '../transport/memory.ts';
import { writeEvidence, writeRefusal } from './write.ts';

let folder: string;
// Put together here, because a failing wait quotes the test's own lines.
const secret = ['hu', 'sh'].join('');

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'earwitness-evidence-'));
  vi.stubEnv('EARWITNESS_REPORT', join(folder, 'report'));
});

afterEach(async () => {
  vi.unstubAllEnvs();
  await rm(folder, { recursive: true });
});

interface Record {
  readonly kind: string;
  readonly outcome?: string;
  readonly test?: object;
  readonly at?: number;
  readonly endedAt?: number;
  readonly durationMs?: number;
}

test('each subscription adds to one NDJSON file and one page of its test file, without secrets', async () => {
  for (const id of ['1', '2']) {
    const topic = new MemoryTopic();
    const events = await subscribe({ transport: topic, timeoutMs: 20 });
    topic.publish(event('OrderCreated', { id, apiKey: secret, note: '<script>' }));
    await events.waitForMessageMatching({ detail: { id } });
    await events.waitForMessageMatching({ 'detail-type': 'OrderShipped' }).catch(() => undefined);
    await events.unsubscribe();
  }
  const files = await readdir(join(folder, 'report'));
  expect(files.sort()).toEqual([
    expect.stringMatching(/write\.test\.ts\.html$/),
    expect.stringMatching(/write\.test\.ts\.ndjson$/),
  ]);
  const [page = '', lines = ''] = await Promise.all(
    files.map((file) => readFile(join(folder, 'report', file), 'utf8')),
  );
  const records = lines
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line) as Record);
  expect(records.map(({ kind, outcome }) => outcome ?? kind).sort()).toEqual([
    'EventNotReceivedError',
    'EventNotReceivedError',
    'item',
    'item',
    'met',
    'met',
    'subscription',
    'subscription',
  ]);
  const title = 'each subscription adds to one NDJSON file and one page of its test file, without secrets';
  const file = 'packages/earwitness/src/evidence/write.test.ts';
  const waits = records.filter(({ kind }) => kind === 'wait');
  expect(waits.map(({ test }) => test)).toEqual(
    waits.map(() => ({ title, file, line: expect.any(Number), beganAt: expect.any(Number) })),
  );
  expect(records.find(({ kind }) => kind === 'subscription')?.test).toMatchObject({ title, file });
  for (const { at = 0, endedAt = 0, durationMs } of waits) expect(durationMs).toBeCloseTo(endedAt - at);
  expect(lines).not.toContain(secret);
  expect(page).not.toContain(secret);
  expect(page).not.toContain('<script>');
  expect(page).toContain('2 of 4 waits not met');
  expect(page).not.toMatch(/https?:\/\/|src=|href="(?!#|data:)/);
});

test('evidence that cannot be written fails no test: it is one warning, and what stood there stays whole', async () => {
  const once = async () => {
    const topic = new MemoryTopic();
    const events = await subscribe({ transport: topic });
    topic.publish(event('OrderCreated'));
    await events.waitForMessageMatching({ 'detail-type': 'OrderCreated' });
    await events.unsubscribe();
  };
  await once();
  const into = join(folder, 'report');
  const [page = '', lines = ''] = (await readdir(into)).sort();
  const before = await readFile(join(into, lines), 'utf8');
  // A folder in the page's place: no file can be renamed to it, whoever the user is.
  await rm(join(into, page));
  await mkdir(join(into, page));
  const warnings: string[] = [];
  const take = ({ message }: Error) => warnings.push(message);
  process.on('warning', take);
  onTestFinished(() => void process.off('warning', take));
  await once();
  await once();
  await vi.waitUntil(() => warnings.length > 0);
  expect(warnings).toEqual([expect.stringContaining(`no evidence is written to ${into}: EISDIR`)]);
  expect((await readdir(into)).sort()).toEqual([page, lines].sort());
  expect((await readFile(join(into, lines), 'utf8')).startsWith(before)).toBe(true);
});

test('a subscription that cannot be opened is a failure of its test, with the error', async () => {
  const open = () => Promise.reject(new TransportError('there is no cache orders'));
  await expect(subscribe({ transport: { name: 'refusing', open } })).rejects.toThrow('there is no cache orders');
  await expect(subscribe({ topics: [] })).rejects.toThrow(ConfigurationError);
  const [page = '', file = ''] = (await readdir(join(folder, 'report'))).sort();
  const lines = (await readFile(join(folder, 'report', file), 'utf8')).trimEnd().split('\n');
  const failed = {
    ...{ subscription: expect.any(String), kind: 'subscription', version: 1 },
    ...{ at: expect.any(Number), closedAt: expect.any(Number), transports: [] },
    test: {
      title: 'a subscription that cannot be opened is a failure of its test, with the error',
      file: 'packages/earwitness/src/evidence/write.test.ts',
      line: expect.any(Number),
      beganAt: expect.any(Number),
    },
  };
  expect(lines.map((line): unknown => JSON.parse(line))).toEqual([
    { ...failed, failure: { name: 'TransportError', page: 'there is no cache orders' } },
    { ...failed, failure: { name: 'ConfigurationError', page: expect.any(String) } },
  ]);
  expect(await readFile(join(folder, 'report', page), 'utf8')).toContain('✗ 2 subscriptions could not be opened');
});

test("what a runner's fixture opens or cannot open stands in the file of its test", async () => {
  const into = join(folder, 'fixture');
  const inTest = { title: 'an order is paid', file: join(process.cwd(), 'test/orders.test.ts') };
  const session = await Session.open(new MemoryTopic(), {
    ...{ clock: new ManualClock(), timeoutMs: 1000, keep: 10, runningTest: () => inTest },
    onClosed: (closed, waits) => writeEvidence(into, { session: closed, waits, subscribedAt: '' }),
  });
  await session.close();
  await writeRefusal(into, { error: new TransportError('no cache'), at: 1, test: inTest, subscribedAt: '' });
  expect((await readdir(into)).sort()).toEqual(['test-orders.test.ts.html', 'test-orders.test.ts.ndjson']);
});

test('a canary that does not come back is told once: by the error, not as a subscription that awaited nothing', async () => {
  const closed: unknown[] = [];
  const clock = new ManualClock();
  const opening = Session.open(new MemoryTopic('t'), {
    ...{ clock, timeoutMs: 4000, keep: 10 },
    sendCanary: async () => undefined,
    onClosed: async (session) => void closed.push(session),
  }).catch((error: Error) => error.message);
  await new Promise((resolve) => setImmediate(resolve));
  clock.advance(8000);
  expect(await opening).toBe('no canary came back within 8000 ms: the road from the bus to t is dead');
  expect(closed).toEqual([]);
});

/** A local cloud's journal, as its admin API hands it out, after so many facts that it dropped. */
async function serveJournal(facts: readonly FactBody[], dropped = 0): Promise<void> {
  const at = Date.now() + 1000;
  const body = JSON.stringify({
    oldest: dropped + 1,
    newest: dropped + facts.length,
    dropped: { facts: dropped, bytes: dropped * 500 },
    limits: { facts: 100_000, bytes: null },
    advancedMs: 0,
    facts: facts.map((fact, index) => ({ seq: dropped + index + 1, at, ...fact })),
  });
  const server = createServer((_, response) => response.end(body)).listen(0, '127.0.0.1');
  await new Promise((resolve) => server.once('listening', resolve));
  onTestFinished(() => void server.close());
  vi.stubEnv('EARWITNESS_URL', `http://127.0.0.1:${(server.address() as AddressInfo).port}`);
}

test('facts are there without the secrets of their events, and without the canaries', async () => {
  const accepted = (eventId: string, detail: object): FactBody => ({
    kind: 'event.accepted',
    eventId,
    bus: 'orders',
    source: 'OrderService',
    detailType: 'OrderCreated',
    sizeBytes: 100,
    event: JSON.stringify(event('OrderCreated', { ...detail })),
    requestId: 'r',
  });
  await serveJournal([
    accepted('e1', { id: '1', apiKey: secret }),
    accepted('e2', { earwitnessProbe: 'p' }),
    { kind: 'rule.matched', eventId: 'e2', bus: 'orders', rule: 'relay', targets: 1 },
  ]);
  const events = await subscribe({ transport: new MemoryTopic() });
  await events.unsubscribe();
  const file = join(folder, 'report', (await readdir(join(folder, 'report')))[1] ?? '');
  const lines = await readFile(file, 'utf8');
  expect(file).toMatch(/write\.test\.ts\.ndjson$/);
  expect(lines).toContain('\\"apiKey\\":\\"[redacted]\\"');
  expect(lines).not.toContain(secret);
  expect(lines.match(/"kind":"(event\.accepted|rule\.matched)"/g)).toEqual(['"kind":"event.accepted"']);
});

test('facts that the journal had dropped are missing with a word', async () => {
  await serveJournal([{ kind: 'rule.matched', eventId: 'e1', bus: 'orders', rule: 'relay', targets: 1 }], 7);
  const events = await subscribe({ transport: new MemoryTopic() });
  await events.unsubscribe();
  const [page = '', lines = ''] = await Promise.all(
    (await readdir(join(folder, 'report'))).map((file) => readFile(join(folder, 'report', file), 'utf8')),
  );
  expect(lines).toContain('"journalGap":{"droppedFacts":7,"maxFacts":100000,"maxBytes":null}');
  expect(page).toContain(
    "Some facts are missing: the local cloud's journal has dropped the oldest 7 facts, as it holds 100,000 facts at most: what",
  );
});

/** Closes `count` subscriptions at once, each having heard one message; how many the file tells of then. */
async function closeAtOnce(count: number): Promise<number> {
  const topic = new MemoryTopic();
  const all = await Promise.all(Array.from({ length: count }, () => subscribe({ transport: topic })));
  topic.publish(event('OrderCreated'));
  await Promise.all(all.map((events) => events.unsubscribe()));
  const lines = await readFile(join(folder, 'report', (await readdir(join(folder, 'report')))[1] ?? ''), 'utf8');
  const kinds = lines.match(/"kind":"(subscription|item)"/g) ?? [];
  expect(kinds).toEqual(
    Array.from({ length: kinds.length / 2 }, () => ['"kind":"subscription"', '"kind":"item"']).flat(),
  );
  return kinds.length / 2;
}

test('subscriptions that are closed at the same moment take turns', async () => {
  expect(await closeAtOnce(12)).toBe(12);
});

test('a run that has a name begins the file anew, any other adds to it', async () => {
  expect(await closeAtOnce(1)).toBe(1);
  expect(await closeAtOnce(1)).toBe(2);
  vi.stubEnv('EARWITNESS_RUN', 'monday');
  expect(await closeAtOnce(2)).toBe(2);
  expect(await closeAtOnce(1)).toBe(3);
  vi.stubEnv('EARWITNESS_RUN', 'tuesday');
  expect(await closeAtOnce(1)).toBe(1);
});
