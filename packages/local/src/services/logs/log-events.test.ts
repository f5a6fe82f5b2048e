import { expect, test } from 'vitest';
import { LogEvents } from './log-events.ts';

const at = (timestamp: number, message = '') => ({ timestamp, message });

test('a stream keeps its newest 100,000 events', () => {
  const events = new LogEvents();
  for (let n = 0; n < 12; n++) {
    events.add(
      's',
      Array.from({ length: 10_000 }, (_, index) => at(n * 10_000 + index)),
      0,
    );
  }
  const kept = events.read('s', 0);
  expect([kept[0]?.timestamp, kept.at(-1)?.timestamp]).toEqual([20_000, 119_999]);
});

test('a stream keeps 16 MB of messages, and the newest whatever its size', () => {
  const events = new LogEvents();
  for (let n = 0; n < 30; n++) events.add('s', [at(n, 'x'.repeat(1024 * 1024))], 0);
  expect(events.read('s', 0).map(({ timestamp }) => timestamp)).toEqual([
    14, 15, 16, 17, 18, 19, 20, 21, 22, 23, 24, 25, 26, 27, 28, 29,
  ]);
  events.add('s', [at(30, 'x'.repeat(20 * 1024 * 1024))], 0);
  expect(events.read('s', 0).map(({ timestamp }) => timestamp)).toEqual([30]);
});

test('events past their retention are gone when the stream is read', () => {
  const events = new LogEvents();
  events.add('s', [at(1, 'a'), at(2, 'b'), at(3, 'c')], 0);
  expect(events.read('s', 2).map(({ message }) => message)).toEqual(['b', 'c']);
  expect(events.read('s', 9)).toEqual([]);
  expect(events.read('none', 0)).toEqual([]);
});
