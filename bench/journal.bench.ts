// What the journal costs: memory after many large events, in a process that has 256 MB of heap, and processor time for each fact, with
// the bound in bytes and without. `BASELINE=<another checkout, built>` adds its figures to the same run; the subjects take turns, each
// in a process of its own.
import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { pathToFileURL } from 'node:url';
import type { Local, startLocal } from '@earwitness/local';
import { ownCall, printTable, summary } from './measure.ts';

const HEAP_MB = 256;
const LARGE_EVENTS = 20_000;
const LARGE_BYTES = 200_000;
const ROUNDS = 7;
const EVENTS_A_ROUND = 10_000;

const baseline = process.env['BASELINE'];
const SUBJECTS: Readonly<Record<string, { readonly module: string; readonly journalMaxBytes?: number }>> = {
  ...(baseline && { baseline: { module: pathToFileURL(`${baseline}/packages/local/dist/index.js`).href } }),
  'this, 64 MB': { module: '@earwitness/local' },
  'this, no bound in bytes': { module: '@earwitness/local', journalMaxBytes: Number.POSITIVE_INFINITY },
};

async function startSubject(name: string): Promise<Local> {
  const { module, ...options } = SUBJECTS[name] ?? { module: '' };
  const { startLocal: start }: { startLocal: typeof startLocal } = await import(module);
  return start(options);
}

const megabytes = (bytes: number) => (bytes / 1024 / 1024).toFixed(0);

/** Puts large events until all are put, or the process has no memory left. */
async function fill(name: string): Promise<void> {
  const local = await startSubject(name);
  const pad = 'x'.repeat(LARGE_BYTES);
  for (let put = 1; put <= LARGE_EVENTS; put++) {
    const Detail = JSON.stringify({ put, pad });
    const Entries = [{ Source: 'OrderService', DetailType: 'OrderCreated', Detail }];
    await local.cloud.dispatch.call('events', 'PutEvents', { Entries }, ownCall);
    if (put % 100 > 0) continue;
    const facts = local.journal.read();
    const heap = process.memoryUsage().heapUsed;
    process.send?.({ put, facts: facts.length, claimed: local.journal.kept?.bytes, heap });
  }
  // The first ends a collection that is under way, which leaves what was made meanwhile.
  for (let n = 0; n < 2; n++) globalThis.gc?.();
  process.send?.({ heapAfter: process.memoryUsage().heapUsed });
  process.exit();
}

let made = 0;
const id = () => `1f6c2a4e-2f0d-4c9e-8a1b-${String(++made).padStart(12, '0')}`;

/** The five facts of an event that is relayed to a topic. */
function recordEvent({ journal }: Local, detail: string): void {
  const [eventId, deliveryId, requestId] = [id(), id(), id()];
  const [bus, rule] = ['orders', 'relay'];
  // A string of its own, as one that came over a wire.
  const event = Buffer.from(`{"version":"0","id":"${eventId}","detail":"${detail}"}`);
  const sizeBytes = event.length;
  const named = { eventId, bus, source: 'OrderService', detailType: 'OrderCreated', requestId };
  journal.record({ kind: 'event.accepted', ...named, sizeBytes, event: event.toString() });
  journal.record({ kind: 'rule.matched', eventId, bus, rule, targets: 1 });
  const called = { service: 'events', operation: 'PutEvents', account: '000000000000', region: 'us-east-1' };
  journal.record({ kind: 'call', ...called, requestId, status: 200, durationMs: made / 7 });
  const item = { cache: 'earwitness', topic: 'events', sequencePage: 1, sequenceNumber: made };
  journal.record({ kind: 'topic.published', ...item, sizeBytes, text: event.toString(), via: 'http' });
  const delivery = { deliveryId, eventId, bus, rule, targetId: 'topic', targetArn: 'arn:aws:events:::x', attempt: 1 };
  journal.record({ kind: 'delivery.attempted', ...delivery, durationMs: made / 7, status: 204, outcome: 'delivered' });
}

/** Answers each message with the processor time, in nanoseconds, that a fact took in one round. */
async function time(name: string, length: number): Promise<void> {
  const local = await startSubject(name);
  const detail = 'x'.repeat(length);
  process.on('message', () => {
    const before = process.cpuUsage();
    for (let n = 0; n < EVENTS_A_ROUND; n++) recordEvent(local, detail);
    const { user, system } = process.cpuUsage(before);
    process.send?.(((user + system) * 1000) / EVENTS_A_ROUND / 5);
  });
  process.send?.('ready');
}

const [job, name, length] = process.argv.slice(2);
if (job === 'fill' && name !== undefined) await fill(name);
else if (job === 'time' && name !== undefined) await time(name, Number(length));
else {
  await printMemory();
  console.log();
  await printCost();
}

function start(execArgv: readonly string[], ...args: readonly string[]): ChildProcess {
  return fork(new URL(import.meta.url).pathname, args, {
    execArgv: [...execArgv],
    stdio: ['ignore', 'ignore', 'ignore', 'ipc'],
  });
}

interface Filled {
  readonly put: number;
  readonly facts: number;
  readonly claimed?: number;
  readonly heap: number;
  readonly heapAfter?: number;
}

async function printMemory(): Promise<void> {
  const rows: string[][] = [];
  for (const subject of Object.keys(SUBJECTS)) {
    const child = start([`--max-old-space-size=${HEAP_MB}`, '--expose-gc'], 'fill', subject);
    let last: Partial<Filled> = {};
    let peak = 0;
    child.on('message', (told: Partial<Filled>) => {
      last = { ...last, ...told };
      peak = Math.max(peak, last.heap ?? 0);
    });
    await once(child, 'exit');
    const { put = 0, facts = 0, claimed, heapAfter } = last;
    rows.push([
      subject,
      heapAfter === undefined ? `${put}, then out of memory` : String(put),
      String(facts),
      claimed === undefined ? '–' : megabytes(claimed),
      heapAfter === undefined ? '–' : megabytes(heapAfter),
      megabytes(peak),
    ]);
  }
  const events = `events of ${LARGE_BYTES / 1000} KB put`;
  printTable(['journal', events, 'facts kept', 'MB kept, as it says', 'heap after, MB', 'heap at most, MB'], rows);
}

async function printCost(): Promise<void> {
  const columns: {
    readonly subject: string;
    readonly length: number;
    readonly child: ChildProcess;
    readonly ns: number[];
  }[] = [];
  for (const size of [200, 3000]) {
    for (const subject of Object.keys(SUBJECTS)) {
      const child = start([], 'time', subject, String(size));
      await once(child, 'message');
      columns.push({ subject, length: size, child, ns: [] });
    }
  }
  for (let round = 0; round <= ROUNDS; round++) {
    for (const { child, ns } of columns) {
      child.send('round');
      const [taken] = await once(child, 'message');
      if (round > 0) ns.push(taken);
    }
  }
  for (const { child } of columns) child.kill();
  const of = (subject: string, size: number) =>
    summary(columns.find((one) => one.subject === subject && one.length === size)?.ns ?? [], 0);
  printTable(
    ['journal', 'processor time a fact, ns (events of 200 bytes)', 'of 3 KB'],
    Object.keys(SUBJECTS).map((subject) => [subject, of(subject, 200), of(subject, 3000)]),
  );
}
