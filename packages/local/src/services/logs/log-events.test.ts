import { beforeEach, expect, test } from 'vitest';
import { createMemoryBackbone } from '../../backbone/memory/backbone.ts';
import { createClock } from '../../clock/clock.ts';
import { createEventIds, LogEvents } from './log-events.ts';

const at = (timestamp: number, message = '') => ({ timestamp, message });

let events: LogEvents;
beforeEach(() => {
  events = new LogEvents(createMemoryBackbone(createClock({ frozenAt: 0 })));
});

test('a stream keeps its newest 100,000 events', async () => {
  for (let n = 0; n < 12; n++) {
    await events.add(
      's',
      Array.from({ length: 10_000 }, (_, index) => at(n * 10_000 + index)),
      0,
    );
  }
  const kept = await events.read('s', 0);
  expect([kept[0]?.timestamp, kept.at(-1)?.timestamp]).toEqual([20_000, 119_999]);
});

test('a stream keeps 16 MB of messages, and the newest whatever its size', async () => {
  const timestamps = async () => (await events.read('s', 0)).map(({ timestamp }) => timestamp);
  for (let n = 0; n < 30; n++) await events.add('s', [at(n, 'x'.repeat(1024 * 1024))], 0);
  expect(await timestamps()).toEqual([14, 15, 16, 17, 18, 19, 20, 21, 22, 23, 24, 25, 26, 27, 28, 29]);
  await events.add('s', [at(30, 'x'.repeat(20 * 1024 * 1024))], 0);
  expect(await timestamps()).toEqual([30]);
});

test('events past their retention are gone when the stream is read', async () => {
  await events.add('s', [at(1, 'a'), at(2, 'b'), at(3, 'c')], 0);
  expect((await events.read('s', 2)).map(({ message }) => message)).toEqual(['b', 'c']);
  expect(await events.read('s', 9)).toEqual([]);
  expect(await events.read('none', 0)).toEqual([]);
});

test('events come in the order of their timestamps, those of one millisecond in the order in which they were put', async () => {
  await events.add('s', [at(2, 'c'), at(3, 'e')], 5);
  await events.add('s', [at(1, 'a'), at(1, 'b'), at(2, 'd')], 6);
  expect(await events.read('s', 0)).toEqual([
    { timestamp: 1, message: 'a', ingestedAt: 6, number: 3 },
    { timestamp: 1, message: 'b', ingestedAt: 6, number: 4 },
    { timestamp: 2, message: 'c', ingestedAt: 5, number: 1 },
    { timestamp: 2, message: 'd', ingestedAt: 6, number: 5 },
    { timestamp: 3, message: 'e', ingestedAt: 5, number: 2 },
  ]);
});

test("an event's id is 56 digits, and another one in each stream", () => {
  const event = { timestamp: 1, message: '', ingestedAt: 1, number: 7 };
  const ids = [createEventIds('a')(event), createEventIds('b')(event), createEventIds('a')({ ...event, number: 8 })];
  expect(ids.every((id) => /^\d{56}$/.test(id))).toBe(true);
  expect(new Set(ids).size).toBe(3);
});
