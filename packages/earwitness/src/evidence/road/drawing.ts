// The road as a picture, as traces are drawn: a row for each mark, under what brought it about; what has one outcome
// goes straight down, what has several branches off. Words stand to the left, time runs to the right, beside them: so
// no line runs through a word, and no word is longer than its bar. On a narrow screen the bar stands under its words.
// Places across are percentages; the drawing fills any width and never scrolls sideways.
import { type Branch, branchesOf, chainFrom } from '@earwitness/protocol/internal/journal/road/causes';
import type { Mark } from '@earwitness/protocol/internal/journal/road/marks';
import { createScale, type Scale } from '@earwitness/protocol/internal/journal/road/scale';
import { cut } from '@earwitness/protocol/internal/text/cut';
import { elapsed } from '../../page/timeline.ts';
import { escapeHtml } from '../escape-html.ts';

/** Ours: beyond so many journeys those in which all is well are folded. */
const MOST_OPEN = 40;
/** Ours: journeys that are drawn at all. */
const MOST_DRAWN = 1000;
const LONGEST_LABEL = 120;
/** Lines under what went wrong, and how long each may be. */
const MOST_DETAILS = 8;
const LONGEST_DETAIL = 240;

/** The drawing of one subscription's marks, which stand in the order in which they began. */
export function drawRoad(marks: readonly Mark[], start: number): string {
  const scale = createScale(
    marks.flatMap(({ at, until }) => (until === undefined ? [at] : [at, until])),
    start,
  );
  const roots = branchesOf(marks);
  const draw = (some: readonly Branch[]) =>
    `<ol class="journeys">${some.map((root) => drawChain(root, scale, start)).join('\n')}</ol>`;
  const drawn = roots.slice(0, MOST_DRAWN);
  const folded = new Set(drawn.filter(({ isBad, mark }) => !isBad && mark.fact !== undefined).slice(MOST_OPEN));
  const parts = [draw(drawn.filter((root) => !folded.has(root)))];
  if (folded.size > 0) {
    parts.push(
      `<details class="more"><summary>${folded.size} more, in which all is well</summary>${draw([...folded])}</details>`,
    );
  }
  if (roots.length > drawn.length) parts.push(`<p class="soft">… and ${roots.length - drawn.length} more.</p>`);
  return `<div class="road">${drawAxis(scale)}${parts.join('')}</div>${captionOf(scale)}`;
}

function captionOf({ breaks }: Scale): string {
  if (breaks.length === 0) return '';
  const idle = breaks.map(({ label }) => label).join(', ');
  return `<figcaption>Grey: time in which nothing happened, drawn short (${idle}).</figcaption>`;
}

/** From here as long as each has one outcome; then what branches off. */
function drawChain(from: Branch, scale: Scale, start: number): string {
  const chain = chainFrom(from);
  const rows = chain.map((one) => drawRow(one, scale, start));
  const branches = (chain.at(-1)?.branches ?? []).map((branch) => drawChain(branch, scale, start));
  const under = branches.length === 0 ? '' : `<ol class="branches">${branches.join('\n')}</ol>`;
  return `<li>${rows.join('\n')}${under}</li>`;
}

function drawRow({ mark, isElsewhere }: Branch, scale: Scale, start: number): string {
  const { stage, tone, label, details = [], more } = mark;
  const took = isElsewhere ? ' <i>the same, drawn at another delivery</i>' : durationOf(mark);
  const words = `<b>${stage}</b> <span>${escapeHtml(cut(label, LONGEST_LABEL))}</span>${took}`;
  // Every payload and verdict is reached by keyboard below the drawing: so a row is not a tab stop.
  const linked = more === undefined ? words : `<a href="#${escapeHtml(more)}" tabindex="-1">${words}</a>`;
  const lines = isElsewhere ? [] : details.slice(0, MOST_DETAILS);
  const under = lines.map((line) => escapeHtml(cut(line, LONGEST_DETAIL))).join('\n');
  return `<div class="row ${tone}" data-stage="${stage}" title="${tooltip(mark, start)}"><div class="words">${linked}${under && `<pre>${under}</pre>`}</div>${drawBar(mark, scale)}</div>`;
}

function drawBar({ at, until }: Mark, scale: Scale): string {
  const left = scale.x(at);
  if (until === undefined) return `<div class="time"><i class="dot" style="left:${percent(left)}"></i></div>`;
  const width = percent(scale.x(until) - left);
  return `<div class="time"><i class="bar" style="left:${percent(left)};width:${width}"></i></div>`;
}

function durationOf({ at, until }: Mark): string {
  return until === undefined ? '' : ` <i>${inMs(until - at)}</i>`;
}

function tooltip({ at, until, label, text = label }: Mark, start: number): string {
  const took = until === undefined ? '' : `, took ${inMs(until - at)}`;
  return `${escapeHtml(cut(text, LONGEST_DETAIL))}&#10;${elapsed(at - start)}${took}`;
}

function inMs(ms: number): string {
  return `${ms < 10 ? ms.toFixed(1) : Math.round(ms)} ms`;
}

function drawAxis({ ticks, breaks }: Scale): string {
  const lines = ticks.map(({ x, label }) => {
    const side = x < 3 ? ' class="first"' : x > 97 ? ' class="last"' : '';
    return `<i style="left:${percent(x)}"></i><span${side} style="left:${percent(x)}">${label}</span>`;
  });
  const idle = breaks.map(({ from, to }) => `<s style="left:${percent(from)};width:${percent(to - from)}"></s>`);
  return `<div class="axis" aria-hidden="true"><div>${[...idle, ...lines].join('')}</div></div>`;
}

function percent(x: number): string {
  return `${Number(x.toFixed(3))}%`;
}
