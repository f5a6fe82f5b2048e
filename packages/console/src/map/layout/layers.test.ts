import { expect, test } from 'vitest';
import { type LayoutEdge, layOut } from './layers.ts';

const gaps = { layer: 10, node: 5, loose: 3 };
const nodes = (names: string) => [...names].map((id) => ({ id, length: 20, breadth: 10 }));
const edges = (...pairs: string[]): LayoutEdge[] => pairs.map(([from = '', to = '']) => ({ from, to }));

test('what leads somewhere stands before it, and an arrow that passes a layer has a place there', () => {
  const { places, bends } = layOut(nodes('abc'), edges('ab', 'bc', 'ac'), gaps);
  expect(['a', 'b', 'c'].map((id) => places.get(id)?.layer)).toEqual([0, 1, 2]);
  expect(bends.map(({ length }) => length)).toEqual([0, 0, 1]);
});

test('a circle is drawn with one arrow backwards, the weak one', () => {
  const circle: LayoutEdge[] = [{ from: 'b', to: 'a', isWeak: true }, ...edges('ab')];
  const { places } = layOut(nodes('ab'), circle, gaps);
  expect(['a', 'b'].map((id) => places.get(id)?.layer)).toEqual([0, 1]);
});

test('no two boxes of a layer lie on one another, however many lead to them', () => {
  const all = 'abcdefghijkl';
  const pairs = [...all].flatMap((from, index) =>
    [...all.slice(index + 1)].filter((_, n) => n % 3 === 0).map((to) => from + to),
  );
  const { places } = layOut(nodes(all), edges(...pairs), gaps);
  const tops = new Map<number, number[]>();
  for (const { layer, across } of places.values()) tops.set(layer, [...(tops.get(layer) ?? []), across]);
  for (const layer of tops.values()) {
    const sorted = layer.sort((a, b) => a - b);
    for (const [index, top] of sorted.slice(1).entries()) expect(top - (sorted[index] ?? 0)).toBeGreaterThan(14.99);
  }
});

test('arrows cross as little as they can', () => {
  const { places } = layOut(nodes('abcd'), edges('ad', 'bc'), gaps);
  const across = (id: string) => places.get(id)?.across ?? 0;
  expect(Math.sign(across('a') - across('b'))).toBe(Math.sign(across('d') - across('c')));
});

test('what is connected with nothing stands below, side by side', () => {
  const { places, breadth } = layOut(nodes('abcdef'), edges('ab'), gaps);
  const rows = new Set(['c', 'd', 'e', 'f'].map((id) => places.get(id)?.across));
  expect(rows.size).toBe(2);
  expect(breadth).toBeGreaterThan(30);
});

test('a map of 300 resources is laid out in a moment', () => {
  const many = Array.from({ length: 300 }, (_, n) => ({ id: `n${n}`, length: 20, breadth: 10 }));
  const pairs = many.flatMap((_, n) => [1, 7, 31].map((step) => ({ from: `n${n}`, to: `n${(n + step) % 300}` })));
  const { places } = layOut(many, pairs, gaps);
  expect(places.size).toBe(300);
});
