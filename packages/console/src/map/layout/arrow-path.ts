// The line of an arrow, and where its count stands.
import type { Point } from './layers.ts';

/** A box by its corner, in pixels across the page. */
export interface Box {
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
}

interface Dot {
  readonly x: number;
  readonly y: number;
}

export interface ArrowPath {
  /** Of an SVG path. */
  readonly d: string;
  readonly label: Dot;
}

/** Ours: how far an arrow that leads backwards swings out, in pixels. */
export const SWING = 46;

/** Ours: below a box, half of what lies between two of a layer, in pixels. */
const LANE = 7;

/**
 * From the right side of a box to the left side of another, through the places where it passes others.
 * @param place 0 to 1: where along its last part the count stands
 */
export function arrowAcross(
  from: Box,
  to: Box,
  { bends, place, boxes = [] }: { readonly bends: readonly Point[]; place: number; readonly boxes?: readonly Box[] },
): ArrowPath {
  const start = { x: from.x + from.width, y: from.y + from.height / 2 };
  const end = { x: to.x - 4, y: to.y + to.height / 2 };
  if (end.x <= start.x) return backwards(start, end, laneBelow([from, to, ...boxes]));
  // Straight where it passes a layer: a curve would run behind the boxes beside its place.
  const half = from.width / 2;
  const passed = bends.flatMap(({ along, across }) => [
    { x: along - half, y: across },
    { x: along + half, y: across },
  ]);
  const dots = [start, ...passed, end];
  let d = `M${at(start)}`;
  for (const [index, dot] of dots.slice(1).entries()) d += curve(dots[index] ?? start, dot);
  const [before = start, last = end] =
    bends.length === 0 ? [start, end] : place < 0.5 ? dots.slice(0, 2) : dots.slice(-2);
  return { d, label: onCurve(before, last, place) };
}

/** From the bottom of a box to the top of another one below it. */
export function arrowDown(from: Box, to: Box, bends: readonly Point[]): string {
  const start = { x: from.x + from.width / 2, y: from.y + from.height };
  const end = { x: to.x + to.width / 2, y: to.y - 4 };
  if (end.y <= start.y) {
    const x = Math.max(from.x + from.width, to.x + to.width) + SWING / 2;
    const [low, high] = [from.y + from.height / 2, to.y + to.height / 2];
    return `M${at({ x: from.x + from.width, y: low })}C${x},${low} ${x},${high} ${at({ x: to.x + to.width + 4, y: high })}`;
  }
  const dots = [start, ...bends.map(({ along, across }) => ({ x: across, y: along })), end];
  let d = `M${at(start)}`;
  for (const [index, dot] of dots.slice(1).entries()) {
    const before = dots[index] ?? start;
    const middle = (before.y + dot.y) / 2;
    d += `C${round(before.x)},${round(middle)} ${round(dot.x)},${round(middle)} ${at(dot)}`;
  }
  return d;
}

/** The first place below both ends where a line meets no box on its way. */
function laneBelow([from, to, ...boxes]: readonly [Box, Box, ...Box[]]): number {
  const [left, right] = [to.x - SWING, from.x + from.width + SWING];
  const beside = boxes.filter(({ x, width }) => x < right && x + width > left).sort((one, other) => one.y - other.y);
  let low = Math.max(from.y + from.height, to.y + to.height) + LANE;
  for (const { y, height } of beside) if (y < low + LANE / 2 && y + height > low - LANE / 2) low = y + height + LANE;
  return low;
}

/** Out of the box, below what is on the way, and in again from the left. */
function backwards(start: Dot, end: Dot, low: number): ArrowPath {
  const [right, left] = [start.x + SWING, end.x - SWING];
  const d = `M${at(start)}C${right},${start.y} ${right},${low} ${start.x},${low}L${end.x},${low}C${left},${low} ${left},${end.y} ${at(end)}`;
  return { d, label: { x: (start.x + end.x) / 2, y: low } };
}

function curve(from: Dot, to: Dot): string {
  const middle = round((from.x + to.x) / 2);
  return `C${middle},${round(from.y)} ${middle},${round(to.y)} ${at(to)}`;
}

/** A point of the curve above. */
function onCurve(from: Dot, to: Dot, t: number): Dot {
  const u = 1 - t;
  const middle = (from.x + to.x) / 2;
  return {
    x: u ** 3 * from.x + 3 * u * u * t * middle + 3 * u * t * t * middle + t ** 3 * to.x,
    y: (u ** 3 + 3 * u * u * t) * from.y + (3 * u * t * t + t ** 3) * to.y,
  };
}

function at({ x, y }: Dot): string {
  return `${round(x)},${round(y)}`;
}

function round(value: number): number {
  return Math.round(value * 10) / 10;
}
