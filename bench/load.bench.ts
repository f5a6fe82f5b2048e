// Is an event lost, and what comes twice? 100,000 events (`--events=5000`), 21 rules, and a sink that fails three of ten
// attempts by a seeded choice (`--seed=2`). The clock is advanced until everything is done; then each event's fate at the
// sink and in the queues is counted, and each attempt at an API destination held against what the journal says of it.
//
// The clock stands still between the steps, so that nothing depends on this machine. With `--running` it goes on like the
// wall's, and an attempt that takes five seconds here, because the machine is busy, has timed out as it would there.
import { fork } from 'node:child_process';
import { once } from 'node:events';
import { parseArgs } from 'node:util';
import { createClock, startLocal } from '@earwitness/local';
import { watchJournal } from './load/journal.ts';
import { isBroken, isTaken, judge, numberOf, runSink, type SinkReport, type Verdict } from './load/sink.ts';
import { API_ATTEMPTS, FUNCTION_ATTEMPTS, type Kind, LANES, loadTemplate, SOURCE } from './load/template.ts';
import { ownCall, printTable } from './measure.ts';

const { values } = parseArgs({
  options: {
    events: { type: 'string', default: '100000' },
    seed: { type: 'string', default: '1' },
    running: { type: 'boolean', default: false },
    sink: { type: 'boolean', default: false },
  },
});
const EVENTS = Number(values.events);
const SEED = Number(values.seed);
/** Events that are put before the clock moves by a step. */
const CHUNK = 1000;
const STEP_MS = 1000;
/** The longest time by the clock that everything may take after the last event. */
const LIMIT_MS = 3_600_000;

if (values.sink) await runSink(SEED);
else await runLoad();

async function runLoad(): Promise<void> {
  const sink = fork(new URL(import.meta.url).pathname, ['--sink', `--seed=${SEED}`]);
  const [{ port }] = await once(sink, 'message');
  const frozen = { clock: createClock({ frozenAt: Date.UTC(2026, 10, 22, 14) }) };
  const local = await startLocal(values.running ? {} : frozen);
  const { dispatch } = local.cloud;
  const queues = await local.deploy({ name: 'load', template: loadTemplate(`http://127.0.0.1:${port}/`) });
  const watched = watchJournal(local);

  /** Puts the events with numbers from `first` to `end`, and keeps their ids. */
  async function put(first: number, end: number): Promise<void> {
    for (let n = first; n < end; ) {
      const Entries = Array.from({ length: Math.min(10, end - n) }, (_, index) => ({
        EventBusName: 'first',
        Source: SOURCE,
        DetailType: 'Loaded',
        Detail: JSON.stringify({ n: n + index, lane: (n + index) % LANES.length }),
      }));
      const { Entries: results = [] } = await dispatch.call('events', 'PutEvents', { Entries }, ownCall);
      for (const { EventId = '' } of results) ids.set(EventId, n++);
    }
  }

  /** Empties a queue: an event's number → how often it was in it. */
  async function empty(name: string): Promise<Map<number, number>> {
    const counts = new Map<number, number>();
    const queue = { QueueUrl: queues[name] ?? '' };
    for (;;) {
      const asked = { ...queue, MaxNumberOfMessages: 10 };
      const { Messages = [] } = await dispatch.call('sqs', 'ReceiveMessage', asked, ownCall);
      if (Messages.length === 0) return counts;
      for (const { Body = '' } of Messages) {
        const n = numberOf(JSON.parse(Body));
        counts.set(n, (counts.get(n) ?? 0) + 1);
      }
      const Entries = Messages.map(({ ReceiptHandle = '' }, index) => ({ Id: String(index), ReceiptHandle }));
      await dispatch.call('sqs', 'DeleteMessageBatch', { ...queue, Entries }, ownCall);
    }
  }

  const ids = new Map<string, number>();
  const started = performance.now();
  const cpu = process.cpuUsage();
  for (let n = 0; n < EVENTS; n += CHUNK) {
    await put(n, Math.min(n + CHUNK, EVENTS));
    await local.clock.advance(STEP_MS);
  }
  let waitedMs = 0;
  for (; watched.countOpen() > 0 && waitedMs < LIMIT_MS; waitedMs += STEP_MS) await local.clock.advance(STEP_MS);
  // A function's dead letter is written after its last invocation has been told of.
  await local.clock.advance(0);
  const { user, system } = process.cpuUsage(cpu);
  console.log(
    `${EVENTS} events, seed ${SEED}: ${((performance.now() - started) / 1000).toFixed(0)} s, ` +
      `${((user + system) / 1e6).toFixed(0)} s of processor time; the last thing was done ${waitedMs / 1000} s by the clock ` +
      `after the last event; not done: ${watched.countOpen()}\n`,
  );

  sink.send('report');
  const report: SinkReport = (await once(sink, 'message'))[0];
  sink.kill();
  const letters = await empty('DeadLetters');
  const forwarded = await empty('Forwarded');
  const every = await empty('Every');
  const queued = new Map<number, number>();
  for (const [lane, kind] of LANES.entries()) {
    if (kind === 'queue') for (const [n, count] of await empty(`Queue${lane}`)) queued.set(n, count);
  }
  await local.close();
  printFates({ report, letters, queued, forwarded, every, doubts: findDoubts(watched.attempts, ids) });
  console.log('\nAttempts at API destinations:\n');
  printAttempts(new Map(report), watched.attempts, ids);
}

