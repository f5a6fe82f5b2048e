import { expect, test } from 'vitest';
import { arrowAcross, type Box } from './arrow-path.ts';
import { layOutMap } from './map-layout.ts';

const box = (x: number, y: number): Box => ({ x, y, width: 160, height: 46 });

test('an arrow that leads back runs below the boxes on its way, in the room between two', () => {
  const [from, to] = [box(400, 0), box(0, 0)];
  const boxes = [from, box(200, 60), box(200, 0), to];
  expect(arrowAcross(from, to, { bends: [], place: 0.5, boxes }).label.y).toBe(53);
  expect(arrowAcross(from, to, { bends: [], place: 0.5, boxes: [box(200, 30), ...boxes] }).label.y).toBe(113);
});

test('an arrow that passes a layer is straight there', () => {
  const { d } = arrowAcross(box(0, 0), box(400, 0), { bends: [{ along: 280, across: 80 }], place: 0.5 });
  expect(d).toContain('200,80C280,80 280,80 360,80');
});

test('no arrow leaves the page at the left, also where one leads back into the first layer', () => {
  const node = (id: string) => ({ id, kind: 'bus', name: id, isStandIn: false, count: 0, failed: 0 }) as const;
  const edge = (from: string, to: string) => ({ from, to, kind: 'delivers', labels: [], count: 0, failed: 0 }) as const;
  const layout = layOutMap({ nodes: ['a', 'b'].map(node), edges: [edge('a', 'b'), edge('b', 'a')] });
  const { d } = arrowAcross(layout.box('b'), layout.box('a'), { bends: [], place: 0.5 });
  const all = [...d.matchAll(/(-?[\d.]+),(-?[\d.]+)/g)].map(([, x, y]) => [Number(x), Number(y)] as const);
  expect(Math.min(...all.map(([x]) => x))).toBeGreaterThanOrEqual(-4);
  expect(Math.max(...all.map(([x]) => x))).toBeLessThanOrEqual(layout.length);
  expect(Math.max(...all.map(([, y]) => y))).toBeLessThanOrEqual(layout.breadth);
});
