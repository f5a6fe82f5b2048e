// A journey on lines: a title with the whole time, then each hop under it, then an empty line. Nothing that matters is
// cut: what is longer than a line goes on under its beginning.
import type { FactOf } from '@earwitness/protocol/internal/journal/fact';
import type { Hop } from '@earwitness/protocol/internal/journal/journey';
import type { NameOf } from '@earwitness/protocol/internal/journal/names';
import { wordsOf } from '@earwitness/protocol/internal/journal/words';
import { cut } from '@earwitness/protocol/internal/text/cut';
import { showControls } from '@earwitness/protocol/internal/text/show-controls';
import { wrapWords } from '@earwitness/protocol/internal/text/wrap';
import { type Line, line } from '../printing/line.ts';
import type { Paint } from '../printing/paint.ts';
import type { Journey } from './journey.ts';

/** Columns before the text of a hop: its time and its stop. */
const INDENT = 24;
/** Ours: lines that a text goes on for, which a refusal with the policy to write needs; a message may be endless. */
const LINES = 12;

export interface RenderedJourney {
  readonly title: string;
  readonly hops: readonly Hop[];
  readonly failed: boolean;
  /** Steps that are not among the hops. */
  readonly leftOut?: number;
}

export interface RenderOptions {
  readonly paint: Paint;
  readonly columns: number;
  /** The folder that paths are shown from. */
  readonly folder: string;
}

export function renderJourney({ title, hops, failed, leftOut = 0 }: RenderedJourney, options: RenderOptions): Line[] {
  const { paint, columns } = options;
  const first = hops[0]?.at ?? 0;
  const last = hops.at(-1)?.at ?? first;
  const total = timeText(last - first, ' ms');
  const heading = paint.bold(cut(showControls(title), columns - total.length - 5));
  return [
    line`  ${failed ? paint.red(heading) : heading}  ${paint.dim(total)}`,
    ...hops.flatMap((hop) => renderHop(hop, timeText(hop.at - first), options)),
    ...(leftOut === 0 ? [] : [line`${' '.repeat(INDENT)}${paint.dim(`${leftOut.toLocaleString('en')} more steps`)}`]),
    line``,
  ];
}

/** `GET /orders → 200  3.2 ms  ListOrders`, and `function Worker, 2 messages of Queue  3.2 ms`. */
export function renderBrief({ title, facts }: Journey, nameOf: NameOf, { paint, columns }: RenderOptions): Line {
  const [first, last] = [facts[0], facts.at(-1)];
  const time = timeText((last?.at ?? 0) - (first?.at ?? 0), ' ms');
  const invoked = facts.filter(({ kind }) => kind === 'function.invoked');
  const functions = invoked.map((fact) => wordsOf(fact, undefined, nameOf).text).join(', ');
  const [heading, more] = first?.kind === 'function.invoked' ? [`function ${functions}`, ''] : [title, functions];
  const begin = cut(showControls(heading), columns - time.length - 5);
  const room = columns - begin.length - time.length - 7;
  const end = more === '' || room < 2 ? '' : `  ${cut(showControls(more), room)}`;
  return line`  ${begin}  ${paint.dim(`${time}${end}`)}`;
}

/** Ours, ms: from here on times are told in seconds, as those of an execution that waits for hours. */
const LONG_MS = 100_000;

function timeText(ms: number, unit = ''): string {
  return ms < LONG_MS ? `${ms.toFixed(1)}${unit}` : `${(ms / 1000).toFixed(0)} s`;
}

function renderHop({ stop, text, more, ok }: Hop, time: string, { paint, columns, folder }: RenderOptions): Line[] {
  const width = Math.max(columns - INDENT, 20);
  const [first = '', ...others] = wrap(text, width);
  const under = more.flatMap((one) => wrap(one.replaceAll(`${folder}/`, ''), width));
  const lines = [...others, ...under];
  return [
    line`${paint.dim(time.padStart(8))}  ${stop.padEnd(12)}  ${ok ? first : paint.red(first)}`,
    ...lines.map((one, index) => line`${' '.repeat(INDENT)}${ok || index >= others.length ? one : paint.red(one)}`),
  ];
}

/** A line of a function's output as it comes, with who wrote it. */
export function renderOutput(
  { functionName, line: text }: FactOf<'function.log'>,
  nameOf: NameOf,
  paint: Paint,
): Line[] {
  return text.split('\n').map((one) => line`  ${paint.dim(nameOf(functionName))}  ${one}`);
}

/** Lines of at most `width` signs, with the blanks at the beginning; a word that is longer is divided. */
export function wrap(text: string, width: number): string[] {
  const [indent = ''] = /^ */.exec(text) ?? [];
  const lines = wrapWords(text.slice(indent.length), width - indent.length).flatMap((one) => divide(one, width));
  const shown = lines.length > LINES ? [...lines.slice(0, LINES - 1), '…'] : lines;
  return shown.map((one) => `${indent}${one}`);
}

function divide(text: string, width: number): string[] {
  const parts: string[] = [];
  for (let rest = text; rest !== ''; ) {
    // Without the ellipsis: what follows stands on the next line. A sign with more marks than a line has columns stays.
    const part = rest.length <= width ? rest : cut(rest, width).slice(0, -1) || rest;
    parts.push(part);
    rest = rest.slice(part.length);
  }
  return parts.length === 0 ? [''] : parts;
}
