import { expect, test } from 'vitest';
import { type Turns, takeTurns } from './turns.ts';

/** Takes turns at these times, as many as given at each. */
function takeAll(ratePerSecond: number, asked: readonly (readonly [now: number, count: number])[]) {
  let turns: Turns | undefined;
  const times: number[] = [];
  for (const [now, count] of asked) {
    const taken = takeTurns(turns, { count, ratePerSecond, now });
    turns = taken.turns;
    times.push(...taken.times);
  }
  return { times, turns };
}

test('as many as the rate are free at once, the next a second later', () => {
  expect(takeAll(2, [[0, 5]]).times).toEqual([0, 0, 1000, 1000, 2000]);
});

test('turns that were taken one by one are as those taken together', () => {
  const one = [0, 0, 0, 100, 100, 1050].map((now) => [now, 1] as const);
  expect(takeAll(2, one).times).toEqual([0, 0, 1000, 1000, 2000, 2000]);
  expect(
    takeAll(2, [
      [0, 3],
      [100, 2],
      [1050, 1],
    ]).times,
  ).toEqual([0, 0, 1000, 1000, 2000, 2000]);
});

test('a backlog is a few numbers, however long it is', () => {
  expect(takeAll(300, [[0, 1_000]]).turns?.runs).toEqual([
    [2000, 200],
    [3000, 100],
  ]);
});

test('whatever comes when, no second has more turns than the rate, and none waits longer than it has to', () => {
  let state = 1;
  const random = () => {
    state = (state * 1_103_515_245 + 12_345) % 2 ** 31;
    return state / 2 ** 31;
  };
  for (let round = 0; round < 50; round++) {
    const ratePerSecond = 1 + Math.floor(random() * 7);
    let now = 0;
    const asked = Array.from({ length: 60 }, () => {
      now += Math.floor(random() * 400);
      return [now, 1 + Math.floor(random() * 3)] as const;
    });
    const { times } = takeAll(ratePerSecond, asked);
    const nows = asked.flatMap(([at, count]) => Array.from({ length: count }, () => at));
    for (const [index, at] of times.entries()) {
      const before = times[index - ratePerSecond];
      expect(at).toBe(Math.max(nows[index] ?? 0, before === undefined ? 0 : before + 1000));
    }
  }
});

test('another rate starts anew', () => {
  const { turns } = takeAll(1, [[0, 10]]);
  expect(takeTurns(turns, { count: 2, ratePerSecond: 2, now: 10 }).times).toEqual([10, 10]);
});

test('a clock that is behind takes no turn before the last one', () => {
  const { turns } = takeAll(2, [[1000, 1]]);
  expect(takeTurns(turns, { count: 2, ratePerSecond: 2, now: 900 }).times).toEqual([1000, 2000]);
});
