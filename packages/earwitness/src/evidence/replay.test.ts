import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { Session } from '../hearing/session.ts';
import { Subscription } from '../subscription.ts';
import { event, ManualClock } from '../test-session.test.ts';
import { MemoryTopic } from '../transport/memory.ts';
import { type Evidence, parseEvidence } from './evidence.ts';
import { replay } from './replay.ts';
import { writeEvidence } from './write.ts';

interface Scene {
  readonly clock: ManualClock;
  readonly topic: MemoryTopic;
  readonly events: Subscription;
}

/** What a subscription leaves behind when it is closed after `work`; verdicts of waits are no errors here. */
async function record(
  work: (scene: Scene) => readonly Promise<unknown>[] | Promise<readonly Promise<unknown>[]>,
  others: readonly MemoryTopic[] = [],
): Promise<readonly Evidence[]> {
  const folder = await mkdtemp(join(tmpdir(), 'earwitness-replay-'));
  onTestFinished(() => rm(folder, { recursive: true }));
  const [clock, topic] = [new ManualClock(), new MemoryTopic()];
  const session = await Session.open([topic, ...others], {
    clock,
    timeoutMs: 1000,
    keep: 1000,
    onClosed: (closed, waits) => writeEvidence(folder, { session: closed, waits, subscribedAt: '' }),
  });
  const events = new Subscription(session);
  await Promise.allSettled(await work({ clock, topic, events }));
  await events.unsubscribe();
  const file = (await readdir(folder)).find((name) => name.endsWith('.ndjson')) ?? '';
  return parseEvidence(await readFile(join(folder, file), 'utf8')).evidence;
}

/** Title, recorded verdict, verdict of now. */
const verdicts = async (evidence: readonly Evidence[]) =>
  (await replay(evidence)).map(({ wait, outcome }) => [wait.title, wait.outcome, outcome]);

test('every verb comes to the same verdict, with the same page to the letter', async () => {
  const evidence = await record(async ({ clock, topic, events }) => {
    const waits: Promise<unknown>[] = [];
    const wait = (promise: Promise<unknown>) => {
      waits.push(promise);
      return promise.catch(() => undefined);
    };
    topic.publish(event('Paid', { n: 1 }));
    clock.advance(10);
    wait(events.waitForMessageMatching({ 'detail-type': 'Created' }));
    const late = wait(events.waitForMessageMatching({ 'detail-type': 'Late' }));
    wait(events.waitForMessageMatching({ 'detail-type': 'Created', detail: { n: 3 } }));
    wait(events.waitFor(2, { source: /^Order/ }));
    const sequence = wait(events.waitForSequence([{ 'detail-type': 'Created' }, { 'detail-type': 'Paid' }]));
    wait(events.exactly(1, { 'detail-type': 'Created' }, { timeoutMs: 300 }));
    const exactly = wait(events.exactly(2, { 'detail-type': 'Created' }));
    const none = wait(events.expectNone({ 'detail-type': 'Paid' }));
    wait(events.expectNone({ 'detail-type': 'Refunded' }));
    const silence = wait(events.waitForSilence({ quietMs: 800 }));
    wait(events.waitForSilence({ quietMs: 400 }));
    wait(events.collect({ forMs: 500 }));
    // Pages are written from what was heard until then.
    await none;
    clock.advance(200);
    topic.publish(event('Created', { n: 2 }));
    clock.advance(800);
    await Promise.all([sequence, exactly, silence]);
    clock.advance(25);
    topic.publish(event('Late'));
    await late;
    clock.advance(2000);
    return waits;
  });
  const replayed = await replay(evidence);
  expect(replayed.map(({ wait, outcome }) => [wait.title, outcome])).toEqual([
    ['Created', 'met'],
    ['Late', 'EventNotReceivedError'],
    ['Created', 'EventNotReceivedError'],
    ['2 × an event from /^Order/', 'met'],
    ['Created → Paid', 'EventNotReceivedError'],
    ['exactly 1 × Created', 'met'],
    ['exactly 2 × Created', 'EventNotReceivedError'],
    ['no Paid', 'UnexpectedEventError'],
    ['no Refunded', 'met'],
    ['800 ms of silence', 'UnexpectedEventError'],
    ['400 ms of silence', 'met'],
    ['all of any message', 'met'],
  ]);
  for (const { wait, outcome, lines } of replayed) {
    expect(outcome).toBe(wait.outcome);
    expect(lines.join('\n')).toBe(wait.page ?? '');
  }
});

test('an expectation that was edited in the file is judged by what was heard', async () => {
  const evidence = await record(({ clock, topic, events }) => {
    topic.publish(event('Created', { name: 'Test order' }));
    const waiting = events.waitForMessageMatching({ detail: { name: 'test order' } });
    clock.advance(2000);
    return [waiting];
  });
  const edited = JSON.parse(
    JSON.stringify(evidence).replace(
      '"partial":{"detail":{"name":"test order"}}',
      '"partial":{"detail":{"name":"Test order"}}',
    ),
  );
  expect(await verdicts(edited)).toEqual([['a matching event', 'EventNotReceivedError', 'met']]);
});

test('what cannot be asked again keeps its verdict and says why', async () => {
  const evidence = await record(({ topic, events }) => {
    const waits = [
      events.waitForMessageMatching((one) => one.source === 'OrderService'),
      events.waitForMessageMatching({ detail: { apiKey: 'x' } }),
      events.waitForMessageMatching({ 'detail-type': 'Shipped' }, { signal: AbortSignal.abort() }),
      events.waitForMessageMatching({}),
      events.waitForMessageMatching({ 'detail-type': 'Shipped' }),
    ];
    topic.publish(event('Created', { apiKey: 'x' }));
    topic.lose(new Error('the server went away'));
    return waits;
  });
  expect(
    (await replay(evidence)).map(({ wait, outcome, lines }) => [wait.outcome, outcome, ...lines.map(String)]),
  ).toEqual([
    ['met', undefined, 'a function'],
    ['met', undefined, 'a secret, which is left out'],
    ['AbortError', undefined, 'it did not end by what was heard, but by AbortError'],
    ['ExpectationError', undefined, 'it did not end by what was heard, but by ExpectationError'],
    ['ConnectionLostError', undefined, 'it did not end by what was heard, but by ConnectionLostError'],
  ]);
});

test('of several topics each message comes again from its own', async () => {
  const evidence = await record(
    async ({ clock, topic, events }) => {
      topic.publish(event('Created'));
      const waiting = events.waitForMessageMatching({ 'detail-type': 'Paid' });
      clock.advance(2000);
      await waiting.catch(() => undefined);
      return [];
    },
    [new MemoryTopic('payments')],
  );
  const [replayed] = await replay(evidence);
  const page = replayed?.lines.join('\n');
  expect(page).toContain('Created                  OrderService on memory');
  expect(page).toBe(replayed?.wait.page);
});
