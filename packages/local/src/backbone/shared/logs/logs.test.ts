// What is true of the logs of many nodes beyond the contract: what is dropped, by whom, and who dies in between.
import { expect, test } from 'vitest';
import { createClock } from '../../../clock/clock.ts';
import { type Log, logOf } from '../../log.ts';
import { connectSimulated, SimulatedStore } from '../../simulated/server.ts';
import { Wire } from '../../simulated/wire.ts';
import { ServerAway } from '../server.ts';
import { SharedTables } from '../tables/tables.ts';
import { withFaults } from '../test-faults.ts';
import { SharedLogs } from './logs.ts';

const all = { maxEntries: 10_000, maxBytes: 10_000_000, sizeBytes: (text: string) => text.length };
const TEXTS = logOf<string>('test/texts', all);
const FEW = logOf<string>('test/few', { ...all, maxEntries: 5 });
const SMALL = logOf<string>('test/small', { ...all, maxBytes: 100 });
const LASTING = logOf<string>('test/lasting', { ...all, lasting: true });
const LARGE = 'x'.repeat(200_000);

function createCluster(seed = 1) {
  const clock = createClock({ frozenAt: 1000 });
  const store = new SimulatedStore();
  const wire = new Wire(clock, seed);
  const join = () => {
    const connection = connectSimulated(store, wire);
    const { server, faults } = withFaults(connection);
    const tables = new SharedTables(server, { clock });
    const logs = new SharedLogs(server, { clock, tables });
    const open = () => Promise.all([tables.open(), logs.open()]);
    return { tables, logs, faults, open, die: () => connection.die() };
  };
  const stored = (filter = '>') => store.stream('logs').read(filter).length;
  return { clock, store, join, stored, settled: () => wire.settled() };
}

async function open(seed = 1) {
  const cluster = createCluster(seed);
  const [here, there] = [cluster.join(), cluster.join()];
  await Promise.all([here.open(), there.open()]);
  return { ...cluster, here, there };
}

async function fill(log: Log<string>, from: number, to: number): Promise<void> {
  for (let n = from; n <= to; n++) await log.append(`v${n}`);
}

const textsOf = async (log: Log<string>) => (await log.read(1, 1000)).map(({ value }) => value);

test('what waits while an append is under way is appended together', async () => {
  const { here } = await open();
  const log = here.logs.log(TEXTS, 'x');
  const before = here.faults.asked.get('publish') ?? 0;
  const entries = await Promise.all(Array.from({ length: 201 }, (_, n) => log.append(`v${n}`)));
  expect(entries.map(({ sequence }) => sequence)).toEqual(Array.from({ length: 201 }, (_, n) => n + 1));
  const published = (here.faults.asked.get('publish') ?? 0) - before;
  // Each entry is copied once, and the heads are of 1 and twice 100 entries.
  expect(published).toBe(201 + 3);
});

test('what is dropped is known by every node at once, and leaves the stream later, whoever appended it', async () => {
  const { clock, here, there, stored } = await open();
  const [log, other] = [here.logs.log(FEW, 'x'), there.logs.log(FEW, 'x')];
  await fill(log, 1, 8);
  expect([await log.bounds(), await other.bounds()]).toEqual([
    { first: 4, last: 8 },
    { first: 4, last: 8 },
  ]);
  await fill(other, 9, 10);
  expect(await log.bounds()).toEqual({ first: 6, last: 10 });
  expect(await textsOf(log)).toEqual(['v6', 'v7', 'v8', 'v9', 'v10']);
  await clock.advance(60_000);
  // The head, and its entries and those before it in their places.
  expect(stored()).toBe(1 + 5);
  await fill(log, 11, 11);
  expect(await textsOf(other)).toEqual(['v7', 'v8', 'v9', 'v10', 'v11']);
});

test('bytes are counted over all nodes', async () => {
  const { here, there } = await open();
  const [log, other] = [here.logs.log(SMALL, 'x'), there.logs.log(SMALL, 'x')];
  await log.append('a'.repeat(30));
  await other.append('b'.repeat(30));
  await log.append('c'.repeat(30));
  expect(await other.bounds()).toEqual({ first: 1, last: 3 });
  await other.append('d'.repeat(50));
  expect(await log.bounds()).toEqual({ first: 3, last: 4 });
  await log.append('e'.repeat(200));
  expect(await other.bounds()).toEqual({ first: 5, last: 5 });
  await other.append('f');
  expect(await log.bounds()).toEqual({ first: 6, last: 6 });
});