interface Fates {
  readonly report: SinkReport;
  /** An event's number → how often it was there. */
  readonly letters: ReadonlyMap<number, number>;
  readonly queued: ReadonlyMap<number, number>;
  readonly forwarded: ReadonlyMap<number, number>;
  readonly every: ReadonlyMap<number, number>;
  /** Events of which the journal says that the target may have taken them at an attempt that failed. */
  readonly doubts: ReadonlySet<number>;
}

function printFates({ report, letters, queued, forwarded, every, doubts }: Fates): void {
  const taken = report.map(([n, verdicts]) => [n, verdicts.filter(isTaken).length] as const);
  const arrivals = new Map([...taken.filter(([, count]) => count > 0), ...queued, ...forwarded]);
  // What a function did before it failed is its own: there the sink knows, and the journal has the invocation that failed.
  const ofFunctions = report.filter(([n, verdicts]) => kindOf(n) === 'function' && verdicts.some(isBroken));
  const explained = new Set([...doubts, ...ofFunctions.map(([n]) => n)]);
  const numbers = Array.from({ length: EVENTS }, (_, n) => n);
  const row = (to: string, events: readonly number[]) => {
    const arrived = events.filter((n) => arrivals.has(n));
    const repeated = arrived.filter((n) => arrivals.get(n) !== 1);
    const both = arrived.filter((n) => letters.has(n));
    const counts = [
      events,
      arrived,
      repeated,
      events.filter((n) => letters.has(n)),
      events.filter(isBoundToFail),
      both,
      [...new Set([...repeated, ...both])].filter((n) => !explained.has(n)),
      events.filter((n) => !arrivals.has(n) && !letters.has(n)),
    ];
    return [to, ...counts.map(({ length }) => String(length))];
  };
  const kinds = [...new Set(LANES)].map((kind) =>
    row(
      kind,
      numbers.filter((n) => kindOf(n) === kind),
    ),
  );
  printTable(
    ['to', 'events', 'arrived', 'repeated', 'dead-lettered', 'by the seed', 'both', 'unexplained', 'neither'],
    [...kinds, row('all', numbers)],
  );
  const single = numbers.filter((n) => every.get(n) === 1);
  console.log(`\nBy the rule that takes every event, ${single.length} of ${EVENTS} arrived exactly once.`);
}

function kindOf(n: number): Kind | undefined {
  return LANES[n % LANES.length];
}

/** Whether the sink fails every attempt that an event gets. */
function isBoundToFail(n: number): boolean {
  const attempts = { 'API destination': API_ATTEMPTS, function: FUNCTION_ATTEMPTS, queue: 0, 'bus to bus': 0 }[
    kindOf(n) ?? 'queue'
  ];
  const verdicts = Array.from({ length: attempts }, (_, index) => judge(SEED, n, index + 1));
  return verdicts.length > 0 && !verdicts.includes('taken');
}

function findDoubts(attempts: ReadonlyMap<string, readonly string[]>, ids: ReadonlyMap<string, number>): Set<number> {
  const doubts = new Set<number>();
  for (const [id, ends] of attempts) if (ends.some((end) => end.endsWith('in doubt'))) doubts.add(ids.get(id) ?? -1);
  return doubts;
}

/** What the sink did beside what the journal says, and how often. */
function printAttempts(
  report: ReadonlyMap<number, readonly Verdict[]>,
  attempts: ReadonlyMap<string, readonly string[]>,
  ids: ReadonlyMap<string, number>,
): void {
  const counts = new Map<string, number>();
  for (const [id, ends] of attempts) {
    const verdicts = report.get(ids.get(id) ?? -1) ?? [];
    for (let index = 0; index < Math.max(ends.length, verdicts.length); index++) {
      const pair = `${verdicts[index] ?? 'nothing'}|${ends[index] ?? 'nothing'}`;
      counts.set(pair, (counts.get(pair) ?? 0) + 1);
    }
  }
  const rows = [...counts].sort().map(([pair, count]) => [...pair.split('|'), String(count)]);
  printTable(['the sink', 'the journal', 'attempts'], rows);
}
