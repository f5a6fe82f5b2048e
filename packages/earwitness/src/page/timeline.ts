// The timeline of a page: what was heard, in order, with times since the subscription was opened. Long ones are cut in the middle of
// nowhere interesting: the nearest miss and the ends always stay.
import type { Received } from '../event.ts';
import { printValue } from '../expectation/print.ts';

/** One line of a timeline. */
export interface Moment {
  /** Epoch ms. */
  readonly at: number;
  readonly text: string;
  /** Shown behind an arrow. */
  readonly mark?: string;
}

/** `+812 ms`, `+1 104 ms` */
export function elapsed(ms: number): string {
  const whole = Math.max(0, Math.round(ms));
  return `+${String(whole).replace(/\B(?=(\d{3})+$)/g, ' ')} ms`;
}

/** A received item on one line. */
export function printReceived({ message, sizeBytes }: Received): string {
  if (typeof message === 'string') return `text ${printValue(message, 48)} (${sizeBytes} bytes)`;
  const type: unknown = message['detail-type'];
  if (typeof type !== 'string') return `object ${printValue(message, 48)}`;
  return `${type.padEnd(24)} ${message.source}`;
}

const LONGEST = 16;

/** Lines for the moments, in order of time. */
export function timelineLines(moments: readonly Moment[], openedAt: number): string[] {
  const ordered = [...moments].sort((one, other) => one.at - other.at);
  const times = ordered.map(({ at }) => elapsed(at - openedAt));
  const width = Math.max(...times.map((time) => time.length));
  const lines = ordered.map(
    ({ text, mark }, index) => `  ${(times[index] ?? '').padStart(width)}   ${text}${mark ? `   ← ${mark}` : ''}`,
  );
  if (lines.length <= LONGEST) return lines;
  const marked = ordered.findIndex(({ mark }) => mark !== undefined);
  const keep = (index: number) => index < 5 || index >= lines.length - 8 || Math.abs(index - marked) <= 1;
  const out: string[] = [];
  let left = 0;
  lines.forEach((line, index) => {
    if (!keep(index)) {
      left++;
      return;
    }
    if (left > 0) out.push(`  ${' '.repeat(width)}   … ${left} more`);
    left = 0;
    out.push(line);
  });
  return out;
}