test('what a node that died had still to remove, the next one removes', async () => {
  const { clock, here, there, stored } = await open();
  await fill(here.logs.log(FEW, 'x'), 1, 200);
  here.die();
  expect(stored()).toBeGreaterThan(190);
  await there.logs.log(FEW, 'x').append('next');
  await clock.advance(60_000);
  expect(stored()).toBe(1 + 5);
});

test('a purge drops what was appended before it on every node, and what comes after goes on', async () => {
  for (let seed = 1; seed <= 20; seed++) {
    const { here, there, stored } = await open(seed);
    const [log, other] = [here.logs.log(TEXTS, 'x'), there.logs.log(TEXTS, 'x')];
    const [lasting, otherLasting] = [here.logs.log(LASTING, 'x'), there.logs.log(LASTING, 'x')];
    await fill(log, 1, 5);
    await fill(lasting, 1, 5);
    await there.logs.purge();
    await here.tables.caughtUp();
    expect([await log.bounds(), await log.read(1, 10)]).toEqual([{ first: 6, last: 5 }, []]);
    expect(await lasting.bounds()).toEqual({ first: 1, last: 5 });
    expect(stored('logs.*.n.*.*.*.*')).toBeLessThanOrEqual(1);
    await Promise.all([fill(log, 6, 7), fill(other, 8, 9), fill(otherLasting, 6, 6)]);
    expect([await log.bounds(), await other.bounds()]).toEqual([
      { first: 6, last: 9 },
      { first: 6, last: 9 },
    ]);
    expect((await textsOf(log)).sort()).toEqual(['v6', 'v7', 'v8', 'v9']);
    expect(await textsOf(lasting)).toEqual(['v1', 'v2', 'v3', 'v4', 'v5', 'v6']);
  }
});

test('where a purge ends is found even when who appended next did not know of it', async () => {
  for (let seed = 1; seed <= 20; seed++) {
    const { here, there } = await open(seed);
    const [log, other] = [here.logs.log(TEXTS, 'x'), there.logs.log(TEXTS, 'x')];
    await fill(log, 1, 20);
    here.faults.pause();
    await there.logs.purge();
    await fill(log, 21, 20 + seed);
    expect(await other.bounds()).toEqual({ first: 21, last: 20 + seed });
    await here.faults.goOn();
    await here.tables.caughtUp();
    expect(await log.bounds()).toEqual({ first: 21, last: 20 + seed });
    await other.append('next');
    expect([await log.bounds(), (await log.read(1, 1))[0]?.value]).toEqual([{ first: 21, last: 21 + seed }, 'v21']);
  }
});

test('a log that was removed or cleared begins at 1, and what comes late of its earlier life is not read', async () => {
  for (let seed = 1; seed <= 30; seed++) {
    const { here, there, settled } = await open(seed);
    const [log, other] = [here.logs.log(TEXTS, 'x'), there.logs.log(TEXTS, 'x')];
    const heard: string[] = [];
    other.tail(({ value }) => heard.push(value));
    await other.bounds();
    const appended = fill(log, 1, 3);
    await (seed % 2 ? appended : log.append('one'));
    if (seed % 3) await there.logs.remove(TEXTS, 'x');
    else await there.logs.clear();
    await appended;
    await other.append('new');
    await settled();
    const { first, last } = await log.bounds();
    const entries = await log.read(1, 100);
    expect(entries.map(({ sequence }) => sequence)).toEqual(
      Array.from({ length: last - first + 1 }, (_, n) => first + n),
    );
    expect([first, entries.at(-1)?.value, heard.at(-1)]).toEqual([1, 'new', 'new']);
    expect(new Set(heard).size).toBe(heard.length);
  }
});

