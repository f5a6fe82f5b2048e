import { afterEach, expect, test, vi } from 'vitest';
import { line } from '../printing/line.ts';
import { print, printData } from './terminal.ts';

const { isTTY } = process.stdout;
afterEach(() => {
  process.stdout.isTTY = isTTY;
  vi.restoreAllMocks();
});

/** What goes to stdout meanwhile. */
function written(isTerminal: boolean, write: () => void): string {
  let text = '';
  process.stdout.isTTY = isTerminal;
  vi.spyOn(process.stdout, 'write').mockImplementation((chunk) => {
    text += String(chunk);
    return true;
  });
  write();
  vi.restoreAllMocks();
  return text;
}

test('data goes into a pipe as it is; on a terminal its controls show', () => {
  const data = "export A='\u001b[2J\u202e'\nexport B='b'";
  expect(written(false, () => printData(data))).toBe(`${data}\n`);
  expect(written(true, () => printData(data))).toBe(`export A='${String.raw`\u001b[2J\u202e`}'\nexport B='b'\n`);
});

test('lines are printed each on a line, and no lines print nothing', () => {
  expect(written(false, () => print(line`a`, line``, line`${'b\n'}`))).toBe('a\n\nb\\n\n');
  expect(written(false, () => print())).toBe('');
});
