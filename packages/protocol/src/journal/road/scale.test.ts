import { expect, test } from 'vitest';
import { createScale } from './scale.ts';

/** Places in whole percent, and what the axis says. */
const look = (times: readonly number[]) => {
  const { x, ticks, breaks } = createScale(times, 1000);
  return {
    places: times.map((at) => Math.round(x(at))),
    ticks: ticks.map(({ label }) => label),
    breaks: breaks.map(({ label }) => label),
  };
};

test('times lie in proportion', () => {
  expect(look([1000, 1025, 1050, 1075, 1100])).toEqual({
    places: [0, 25, 50, 75, 100],
    ticks: ['0 ms', '20 ms', '40 ms', '60 ms', '80 ms', '100 ms'],
    breaks: [],
  });
});

test('a stretch that dwarfs the rest is drawn short, and labelled with what it took', () => {
  expect(look([1010, 1020, 1030, 1040, 5040])).toEqual({
    places: [23, 47, 70, 93, 100],
    ticks: ['0 ms', '5 ms', '10 ms', '15 ms', '20 ms', '25 ms', '30 ms', '35 ms', '4040 ms'],
    breaks: ['4000 ms'],
  });
});

test('with little else to see, a long stretch stays as long as it is', () => {
  expect(look([1000.1, 5000])).toMatchObject({ places: [0, 100], breaks: [] });
});

test('one moment alone has a scale', () => {
  expect(look([1000])).toMatchObject({ places: [0], breaks: [] });
});

test('two waits of the same length are idle together', () => {
  expect(look([1010, 1020, 1030, 1530, 2030]).breaks).toEqual(['500 ms', '500 ms']);
});
