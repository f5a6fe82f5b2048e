// The test side, beside what people write today: an RxJS ReplaySubject with lodash's isMatch. Aims: 300,000 messages a second with
// parsing, flat from 1 to 1,000 waits; a late wait among 100,000 messages under 5 µs, and the first ones, which find no index, under 10 ms,
// also where the leaf lies deeper and another path was asked about before.
import { spawnSync } from 'node:child_process';
import { MemoryTopic, subscribe } from 'earwitness';
import isMatch from 'lodash/isMatch.js';
import { filter, firstValueFrom, map, ReplaySubject } from 'rxjs';
import { percentile, printTable } from './measure.ts';

const ROUNDS = 5;

const built = new URL('../packages/earwitness/dist/index.js', import.meta.url).href;

/** An envelope of about 0.5 KB. */
function eventText(n: number): string {
  return JSON.stringify({
    version: '0',
    id: `6f1c0b5e-0000-4000-8000-${String(n).padStart(12, '0')}`,
    source: 'OrderService',
    'detail-type': 'OrderCreated',
    account: '123456789012',
    time: '2026-11-22T14:02:07Z',
    region: 'eu-west-1',
    resources: [],
    detail: {
      id: `01HF3QZ2Z${n}`,
      name: 'test order',
      total: 42,
      customer: { id: `c-${n}`, city: 'Wien' },
      note: 'x'.repeat(120),
    },
  });
}

const expected = (n: number) => ({
  source: 'OrderService',
  'detail-type': 'OrderCreated',
  detail: { id: `01HF3QZ2Z${n}` },
});

async function openKit() {
  const topic = new MemoryTopic();
  return { topic, events: await subscribe({ transport: topic, timeoutMs: 600_000, keep: 200_000 }) };
}

/** The usual code. */
function openUsual(keep: number) {
  const subject = new ReplaySubject<string>(keep);
  const waitFor = (wanted: object) =>
    firstValueFrom(
      subject.pipe(
        map((text): unknown => JSON.parse(text)),
        filter((message) => isMatch(message as object, wanted)),
      ),
    );
  return { subject, waitFor };
}

/** Processor time of this process so far, ms: on a busy machine the clock says more of the others than of us. */
function cpuMsNow(): number {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1000;
}

/** Messages a second of processor time with `waits` open at once, each met by one of the messages. Bare only reads and keeps them. */
async function throughput(kind: 'kit' | 'usual' | 'bare', waits: number, messages: number): Promise<number> {
  const texts = Array.from({ length: messages }, (_, n) => eventText(n));
  if (kind === 'bare') {
    const kept: unknown[] = [];
    const began = cpuMsNow();
    for (const text of texts) kept.push(JSON.parse(text));
    return (kept.length / (cpuMsNow() - began)) * 1000;
  }
  const wantedEvery = messages / waits;
  // The last message of each stretch, so that every wait stays open until its turn and the last until the end.
  const wanted = Array.from({ length: waits }, (_, index) => Math.floor((index + 1) * wantedEvery) - 1);
  const all: Promise<unknown>[] = [];
  if (kind === 'kit') {
    const { topic, events } = await openKit();
    for (const n of wanted) all.push(events.waitForMessageMatching(expected(n)).then(() => undefined));
    const began = cpuMsNow();
    for (const text of texts) topic.publish(text);
    await Promise.all(all);
    const perSecond = (messages / (cpuMsNow() - began)) * 1000;
    await events.unsubscribe();
    return perSecond;
  }
  const { subject, waitFor } = openUsual(100);
  for (const n of wanted) all.push(waitFor(expected(n)));
  const began = cpuMsNow();
  for (const text of texts) subject.next(text);
  await Promise.all(all);
  return (messages / (cpuMsNow() - began)) * 1000;
}

async function medianOf(measure: () => Promise<number>): Promise<number[]> {
  const figures: number[] = [];
  for (let round = 0; round < ROUNDS; round++) {
    globalThis.gc?.();
    figures.push(await measure());
  }
  return figures;
}

