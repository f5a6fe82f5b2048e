// One contract for every backbone as a whole.
import { describe, expect, test } from 'vitest';
import { logOf } from './log.ts';
import { messageQueueOf } from './message-queue.ts';
import { tableOf } from './table.ts';
import { backbones } from './under-test.ts';
import { workOf } from './work.ts';

const TEXTS = tableOf<string>('test/texts');
const LINES = logOf<string>('test/lines', { maxEntries: 10, maxBytes: 1000, sizeBytes: (line) => line.length });
const LASTING = logOf<string>('test/lasting', { maxEntries: 10, maxBytes: 1000, sizeBytes: () => 1, lasting: true });
const MESSAGES = messageQueueOf<string>('test/messages');
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

  test('a purge drops work, messages and entries of logs that do not last; numbers go on, tables stay', async () => {
    const { clock, here, there, settled } = create();
    await here.table(TEXTS).put('a', 'text');
    await here.log(LINES, 'x').append('line');
    await here.log(LASTING, 'x').append('line');
    await here.work(JOBS).put(['due']);
    await here.work(JOBS).put(['later'], { notBefore: clock.now() + 1000 });
    const queue = here.queue(MESSAGES, 'q', { isOrdered: false });
    const deduplication = { key: 'one', note: 'first' };
    const message = { content: 'text', sentAt: clock.now(), visibleAt: clock.now(), deduplication };
    await queue.send({ ...message, id: 'a' });
    await queue.receive({ max: 1, visibilityMs: 1000, waitMs: 0, retentionMs: 10_000 });
    await settled();

    await there.purge();
    await settled();

    const taken: string[] = [];
    there.work(JOBS).consume(({ job }) => taken.push(job), { concurrency: 1, leaseMs: 1000 });
    await clock.advance(2000);
    expect(taken).toEqual([]);
    expect(there.table(TEXTS).get('a')?.value).toBe('text');
    expect(await there.log(LINES, 'x').bounds()).toEqual({ first: 2, last: 1 });
    expect(await here.log(LINES, 'x').append('next')).toEqual({ sequence: 2, value: 'next' });
    expect(await there.log(LINES, 'x').read(1, 10)).toEqual([{ sequence: 2, value: 'next' }]);
    expect(await there.log(LASTING, 'x').read(1, 10)).toEqual([{ sequence: 1, value: 'line' }]);
    expect(await queue.counts()).toEqual({ visible: 0, inFlight: 0, delayed: 0 });
    // Not a duplicate of the one that was forgotten.
    expect(await queue.send({ ...message, id: 'b' })).toMatchObject({ id: 'b' });
  });

  test('a purge leaves readers of a log and long polls waiting', async () => {
    const { clock, here, there, settled } = create();
    const log = here.log(LINES, 'x');
    const heard: string[] = [];
    log.tail(({ value }) => heard.push(value));
    const queue = here.queue(MESSAGES, 'q', { isOrdered: false });
    const polled = queue.receive({ max: 1, visibilityMs: 1000, waitMs: 1_000_000, retentionMs: 10_000_000 });
    await settled();
    await there.purge();
    await there.log(LINES, 'x').append('next');
    await settled();
    await queue.send({ id: 'a', content: 'text', sentAt: clock.now(), visibleAt: clock.now() });
    expect([heard, (await polled).map(({ id }) => id)]).toEqual([['next'], ['a']]);
  });
});
