// The lines of the test around the one that waited, read from the file when a page needs them. Where the file cannot be
// read (bundled tests, another machine's paths), or the runner shows them, there is simply no frame.
import { readFile } from 'node:fs/promises';
import { basename } from 'node:path';
import { fileURLToPath } from 'node:url';
import { cut } from '@earwitness/protocol/internal/text/cut';
import { showControls } from '@earwitness/protocol/internal/text/show-controls';
import { type Line, line } from '../printing/line.ts';
import type { Paint } from '../printing/paint.ts';

/** A place in a source file; line and column count from 1. */
export interface Place {
  readonly file: string;
  readonly line: number;
  readonly column: number;
}

/** The first place in stack frames. */
export function firstPlace(frames: string): Place | undefined {
  const match = /(file:\/\/[^\s()]+|(?:[A-Za-z]:)?[\\/][^()\n]*?):(\d+):(\d+)\)?$/m.exec(frames);
  const [, file, line, column] = match ?? [];
  if (file === undefined) return undefined;
  return {
    file: file.startsWith('file://') ? fileURLToPath(file) : file,
    line: Number(line),
    column: Number(column),
  };
}

/** `orders.test.ts:31`; with a column Playwright would take it for a line of the stack, and show no code. */
export function printPlace(place: Pick<Place, 'file' | 'line'>): string {
  return `${basename(place.file)}:${place.line}`;
}

/** Whether the runner shows the lines around the place itself, under each error: vitest, jest and Playwright do. */
export function isShownByRunner(environment: NodeJS.ProcessEnv = process.env): boolean {
  return ['VITEST', 'JEST_WORKER_ID', 'TEST_WORKER_INDEX'].some((name) => environment[name] !== undefined);
}

/** The lines of a file; undefined where it cannot be read. */
export async function readCode(file: string): Promise<readonly string[] | undefined> {
  const text = await readFile(file, 'utf8').catch(() => undefined);
  return text?.split('\n');
}

/** Whether a test compares what it awaits at a place with null, as helpers returned for nothing. */
export function expectsNothing(lines: readonly string[], { line: number }: Place): boolean {
  const near = lines.slice(number - 1, number + 3).join('\n');
  return /(?<!\.not)\.(toBeNull|toBeUndefined|toBeFalsy)\(\)|\.to\.be\.(null|undefined)\b/.test(near);
}

/** Two lines before the place, the line itself with a mark under the column, one line after. */
export function codeFrame(lines: readonly string[], place: Place, paint: Paint): Line[] {
  if (lines[place.line - 1] === undefined) return [];
  const from = Math.max(1, place.line - 2);
  const to = Math.min(lines.length, place.line + 1);
  const gutter = String(to).length;
  const frame: Line[] = [];
  for (let number = from; number <= to; number++) {
    const source = (lines[number - 1] ?? '').replaceAll('\t', '  ').trimEnd();
    const text = cut(showControls(source), 76 - gutter - 5);
    const here = number === place.line;
    const quoted = `${here ? '>' : ' '} ${String(number).padStart(gutter)} | ${text}`.trimEnd();
    frame.push(here ? line`${quoted}` : paint.dim(quoted));
    if (here) frame.push(paint.red(`  ${' '.repeat(gutter)} | ${' '.repeat(place.column - 1)}^`));
  }
  return frame;
}
