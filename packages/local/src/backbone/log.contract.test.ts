// One contract for every backbone's log.
import { describe, expect, test } from 'vitest';
import type { Log, Retention } from './log.ts';
import { createMemoryLog } from './memory/log.ts';

const implementations: Record<string, (retention: Retention<string>) => Log<string>> = {
  memory: (retention) => createMemoryLog(retention),
};

const wide: Retention<string> = { maxEntries: 100, maxBytes: 1_000_000, sizeBytes: (value) => value.length };

async function fill(log: Log<string>, count: number): Promise<void> {
  for (let n = 1; n <= count; n++) await log.append(`v${log.last + 1}`);
}

describe.each(Object.entries(implementations))('log: %s', (_name, create) => {
  test('an empty log begins at 1 and has nothing to read', () => {
    const log = create(wide);
    expect([log.first, log.last, log.read(1, 10)]).toEqual([1, 0, []]);
  });

  test('entries are numbered from 1 and read from any number on, up to the limit', async () => {
    const log = create(wide);
    await fill(log, 5);
    expect(log.read(2, 3)).toEqual([
      { sequence: 2, value: 'v2' },
      { sequence: 3, value: 'v3' },
      { sequence: 4, value: 'v4' },
    ]);
    expect(log.read(6, 10)).toEqual([]);
  });

  test('beyond the number of entries the oldest are dropped and the others keep their numbers', async () => {
    const log = create({ ...wide, maxEntries: 3 });
    await fill(log, 5000);
    expect([log.first, log.last]).toEqual([4998, 5000]);
    expect(log.read(1, 10).map((entry) => entry.value)).toEqual(['v4998', 'v4999', 'v5000']);
  });

  test('beyond the bytes the oldest are dropped, the newest is kept however large', async () => {
    const log = create({ ...wide, maxBytes: 10 });
    await log.append('12345');
    await log.append('67890');
    expect(log.first).toBe(1);
    await log.append('a');
    expect(log.first).toBe(2);
    await log.append('a message of more than ten bytes');
    expect([log.first, log.last]).toEqual([4, 4]);
  });

  test('a tail hears each entry once, in order, and no more after it left', async () => {
    const log = create(wide);
    await log.append('before');
    const heard: number[] = [];
    const leave = log.tail((entry) => heard.push(entry.sequence));
    await log.append('b');
    await log.append('c');
    leave();
    await log.append('d');
    expect(heard).toEqual([2, 3]);
  });
});
