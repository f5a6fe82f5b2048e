// One contract for every backbone as a whole.
import { describe, expect, test } from 'vitest';
import { logOf } from './log.ts';
import { tableOf } from './table.ts';
import { backbones } from './under-test.ts';
import { workOf } from './work.ts';

const TEXTS = tableOf<string>('test/texts');
const LINES = logOf<string>('test/lines', { maxEntries: 10, maxBytes: 1000, sizeBytes: (line) => line.length });
const JOBS = workOf<string>('test/jobs');

describe.each(backbones)('backbone: %s', (_name, create) => {
  test('the same key gives the same port', () => {
    const { here } = create();
    expect(here.table(TEXTS)).toBe(here.table(TEXTS));
    expect(here.log(LINES, 'a')).toBe(here.log(LINES, 'a'));
    expect(here.work(JOBS)).toBe(here.work(JOBS));
  });

  test('two backbones share a key and nothing else', async () => {
    const [one, two] = [create(), create()];
    await one.here.table(TEXTS).put('a', 'in one');
    expect(two.here.table(TEXTS).list()).toEqual([]);
  });

  test('a second key with the name of a first is refused', () => {
    const { here } = create();
    here.table(TEXTS);
    expect(() => here.table(tableOf<number>('test/texts'))).toThrow(
      "The table 'test/texts' is opened by two keys: export one and share it.",
    );
  });

  test('clear empties tables, logs and work on every node, and watchers are told', async () => {
    const { clock, here, there, settled } = create();
    await here.table(TEXTS).put('a', 'text');
    await here.log(LINES, 'x').append('line');
    await here.work(JOBS).put(['job']);
    await settled();
    const heard: unknown[] = [];
    there.table(TEXTS).watch((key, row) => heard.push([key, row]));
    await here.clear();
    await settled();
    const taken: string[] = [];
    there.work(JOBS).consume(({ job }) => taken.push(job), { concurrency: 1, leaseMs: 1000 });
    await clock.advance(0);
    expect([here.table(TEXTS).list(), there.table(TEXTS).list(), heard]).toEqual([[], [], [['a', undefined]]]);
    expect([await there.log(LINES, 'x').bounds(), taken]).toEqual([{ first: 1, last: 0 }, []]);
  });
});