test('a value larger than a message is read and heard whole, and goes with its entry', async () => {
  const { clock, store, here, there, settled } = await open();
  const [log, other] = [here.logs.log(FEW, 'x'), there.logs.log(FEW, 'x')];
  const heard: string[] = [];
  other.tail(({ value }) => heard.push(value));
  await Promise.all(['1', LARGE, '3', `${LARGE}4`, '5'].map((value) => log.append(value)));
  await settled();
  expect(heard).toEqual(['1', LARGE, '3', `${LARGE}4`, '5']);
  expect([await textsOf(log), await textsOf(other)]).toEqual([heard, heard]);
  expect(store.stream('pieces').read('>')).toHaveLength(10);
  await clock.advance(3 * 3_600_000);
  expect(await textsOf(other)).toEqual(heard);
  await fill(other, 6, 9);
  await clock.advance(120_000);
  expect(store.stream('pieces').read('>')).toHaveLength(0);
});

test('pieces of entries that were purged or removed, or never appended, go after an hour or two', async () => {
  const { clock, store, here, there } = await open();
  const pieces = () => store.stream('pieces').read('>').length;
  await here.logs.log(TEXTS, 'purged').append(LARGE);
  await here.logs.log(LASTING, 'purged').append(LARGE);
  await there.logs.log(TEXTS, 'removed').append(LARGE);
  await there.logs.purge();
  await there.logs.remove(TEXTS, 'removed');
  here.faults.fate = (method, subject) =>
    method === 'publish' && subject.endsWith('.head') ? 'question lost' : 'answered';
  await expect(here.logs.log(TEXTS, 'lost').append(LARGE)).rejects.toThrow(ServerAway);
  expect(pieces()).toBe(20);
  await clock.advance(3 * 3_600_000);
  expect(pieces()).toBe(5);
  expect(await textsOf(there.logs.log(LASTING, 'purged'))).toEqual([LARGE]);
});

test('those who listen follow a part of the logs once, and hear of their own log only', async () => {
  const { here, there, settled } = await open();
  const heard = Array.from({ length: 100 }, () => 0);
  const leaves = heard.map((_, n) =>
    there.logs.log(TEXTS, `quiet ${n}`).tail(() => {
      heard[n] = (heard[n] ?? 0) + 1;
    }),
  );
  const log = there.logs.log(TEXTS, 'loud');
  const loud: string[] = [];
  const leave = log.tail(({ value }) => loud.push(value));
  log.tail(({ value }) => loud.push(value));
  await settled();
  const before = there.faults.heard;
  await fill(here.logs.log(TEXTS, 'loud'), 1, 3);
  await settled();
  expect(there.faults.heard - before).toBeLessThanOrEqual(6);
  expect(there.faults.asked.get('follow')).toBeLessThanOrEqual(33);
  expect([loud, new Set(heard)]).toEqual([['v1', 'v1', 'v2', 'v2', 'v3', 'v3'], new Set([0])]);
  leave();
  await fill(here.logs.log(TEXTS, 'loud'), 4, 4);
  await settled();
  expect(loud.slice(6)).toEqual(['v4']);
  for (const each of leaves) each();
});

test('a tail that could not begin, because the server was away, begins later', async () => {
  const { clock, here, there, settled } = await open();
  const heard: string[] = [];
  there.faults.fate = () => 'question lost';
  there.logs.log(TEXTS, 'x').tail(({ value }) => heard.push(value));
  await clock.advance(5000);
  there.faults.fate = () => 'answered';
  await clock.advance(1000);
  await here.logs.log(TEXTS, 'x').append('a');
  await settled();
  expect(heard).toEqual(['a']);
});

// As those of NATS 2.9 do when one of three servers was killed: the messages are the same, and have smaller sequences.
test('when the sequences of the stream went back, a tail goes on, and what it did not hear it asks for', async () => {
  const { store, clock, here, there, settled } = await open();
  const [log, other] = [here.logs.log(TEXTS, 'x'), there.logs.log(TEXTS, 'x')];
  const heard: string[] = [];
  other.tail(({ value }) => heard.push(value));
  await other.bounds();
  await fill(log, 1, 20);
  await settled();
  there.faults.pause();
  store.stream('logs').goBack();
  await clock.advance(5000);
  await fill(log, 21, 22);
  await there.faults.goOn();
  await fill(log, 23, 23);
  await settled();
  expect(heard).toEqual(Array.from({ length: 23 }, (_, index) => `v${index + 1}`));
});

