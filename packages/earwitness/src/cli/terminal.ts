// Where the command line speaks: what was asked for goes to stdout, talk to stderr, both as lines. Nothing else in this room writes.
import { type Line, linesOf } from '../printing/line.ts';
import { choosePaint } from '../printing/paint.ts';

/** The colours of this process's terminal. */
export const paint = choosePaint();

/** Says something on stdout. */
export function print(...lines: readonly Line[]): void {
  if (lines.length === 0) return;
  process.stdout.write(lines.map((one) => `${one}\n`).join(''));
}

/** Says something on stderr. */
export function say(...lines: readonly Line[]): void {
  process.stderr.write(lines.map((one) => `${one}\n`).join(''));
}

/** Hands text to a program: as it is, unless it is a terminal that would read it. */
export function printData(text: string): void {
  if (process.stdout.isTTY) print(...linesOf(text));
  else process.stdout.write(`${text}\n`);
}
