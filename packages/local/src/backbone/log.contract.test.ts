// One contract for every backbone's log.
import { describe, expect, test } from 'vitest';
import { type Log, logOf, type Retention } from './log.ts';
import { backbones } from './under-test.ts';

const wide: Retention<string> = { maxEntries: 100, maxBytes: 1_000_000, sizeBytes: (value) => value.length };
const WIDE = logOf<string>('test/wide', wide);
const FEW = logOf<string>('test/few', { ...wide, maxEntries: 3 });
const SMALL = logOf<string>('test/small', { ...wide, maxBytes: 10 });

async function fill(log: Log<string>, count: number): Promise<void> {
  await Promise.all(Array.from({ length: count }, (_, n) => log.append(`v${n + 1}`)));
}

describe.each(backbones)('log: %s', (_name, create) => {
  const open = (key = WIDE) => {
    const { here, there, settled } = create();
    return { log: here.log(key, 'x'), other: there.log(key, 'x'), settled };
  };

  test('an empty log begins at 1 and has nothing to read', async () => {
    const { log } = open();
    expect([await log.bounds(), await log.read(1, 10)]).toEqual([{ first: 1, last: 0 }, []]);
  });

  test('entries are numbered from 1 and read from any number on, up to the limit', async () => {
    const { log } = open();
    await fill(log, 5);
    expect(await log.read(2, 3)).toEqual([
      { sequence: 2, value: 'v2' },
      { sequence: 3, value: 'v3' },
      { sequence: 4, value: 'v4' },
    ]);
    expect(await log.read(6, 10)).toEqual([]);
  });

  test('two nodes append to one order, and both read it as soon as their append is done', async () => {
    const { log, other } = open();
    const mine = await log.append('a');
    const theirs = await other.append('b');
    expect([mine, theirs]).toEqual([
      { sequence: 1, value: 'a' },
      { sequence: 2, value: 'b' },
    ]);
    expect([await log.read(1, 10), await other.read(1, 10)]).toEqual([
      [mine, theirs],
      [mine, theirs],
    ]);
  });

  test('beyond the number of entries the oldest are dropped and the others keep their numbers', async () => {
    const { log } = open(FEW);
    await fill(log, 5000);
    expect(await log.bounds()).toEqual({ first: 4998, last: 5000 });
    expect((await log.read(1, 10)).map((entry) => entry.value)).toEqual(['v4998', 'v4999', 'v5000']);
  });

  test('beyond the bytes the oldest are dropped, the newest is kept however large', async () => {
    const { log } = open(SMALL);
    await log.append('12345');
    await log.append('67890');
    expect(await log.bounds()).toEqual({ first: 1, last: 2 });
    await log.append('a');
    expect(await log.bounds()).toEqual({ first: 2, last: 3 });
    await log.append('a message of more than ten bytes');
    expect(await log.bounds()).toEqual({ first: 4, last: 4 });
  });

  test('a tail hears each entry once, in order, whichever node appended it, and no more after it left', async () => {
    const { log, other, settled } = open();
    await log.append('before');
    const heard: number[] = [];
    const leave = log.tail((entry) => heard.push(entry.sequence));
    await log.append('b');
    await other.append('c');
    await settled();
    leave();
    await log.append('d');
    await settled();
    expect(heard).toEqual([2, 3]);
  });

  test('a tail that throws keeps no other from an entry, and nobody from appending; its fault is told', async () => {
    const { here, there, faults, settled } = create();
    const [log, other] = [here.log(WIDE, 'x'), there.log(WIDE, 'x')];
    const heard: number[] = [];
    other.tail(({ sequence }) => {
      throw new Error(`not this one: ${sequence}`);
    });
    other.tail(({ sequence }) => heard.push(sequence));
    await other.bounds();
    await log.append('a');
    await other.append('b');
    await settled();
    expect(heard).toEqual([1, 2]);
    expect(faults).toEqual([1, 2].map((number) => `a listener of log '${WIDE.name}': Error: not this one: ${number}`));
  });

  test('what comes after the bounds that a tail was followed by, the tail hears', async () => {
    const { log, other, settled } = open();
    const heard: number[] = [];
    const appending = fill(other, 10);
    log.tail((entry) => heard.push(entry.sequence));
    const { last } = await log.bounds();
    await appending;
    await settled();
    expect(heard.filter((sequence) => sequence > last)).toEqual(
      Array.from({ length: 10 - last }, (_, n) => last + n + 1),
    );
  });

  test('logs of one key are told apart by their ids', async () => {
    const { here } = create();
    await here.log(WIDE, 'a').append('in a');
    expect(await here.log(WIDE, 'b').read(1, 10)).toEqual([]);
  });

  test('a log that was removed starts at 1 when it is opened again', async () => {
    const { here, there, settled } = create();
    await here.log(WIDE, 'x').append('old');
    await here.removeLog(WIDE, 'x');
    await settled();
    await there.log(WIDE, 'x').append('new');
    expect(await here.log(WIDE, 'x').read(1, 10)).toEqual([{ sequence: 1, value: 'new' }]);
  });
});
