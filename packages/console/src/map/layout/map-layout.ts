// Where the boxes of the map lie, in pixels: left to right.

import type { Graph } from '../graph.ts';
import { type Box, SWING } from './arrow-path.ts';
import { type Layout, layOut } from './layers.ts';

/** Sizes of the style sheet. */
const NODE = { length: 160, breadth: 46 };
const GAPS = { layer: 58, node: 14, loose: 5 };

export interface MapLayout extends Layout {
  box(id: string): Box;
}

export function layOutMap({ nodes, edges }: Graph): MapLayout {
  const layout = layOut(
    nodes.map(({ id }) => ({ id, ...NODE })),
    edges.map(({ from, to, kind }) => ({ from, to, isWeak: kind !== 'delivers' })),
    GAPS,
  );
  // An arrow that leads back into the first layer swings out to the left of it, and below the last box.
  const known = (id: string) => layout.places.get(id)?.layer ?? -1;
  const leadsBack = edges.some(({ from, to }) => known(to) >= 0 && known(to) <= known(from));
  const margin = leadsBack ? SWING : 0;
  return {
    ...layout,
    bends: layout.bends.map((points) => points.map(({ along, across }) => ({ along: along + margin, across }))),
    length: layout.length + margin * 2,
    breadth: layout.breadth + (leadsBack ? GAPS.node : 0),
    box(id) {
      const { along = 0, across = 0 } = layout.places.get(id) ?? {};
      return { x: along + margin, y: across, width: NODE.length, height: NODE.breadth };
    },
  };
}

/** Tells whether the same boxes and arrows are drawn, whatever went through them. */
export function shapeOf({ nodes, edges }: Graph): string {
  return [...nodes.map(({ id }) => id), ...edges.map(({ from, to, kind }) => `${kind} ${from} ${to}`)].join('\n');
}
