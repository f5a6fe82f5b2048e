// The road as a picture: a lane for each stretch, top to bottom in the order in which an event travels; time runs to
// the right, and a thin line ties together what is one journey. Places across are percentages, so the drawing fills any
// width with letters of one size; labels that would overlap move to further rows of their lane, and what has no room
// keeps its dot and its tooltip.
import { cut } from '@earwitness/protocol/internal/text/cut';
import { showControls } from '@earwitness/protocol/internal/text/show-controls';
import { elapsed } from '../page/timeline.ts';
import { escapeHtml } from './escape-html.ts';
import { LANES, type Mark } from './marks.ts';
import { createScale, type Scale } from './scale.ts';

/** Least width of the drawing, px: below it, the figure scrolls. Labels are laid out for it. */
const WIDTH = 800;
const ROW = 19;
/** Rows of a lane with labels; one more takes the dots of what has no room. */
const LABEL_ROWS = 4;
const LANE_GAP = 9;
const AXIS = 26;
/** Room for what idle stretches really took. */
const FOOT = 14;
const SIGN_WIDTH = 6.7;
const LONGEST_LABEL = 40;

/** A mark and where it goes: px from the lane's top. */
interface Placed {
  readonly mark: Mark;
  readonly row: number;
  readonly label: 'behind' | 'before' | 'none';
}

interface Lane {
  readonly name: string;
  readonly rows: number;
  readonly placed: readonly Placed[];
}

/** The names of the lanes that have something to show, and the drawing beside them. */
export function drawTimeline(marks: readonly Mark[], start: number): string {
  const times = marks.flatMap(({ at, until }) => (until === undefined ? [at] : [at, until]));
  const scale = createScale(times, start);
  const lanes = LANES.filter((name) => marks.some(({ lane }) => lane === name)).map((name) =>
    placeLane(
      name,
      marks.filter(({ lane }) => lane === name),
      scale,
    ),
  );
  let height = AXIS;
  const tops = lanes.map(({ rows }) => {
    const top = height;
    height += rows * ROW + LANE_GAP;
    return top;
  });
  const bottom = height;
  if (scale.breaks.length > 0) height += FOOT;
  const spots = lanes.flatMap(({ placed }, index) =>
    placed.map(({ mark, row }) => ({ mark, x: scale.x(mark.at), y: (tops[index] ?? 0) + row * ROW + ROW / 2 })),
  );
  const names = lanes.map(({ name, rows }) => `<li style="height:${rows * ROW + LANE_GAP}px">${name}</li>`).join('');
  const rules = tops.map((top) => `<line class="rule" x2="100%" y1="${top - 4}" y2="${top - 4}"/>`).join('');
  const body = lanes.flatMap(({ placed }, index) => placed.map((one) => drawMark(one, tops[index] ?? 0, scale, start)));
  return `<div class="road"><ol class="lanes" style="padding-top:${AXIS - 4}px">${names}</ol><div class="scroll" tabindex="0" role="group" aria-label="Timeline">
<svg width="100%" height="${height}" style="min-width:${WIDTH}px" role="img" aria-label="What happened on the road, over time">
${drawAxis(scale, bottom)}${rules}${drawThreads(spots)}
${body.join('\n')}
</svg></div></div>${scale.breaks.length > 0 ? '<figcaption>Where nothing happened, time is drawn short (grey).</figcaption>' : ''}`;
}

function placeLane(name: string, marks: readonly Mark[], scale: Scale): Lane {
  const taken = Array.from({ length: LABEL_ROWS }, (): [number, number][] => []);
  // What is bad and what was awaited gets its label first.
  const weight = ({ tone, lane, until }: Mark) => (tone === 'bad' ? 0 : lane === 'test' && until !== undefined ? 1 : 2);
  const ordered = [...marks].sort((one, other) => weight(one) - weight(other) || one.at - other.at);
  const placed = ordered.map((mark): Placed => {
    const from = (scale.x(mark.at) / 100) * WIDTH;
    const to = (scale.x(mark.until ?? mark.at) / 100) * WIDTH;
    const width = labelOf(mark).length * SIGN_WIDTH + 16;
    // Near the right edge a label stands before its dot.
    const before = from + width > WIDTH && from - width > 0;
    const left = before ? from - width : from - 4;
    const right = Math.max(before ? from + 6 : from + width, to + 6);
    const row = taken.findIndex((spans) => spans.every(([begin, end]) => right <= begin || left >= end));
    if (row < 0) return { mark, row: LABEL_ROWS, label: 'none' };
    taken[row]?.push([left, right]);
    return { mark, row, label: before ? 'before' : 'behind' };
  });
  placed.sort((one, other) => one.mark.at - other.mark.at);
  return { name, rows: Math.max(...placed.map(({ row }) => row)) + 1, placed };
}

