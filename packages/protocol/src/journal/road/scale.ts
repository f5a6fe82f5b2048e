// Time across a drawing. A stretch in which nothing happens (a test waits four seconds for what took thirty
// milliseconds) would press everything else into one spot, so the longest idle stretches are broken: drawn short, and
// labelled with what they really took.

/** Where times lie, in percent of the drawing's width. */
export interface Scale {
  readonly x: (at: number) => number;
  readonly ticks: readonly { readonly x: number; readonly label: string }[];
  readonly breaks: readonly { readonly from: number; readonly to: number; readonly label: string }[];
}

/** Width of a broken stretch, percent. Ours, as are the next. */
const BREAK_WIDTH = 7;
const MOST_BREAKS = 5;
/** What is left to look at when the idle stretches are short: at least so many stretches, so many ms. */
const LEAST_STRETCHES = 3;
const LEAST_REST_MS = 2;
/** Ticks stand no nearer to one another, percent. */
const TICK_WIDTH = 9;

interface Stretch {
  readonly from: number;
  readonly to: number;
  broken: boolean;
}

/** A scale from `start` to the last of the times, all epoch ms. */
export function createScale(times: readonly number[], start: number): Scale {
  const points = [...new Set([start, ...times.filter((at) => at > start)])].sort((one, other) => one - other);
  if (points.length === 1) points.push(start + 1);
  const stretches = points.slice(1).map((to, index): Stretch => ({ from: points[index] ?? start, to, broken: false }));
  breakIdle(stretches);
  const broken = stretches.filter((stretch) => stretch.broken);
  const unbroken = stretches.reduce((sum, stretch) => sum + (stretch.broken ? 0 : lengthOf(stretch)), 0);
  const perMs = (100 - broken.length * BREAK_WIDTH) / unbroken;
  const edges: { at: number; x: number }[] = [{ at: start, x: 0 }];
  for (const stretch of stretches) {
    const width = stretch.broken ? BREAK_WIDTH : lengthOf(stretch) * perMs;
    edges.push({ at: stretch.to, x: (edges.at(-1)?.x ?? 0) + width });
  }
  const x = (at: number) => interpolate(edges, at);
  return {
    x,
    ticks: ticksOf(stretches, { start, unbroken, x }),
    breaks: broken.map(({ from, to }) => ({ from: x(from), to: x(to), label: inWords(to - from, 1) })),
  };
}

/**
 * Breaks the longest stretches while the shortest of them is as long as everything after it together, and that is worth
 * a look.
 */
function breakIdle(stretches: readonly Stretch[]): void {
  const longest = [...stretches].sort((one, other) => lengthOf(other) - lengthOf(one));
  const most = Math.min(MOST_BREAKS, stretches.length - LEAST_STRETCHES);
  let rest = stretches.reduce((sum, stretch) => sum + lengthOf(stretch), 0);
  // Two waits of the same length are idle together, though neither is longer than the other and the rest.
  let together: Stretch[] = [];
  for (const stretch of longest.slice(0, Math.max(0, most))) {
    rest -= lengthOf(stretch);
    together.push(stretch);
    if (rest < LEAST_REST_MS) return;
    if (lengthOf(stretch) < rest) continue;
    for (const idle of together) idle.broken = true;
    together = [];
  }
}

function lengthOf({ from, to }: Stretch): number {
  return to - from;
}

function interpolate(edges: readonly { at: number; x: number }[], at: number): number {
  const next = edges.findIndex((edge) => edge.at >= at);
  const [left, right] = next < 0 ? [undefined, edges.at(-1)] : [edges[next - 1], edges[next]];
  if (!left || !right) return right?.x ?? 0;
  return left.x + ((at - left.at) / (right.at - left.at)) * (right.x - left.x);
}

function ticksOf(
  stretches: readonly Stretch[],
  { start, unbroken, x }: { start: number; unbroken: number; x: (at: number) => number },
): { x: number; label: string }[] {
  const step = niceStep(unbroken / 8);
  const end = stretches.at(-1)?.to ?? start;
  const ticks: { x: number; label: string }[] = [];
  const add = (at: number, exact: number) => {
    const place = x(at);
    const last = ticks.at(-1);
    if (last === undefined || place - last.x >= TICK_WIDTH) ticks.push({ x: place, label: inWords(at - start, exact) });
  };
  for (const { from, to, broken } of stretches) {
    if (broken) continue;
    const first = Math.ceil((from - start) / step);
    for (let n = first; start + n * step <= to; n++) {
      // The last place is kept for the end.
      if (n === 0 || 100 - x(start + n * step) >= TICK_WIDTH) add(start + n * step, step);
    }
  }
  add(end, 1);
  return ticks;
}

/** The first of 1, 2, 5, 10, 20 … (and tenths) that is not smaller. */
function niceStep(ms: number): number {
  const power = 10 ** Math.floor(Math.log10(Math.max(ms, 0.1)));
  return ([1, 2, 5, 10].find((factor) => factor * power >= ms) ?? 10) * power;
}

/** `820 ms`, `4.1 s`, `0.4 ms`: as exact as the step between ticks asks for. */
function inWords(ms: number, step: number): string {
  if (ms >= 10_000) return `${(ms / 1000).toFixed(step < 1000 ? 1 : 0)} s`;
  return `${Number(ms.toFixed(step < 1 ? 1 : 0))} ms`;
}
