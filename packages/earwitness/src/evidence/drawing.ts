// The road as a picture: a lane for each stretch, top to bottom in the order in which an event travels; time runs to the right. Labels
// that would lie on one another move to a second and third row of their lane; what still has no room keeps its dot and its tooltip.
import { escapeHtml } from './escape-html.ts';

/** Something at a place and time; with `until` it lasts. */
export interface Mark {
  readonly lane: (typeof LANES)[number];
  /** Epoch ms. */
  readonly at: number;
  readonly until?: number;
  readonly label: string;
  readonly tone: 'good' | 'bad' | 'plain';
}

const LANES = ['request', 'function', 'bus', 'rule', 'attempt', 'topic', 'test'] as const;

const WIDTH = 1100;
const LEFT = 80;
const RIGHT = 30;
const ROW = 18;
const ROWS = 3;
const LANE_HEIGHT = ROW * ROWS + 10;
const SIGN_WIDTH = 6.6;

/** An SVG element with the lanes that have something to show. */
export function drawTimeline(marks: readonly Mark[], start: number): string {
  const end = Math.max(start + 1, ...marks.map(({ at, until = at }) => until));
  const x = (at: number) => LEFT + ((at - start) / (end - start)) * (WIDTH - LEFT - RIGHT);
  const lanes = LANES.filter((lane) => marks.some((mark) => mark.lane === lane));
  const height = lanes.length * LANE_HEIGHT + 30;
  const parts = lanes.map((lane, index) => {
    const top = index * LANE_HEIGHT;
    const own = marks.filter((mark) => mark.lane === lane).sort((one, other) => one.at - other.at);
    const rule = `<line x1="${LEFT}" x2="${WIDTH - RIGHT}" y1="${top + LANE_HEIGHT - 4}" y2="${top + LANE_HEIGHT - 4}"/>`;
    return `<text x="0" y="${top + ROW - 4}" class="faint">${lane}</text>${rule}${drawLane(own, top, x)}`;
  });
  const axis = [0, 0.25, 0.5, 0.75, 1].map((share) => {
    const at = start + share * (end - start);
    const anchor = share === 0 ? 'start' : share === 1 ? 'end' : 'middle';
    const text = `+${Math.round(at - start)} ms`;
    return `<text x="${x(at).toFixed(1)}" y="${height - 8}" text-anchor="${anchor}" class="faint">${text}</text>`;
  });
  return `<svg viewBox="0 0 ${WIDTH} ${height}" role="img" aria-label="What happened on the road, over time">${parts.join('')}${axis.join('')}</svg>`;
}

function drawLane(marks: readonly Mark[], top: number, x: (at: number) => number): string {
  const freeFrom = new Array<number>(ROWS).fill(0);
  return marks
    .map(({ at, until, label, tone }) => {
      const [from, to] = [x(at), x(until ?? at)];
      const shown = label.length > 36 ? `${label.slice(0, 35)}…` : label;
      const width = shown.length * SIGN_WIDTH + 14;
      // Near the right edge a label stands before its dot.
      const before = from + width > WIDTH;
      const left = before ? from - width : from;
      const row = freeFrom.findIndex((free) => free <= left);
      if (row >= 0) freeFrom[row] = Math.max(left + width, to + 4);
      const y = top + (row < 0 ? ROWS - 1 : row) * ROW + ROW - 4;
      const bar =
        until === undefined
          ? ''
          : `<rect class="bar ${tone}" x="${from.toFixed(1)}" y="${y - 11}" width="${Math.max(2, to - from).toFixed(1)}" height="14" rx="3"/>`;
      const dot = `<circle class="dot ${tone}" cx="${from.toFixed(1)}" cy="${y - 4}" r="4"/>`;
      const anchor = before ? `x="${(from - 8).toFixed(1)}" text-anchor="end"` : `x="${(from + 8).toFixed(1)}"`;
      const text = row < 0 ? '' : `<text ${anchor} y="${y}">${escapeHtml(shown)}</text>`;
      return `<g><title>${escapeHtml(label)}</title>${bar}${dot}${text}</g>`;
    })
    .join('');
}