function labelOf({ label }: Mark): string {
  return cut(showControls(label), LONGEST_LABEL);
}

function drawMark({ mark, row, label }: Placed, top: number, scale: Scale, start: number): string {
  const { at, until, tone, more } = mark;
  const y = top + row * ROW + ROW / 2;
  const x = percent(scale.x(at));
  const parts = [`<title>${tooltip(mark, start)}</title>`];
  // Bars without a label would overlap: the tooltip shows the length.
  if (until !== undefined && label !== 'none') {
    const width = percent(scale.x(until) - scale.x(at));
    parts.push(`<rect class="bar" x="${x}" y="${y - 8}" width="${width}" height="16" rx="3"/>`);
  }
  parts.push(`<circle class="dot" cx="${x}" cy="${y}" r="${label === 'none' ? 3 : 4}"/>`);
  if (label !== 'none') {
    const anchor = label === 'before' ? 'dx="-8" text-anchor="end"' : 'dx="8"';
    parts.push(`<text x="${x}" y="${y + 4}" ${anchor}>${escapeHtml(labelOf(mark))}</text>`);
  }
  const body = parts.join('');
  // Every payload and verdict is reached by keyboard below the drawing: so a mark is not a tab stop.
  const linked = more === undefined ? body : `<a href="#${escapeHtml(more)}" tabindex="-1">${body}</a>`;
  return `<g class="${tone}" data-lane="${mark.lane}">${linked}</g>`;
}

function tooltip({ at, until, label }: Mark, start: number): string {
  const from = `${escapeHtml(label)}\n${elapsed(at - start)}`;
  if (until === undefined) return from;
  const took = until - at;
  return `${from}, took ${took < 10 ? took.toFixed(1) : Math.round(took)} ms`;
}

function drawAxis({ ticks, breaks }: Scale, height: number): string {
  const lines = ticks.map(({ x, label }) => {
    const anchor = x < 3 ? 'start' : x > 97 ? 'end' : 'middle';
    return `<line class="tick" x1="${percent(x)}" x2="${percent(x)}" y1="18" y2="${height}"/><text class="time" x="${percent(x)}" y="13" text-anchor="${anchor}">${label}</text>`;
  });
  const idle = breaks.map(
    ({ from, to, label }) =>
      `<rect class="break" x="${percent(from)}" y="18" width="${percent(to - from)}" height="${height - 18}"/><text class="time" x="${percent((from + to) / 2)}" y="${height + 10}" text-anchor="middle">${label}</text>`,
  );
  return [...idle, ...lines].join('');
}

interface Spot {
  readonly mark: Mark;
  readonly x: number;
  readonly y: number;
}

/**
 * Ties each mark to the one it came from: the latest before it, in the nearest lane above, that is on the same journey.
 */
function drawThreads(spots: readonly Spot[]): string {
  const byThread = new Map<string, Spot[]>();
  for (const spot of spots) {
    for (const thread of spot.mark.threads ?? []) byThread.set(thread, [...(byThread.get(thread) ?? []), spot]);
  }
  const lines = [...byThread.values()].flatMap((together) =>
    together.flatMap((spot) => {
      const from = originOf(spot, together);
      return from ? `<line x1="${percent(from.x)}" y1="${from.y}" x2="${percent(spot.x)}" y2="${spot.y}"/>` : [];
    }),
  );
  return `<g class="threads${byThread.size > 40 ? ' many' : ''}">${lines.join('')}</g>`;
}

function originOf(spot: Spot, together: readonly Spot[]): Spot | undefined {
  const laneOf = ({ mark }: Spot) => LANES.indexOf(mark.lane);
  const above = together.filter((other) => laneOf(other) < laneOf(spot) && other.mark.at <= spot.mark.at);
  const nearest = Math.max(...above.map(laneOf));
  return above.filter((other) => laneOf(other) === nearest).sort((one, other) => other.mark.at - one.mark.at)[0];
}

function percent(x: number): string {
  return `${Number(x.toFixed(3))}%`;
}