test('when the sequences of the stream went back, nobody takes another head for the one that it knew', async () => {
  const { store, clock, here, there } = await open();
  const [log, other] = [here.logs.log(TEXTS, 'x'), there.logs.log(TEXTS, 'x')];
  await fill(log, 1, 5);
  await other.append('v6');
  const stream = store.stream('logs');
  const known = stream.newest('logs.*.*.*.*.head')?.sequence ?? 0;
  await fill(log, 7, 8);
  stream.goBack();
  await clock.advance(5000);
  // The next head has the sequence that the other node knows.
  while (stream.last < known - 1) stream.publish('logs.other', new Uint8Array(), {});
  await log.append('v9');
  await other.append('v10');
  expect(await textsOf(log)).toEqual(Array.from({ length: 10 }, (_, index) => `v${index + 1}`));
});

test('an append that the server did not hear of is refused, and the next one takes its number', async () => {
  const { here } = await open();
  const log = here.logs.log(TEXTS, 'x');
  await log.append('a');
  here.faults.fate = () => 'question lost';
  await expect(Promise.all([log.append('b'), log.append('c')])).rejects.toThrow(ServerAway);
  await expect(log.read(1, 1)).rejects.toThrow(ServerAway);
  here.faults.fate = () => 'answered';
  expect(await log.append('d')).toEqual({ sequence: 2, value: 'd' });
  expect(await textsOf(log)).toEqual(['a', 'd']);
});

// The decision's row of logs: an entry has one number, whoever dies, and is read once it is acknowledged.
test('numbers have no gaps and entries are there once, whatever gets lost and whoever dies', async () => {
  for (let seed = 1; seed <= 150; seed++) {
    const { join, here, there, settled } = await open(seed);
    const random = createRandom(seed);
    const nodes = [here, there, join()];
    await nodes[2]?.open();
    const key = seed % 3 ? TEXTS : FEW;
    const heard: { readonly sequence: number; readonly value: string }[] = [];
    const logs = nodes.map((node) => node.logs.log(key, 'x'));
    logs[1]?.tail((entry) => heard.push(entry));
    await logs[1]?.bounds();
    for (const { faults } of nodes) {
      faults.fate = () => {
        const chance = random();
        return chance < 0.02 ? 'question lost' : chance < 0.04 ? 'answer lost' : 'answered';
      };
    }
    const acknowledged = new Map<string, number>();
    const tried = new Set<string>();
    const append = async (node: number, count: number) => {
      const log = logs[node];
      for (let n = 0; n < count; n++) {
        const value = `${node}-${n}`;
        tried.add(value);
        const done = log?.append(value).then(
          ({ sequence }) => void acknowledged.set(value, sequence),
          (error: unknown) => expect(error).toBeInstanceOf(ServerAway),
        );
        if (random() < 0.7) await done;
      }
    };
    void append(2, 20);
    await Promise.all([append(0, 15), append(1, 15)]);
    nodes[2]?.die();
    for (const { faults } of nodes) faults.fate = () => 'answered';
    await settled();
    const log = there.logs.log(key, 'x');
    const { first, last } = await here.logs.log(key, 'x').bounds();
    const entries = await log.read(1, 1000);
    expect(entries.map(({ sequence }) => sequence)).toEqual(
      Array.from({ length: last - first + 1 }, (_, n) => first + n),
    );
    if (key === FEW) expect(entries.length).toBe(5);
    for (const entry of entries) expect(tried).toContain(entry.value);
    // Each was told once, in order; what was acknowledged has the number that was said.
    expect(heard.map(({ sequence }) => sequence)).toEqual(Array.from({ length: last }, (_, n) => n + 1));
    expect(new Set(heard.map(({ value }) => value)).size).toBe(last);
    expect(heard.slice(first - 1)).toEqual(entries);
    for (const [value, sequence] of acknowledged) expect(heard[sequence - 1]?.value).toBe(value);
  }
});

/** Numbers from 0 to below 1. */
function createRandom(seed: number): () => number {
  let state = seed;
  return () => {
    state = (Math.imul(state, 1_103_515_245) + 12_345) >>> 0;
    return (state >>> 8) / 2 ** 24;
  };
}
