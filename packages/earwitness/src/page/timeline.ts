// The timeline of a page: what was heard, in order, with times since the subscription was opened. Long ones are cut
// where nothing is marked: the marked ones and the ends always stay.
import { cut } from '@earwitness/protocol/internal/text/cut';
import { showControls } from '@earwitness/protocol/internal/text/show-controls';
import type { Received } from '../event.ts';
import { printValue } from '../expectation/print.ts';
import { type Line, line } from '../printing/line.ts';

/** One line of a timeline. */
export interface Moment {
  /** Epoch ms. */
  readonly at: number;
  readonly text: string;
  /** Shown behind an arrow. */
  readonly mark?: string | undefined;
}

/** `+812 ms`, `+1 104 ms` */
export function elapsed(ms: number): string {
  const whole = Math.max(0, Math.round(ms));
  return `+${String(whole).replace(/\B(?=(\d{3})+$)/g, ' ')} ms`;
}

/** A received item on one line; with its bus or topic when there are several. */
export function printReceived(received: Received, withTopic = false): string {
  const { bus, topic } = received;
  const where = withTopic ? ` on ${bus === undefined ? topic : `bus ${bus}`}` : '';
  return `${printMessage(received)}${where}`;
}

function printMessage({ message, sizeBytes }: Received): string {
  if (typeof message === 'string') return `text ${printValue(message, { maxChars: 48 })} (${sizeBytes} bytes)`;
  const { 'detail-type': type, source }: { 'detail-type'?: unknown; source?: unknown } = message;
  if (typeof type !== 'string') return `object ${printValue(message, { maxChars: 48 })}`;
  return typeof source === 'string' ? `${showControls(type).padEnd(24)} ${source}` : type;
}

const LONGEST = 16;
/** Of a page, without its indentation. */
const COLUMNS = 78;

/** Lines for the moments, in order of time. */
export function timelineLines(moments: readonly Moment[], openedAt: number): Line[] {
  const ordered = [...moments].sort((one, other) => one.at - other.at);
  const times = ordered.map(({ at }) => elapsed(at - openedAt));
  const width = Math.max(...times.map((time) => time.length));
  const lines = ordered.map(({ text, mark }, index) => {
    const arrow = mark ? `   ← ${mark}` : '';
    const what = cut(showControls(text), Math.max(24, COLUMNS - 2 - width - 3 - arrow.length));
    return line`  ${(times[index] ?? '').padStart(width)}   ${what}${arrow}`;
  });
  if (lines.length <= LONGEST) return lines;
  const marked = ordered.flatMap(({ mark }, index) => (mark === undefined ? [] : [index])).slice(0, LONGEST);
  const keep = (index: number) =>
    index < 5 || index >= lines.length - 8 || marked.some((other) => Math.abs(index - other) <= 1);
  const out: Line[] = [];
  let left = 0;
  lines.forEach((one, index) => {
    if (!keep(index)) {
      left++;
      return;
    }
    if (left > 0) out.push(line`  ${' '.repeat(width)}   … ${left} more`);
    left = 0;
    out.push(one);
  });
  return out;
}
