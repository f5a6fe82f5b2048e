import { getHeapStatistics, setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import type { FactBody } from '@earwitness/protocol/internal/journal/fact';
import { expect, test } from 'vitest';
import { createClock } from '../clock/clock.ts';
import { createJournal, type Journal } from './journal.ts';

const clock = createClock({ frozenAt: 1000 });

const warning = (message: string): FactBody => ({ kind: 'warning', about: 'test', message });
const seqs = (journal: Journal, query?: Parameters<Journal['read']>[0]) => journal.read(query).map(({ seq }) => seq);
const messages = (journal: Journal) =>
  journal.read().flatMap((fact) => (fact.kind === 'warning' ? [fact.message] : []));

let made = 0;
function accepted(event: string): FactBody {
  const id = String(++made).padStart(36, '0');
  const named = { eventId: id, bus: 'orders', source: 'OrderService', detailType: 'OrderCreated', requestId: `r${id}` };
  return { kind: 'event.accepted', ...named, sizeBytes: event.length, event };
}
const published = (text: string): FactBody => ({
  kind: 'topic.published',
  cache: 'earwitness',
  topic: 'events',
  sequencePage: 1,
  sequenceNumber: ++made,
  sizeBytes: text.length,
  text,
  via: 'http',
});

test('facts are numbered from 1 and read in parts, from any number and any moment on', async () => {
  const moving = createClock({ frozenAt: 1000 });
  const journal = createJournal(moving);
  for (let n = 1; n <= 1500; n++) {
    journal.record(warning(String(n)));
    await moving.advance(1);
  }
  expect([journal.oldest, journal.newest, journal.kept.facts]).toEqual([1, 1500, 1500]);
  expect(messages(journal)).toEqual(Array.from({ length: 1500 }, (_, index) => String(index + 1)));
  expect(seqs(journal, { after: 1022, limit: 3 })).toEqual([1023, 1024, 1025]);
  expect(seqs(journal, { after: 1498 })).toEqual([1499, 1500]);
  expect(seqs(journal, { after: 9000 })).toEqual([]);
  expect(seqs(journal, { since: 2498 })).toEqual([1499, 1500]);
  expect(seqs(journal, { since: 2498, after: 1499 })).toEqual([1500]);
  expect(seqs(journal, { since: 9000 })).toEqual([]);
});

test('beyond so many facts the oldest makes room for the newest, and the journal says how many did', () => {
  const journal = createJournal(clock, { maxFacts: 1000 });
  for (let n = 1; n <= 2600; n++) journal.record(warning(String(n)));
  expect([journal.oldest, journal.newest]).toEqual([1601, 2600]);
  expect([journal.kept.facts, journal.dropped.facts, journal.limits.facts]).toEqual([1000, 1600, 1000]);
  expect(seqs(journal, { limit: 2 })).toEqual([1601, 1602]);
  expect(seqs(journal, { after: 2598 })).toEqual([2599, 2600]);
});

test('beyond so many bytes the oldest facts make room, whatever their number', () => {
  const journal = createJournal(clock, { maxBytes: 1_000_000 });
  for (let n = 1; n <= 30; n++) journal.record(warning(String(n).padEnd(100_000)));
  expect(seqs(journal)).toEqual([22, 23, 24, 25, 26, 27, 28, 29, 30]);
  expect(journal.kept.bytes).toBeLessThanOrEqual(1_000_000);
  expect(journal.kept.bytes + journal.dropped.bytes).toBe((journal.kept.bytes / 9) * 30);
  expect(journal.dropped.facts).toBe(21);
});

test('a fact that is larger than all the room is kept while it is the newest', () => {
  const journal = createJournal(clock, { maxBytes: 1000 });
  journal.record(warning('small'));
  journal.record(warning('x'.repeat(5000)));
  expect(seqs(journal)).toEqual([2]);
  journal.record(warning('small'));
  expect(seqs(journal)).toEqual([3]);
});

test('one answer can be held to so many bytes, but never has less than one fact', () => {
  const journal = createJournal(clock);
  for (let n = 1; n <= 5; n++) journal.record(warning('x'.repeat(1000)));
  expect(seqs(journal, { maxBytes: 3000 })).toEqual([1, 2]);
  expect(seqs(journal, { maxBytes: 10, after: 2 })).toEqual([3]);
});

test('a large text that comes again is the same string and costs once, until the last fact that has it is dropped', () => {
  const journal = createJournal(clock, { maxFacts: 4 });
  const event = `{"id":"1","detail":"${'x'.repeat(50_000)}"}`;
  const again = Buffer.from(event).toString();
  const other = event.replace('"1"', '"2"');
  journal.record(accepted(event));
  const once = journal.kept.bytes;
  journal.record(published(again));
  expect(journal.kept.bytes).toBeLessThan(once + 1000);
  journal.record(accepted(other));
  expect(journal.kept.bytes).toBeGreaterThan(2 * once - 1000);
  expect(journal.read().flatMap((fact) => (fact.kind === 'topic.published' ? [fact.text] : []))).toEqual([event]);
  for (let n = 0; n < 2; n++) journal.record(warning('push'));
  expect(journal.kept.bytes).toBeGreaterThan(2 * once - 1000);
  journal.record(warning('push'));
  expect([journal.kept.bytes < once + 1500, journal.kept.bytes > once]).toEqual([true, true]);
  for (let n = 0; n < 4; n++) journal.record(warning('push'));
  expect(journal.kept.bytes).toBeLessThan(2000);
});

test('texts that only begin alike are not taken for one another', () => {
  const journal = createJournal(clock);
  const [one, other] = ['a', 'b'].map((end) => `${'x'.repeat(2000)}${end}`);
  for (const text of [one, other, one]) journal.record(published(text ?? ''));
  expect(journal.read().flatMap((fact) => (fact.kind === 'topic.published' ? [fact.text] : []))).toEqual([
    one,
    other,
    one,
  ]);
});

test('clearing forgets the facts and what was dropped, not the numbers nor how far the clock was advanced', () => {
  const journal = createJournal(clock, { maxFacts: 2 });
  journal.record({ kind: 'clock.advanced', byMs: 500 });
  for (let n = 0; n < 3; n++) journal.record(warning('x'));
  journal.clear();
  expect([journal.oldest, journal.newest, journal.advancedMs]).toEqual([5, 4, 500]);
  expect([journal.kept, journal.dropped]).toEqual([
    { facts: 0, bytes: 0 },
    { facts: 0, bytes: 0 },
  ]);
  journal.record(warning('y'));
  expect(seqs(journal)).toEqual([5]);
});

setFlagsFromString('--expose-gc');
const collectGarbage: () => void = runInNewContext('gc');

function heapBytes(): number {
  collectGarbage();
  return getHeapStatistics().used_heap_size;
}

/** Bytes of the heap that a full journal gives back when it is cleared, for each byte that it said it kept. */
function heapPerByte(count: number, make: () => FactBody): number {
  const journal = createJournal(clock, { maxBytes: Number.POSITIVE_INFINITY });
  for (let n = 0; n < count; n++) journal.record(make());
  const { bytes } = journal.kept;
  const full = heapBytes();
  journal.clear();
  return (full - heapBytes()) / bytes;
}

/** The share of one measurement, or of up to four while they are off. */
function heapShares(count: number, make: () => FactBody, isOff: (share: number) => boolean): number[] {
  const shares: number[] = [];
  do shares.push(heapPerByte(count, make));
  while (shares.length < 4 && shares.every(isOff));
  return shares;
}

const id = () => String(++made).padStart(36, '0');
/** A text that is a string of its own, as one that came over a wire. */
const text = (length: number, sign = 'x') => Buffer.from(id() + sign.repeat(length - 36)).toString();

// As the services make them: ids are strings of their own, names are not.
const SAMPLES: readonly (readonly [what: string, count: number, make: () => FactBody])[] = [
  ['events of 200 KB', 100, () => accepted(text(200_000))],
  ['events of 100,000 characters beyond Latin-1', 100, () => accepted(text(100_000, '注'))],
  ['events of 2 KB', 3000, () => accepted(text(2000))],
  ['events of 300 bytes', 20_000, () => accepted(text(300))],
  [
    'calls',
    20_000,
    () => ({
      kind: 'call',
      service: 'events',
      operation: 'PutEvents',
      requestId: text(36),
      account: '000000000000',
      region: 'us-east-1',
      status: 200,
      durationMs: made * 0.37,
    }),
  ],
  [
    'attempts',
    20_000,
    () => ({
      kind: 'delivery.attempted',
      deliveryId: text(83),
      eventId: text(36),
      bus: 'orders',
      rule: 'to-momento',
      targetId: 'topic',
      targetArn: 'arn:aws:events:us-east-1:000000000000:api-destination/momento/0123',
      attempt: 1,
      durationMs: made * 0.37,
      status: 204,
      url: 'http://127.0.0.1:4566/topics/earwitness/events',
      outcome: 'delivered',
    }),
  ],
  [
    'lines of functions',
    20_000,
    () => ({
      kind: 'function.log',
      functionName: 'create-order',
      invocationId: 'i',
      stream: 'stdout',
      line: text(60),
    }),
  ],
];

// The heap is the test runner's as well, which now and then keeps or frees something of its own: what is off is
// measured again.
test('the journal takes about as much of the heap as it says', () => {
  const isOff = (share: number) => share < 0.6 || share > 1.3;
  const off = SAMPLES.map(([what, count, make]) => [what, ...heapShares(count, make, isOff)] as const);
  expect(off.filter(([, ...shares]) => shares.every(isOff))).toEqual([]);
});
