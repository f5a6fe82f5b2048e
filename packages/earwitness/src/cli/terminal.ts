// The only place where the command line writes: results to stdout, remarks to stderr, both as lines.
import { type Line, linesOf } from '../printing/line.ts';
import { choosePaint } from '../printing/paint.ts';

/** The colours of this process's terminal. */
export const paint = choosePaint();

/** Prints lines on stdout. */
export function print(...lines: readonly Line[]): void {
  if (lines.length === 0) return;
  process.stdout.write(lines.map((one) => `${one}\n`).join(''));
}

/** Prints lines on stderr. */
export function say(...lines: readonly Line[]): void {
  process.stderr.write(lines.map((one) => `${one}\n`).join(''));
}

/** Writes text for a program: as it is, unless stdout is a terminal. */
export function printData(text: string): void {
  if (process.stdout.isTTY) print(...linesOf(text));
  else process.stdout.write(`${text}\n`);
}