const thousands = (figure: number) => `${(figure / 1000).toFixed(figure < 20_000 ? 1 : 0)} k`;
const rows: string[][] = [];
for (const waits of [1, 10, 100, 1000]) {
  const kit = await medianOf(() => throughput('kit', waits, 40_000));
  const bare = await medianOf(() => throughput('bare', waits, 40_000));
  const usual = await medianOf(() => throughput('usual', waits, waits === 1000 ? 2000 : 10_000));
  const [median, slowest] = [percentile(kit, 0.5), Math.min(...kit)];
  rows.push([
    `${waits} waits, messages/s of processor time`,
    thousands(median),
    thousands(slowest),
    thousands(percentile(usual, 0.5)),
    thousands(percentile(bare, 0.5)),
    '300 k, flat',
  ]);
}

const BUFFERED = 100_000;
globalThis.gc?.();
const heapBefore = process.memoryUsage().heapUsed;
const { topic, events } = await openKit();
for (let n = 0; n < BUFFERED; n++) topic.publish(eventText(n));
globalThis.gc?.();
// What is left to be swept is swept beside us, and its processor time would count as the first wait's.
await new Promise((resolve) => setTimeout(resolve, 500));
const heapKb = (process.memoryUsage().heapUsed - heapBefore) / BUFFERED / 1024;

/** Processor time of the waits that find no index, µs: for the last message, and for each the one before. */
const first: number[] = [];
for (let n = 1; n <= 50; n++) {
  const began = cpuMsNow();
  await events.waitForMessageMatching(expected(BUFFERED - n));
  first.push((cpuMsNow() - began) * 1000);
}
const late: number[] = [];
for (let n = 0; n < 20_000; n++) {
  const began = performance.now();
  await events.waitForMessageMatching(expected((n * 7919) % BUFFERED));
  late.push((performance.now() - began) * 1000);
}

const beganDeep = cpuMsNow();
await events.waitForMessageMatching({ source: 'OrderService', detail: { customer: { id: `c-${BUFFERED - 1}` } } });
const deepUs = (cpuMsNow() - beganDeep) * 1000;

const usual = openUsual(BUFFERED);
for (let n = 0; n < BUFFERED; n++) usual.subject.next(eventText(n));
const usualLate: number[] = [];
for (let n = 0; n < 5; n++) {
  const began = performance.now();
  await usual.waitFor(expected(BUFFERED - 1));
  usualLate.push((performance.now() - began) * 1000);
}
rows.push([
  'late wait among 100,000, µs',
  percentile(late, 0.5).toFixed(1),
  `p99 ${percentile(late, 0.99).toFixed(1)}`,
  percentile(usualLate, 0.5).toFixed(0),
  '',
  '< 5',
]);
rows.push(['the first such wait, µs of processor time', (first[0] ?? 0).toFixed(0), '', '', '', '< 10,000']);
rows.push([
  'the first fifty of them together, µs',
  first.reduce((sum, one) => sum + one, 0).toFixed(0),
  '',
  '',
  '',
  '',
]);
rows.push(['the first for a deeper leaf after all these, µs', deepUs.toFixed(0), '', '', '', '< 10,000']);
rows.push(['memory per kept message of 0.5 KB, KB', heapKb.toFixed(2), '', '', '', '']);

const imports = Array.from({ length: 11 }, () => {
  const code = `const t=performance.now();await import(${JSON.stringify(built)});console.log(performance.now()-t)`;
  return Number(spawnSync(process.execPath, ['--input-type=module', '-e', code], { encoding: 'utf8' }).stdout);
});
rows.push([
  'import earwitness, ms',
  percentile(imports, 0.5).toFixed(1),
  `best ${Math.min(...imports).toFixed(1)}`,
  '',
  '',
  '< 10.5',
]);
printTable(['what', 'kit', 'spread', 'RxJS + lodash', 'JSON.parse, kept', 'aim'], rows);
