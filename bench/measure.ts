// What the benches share: percentiles of a sample, tables that fit a terminal, a call of their own, the command line as people run it.
import { readFileSync } from 'node:fs';

/** The value below which `share` (0 to 1) of the sample lies. */
export function percentile(sample: readonly number[], share: number): number {
  const sorted = [...sample].sort((a, b) => a - b);
  return sorted[Math.min(Math.floor(sorted.length * share), sorted.length - 1)] ?? Number.NaN;
}

/** Median with the spread of the middle: `12.3 (11.8–14.0)`. */
export function summary(sample: readonly number[], digits = 1): string {
  const [median, low, high] = [0.5, 0.1, 0.9].map((share) => percentile(sample, share).toFixed(digits));
  return `${median} (${low}–${high})`;
}

export function printTable(columns: readonly string[], rows: readonly (readonly string[])[]): void {
  const widths = columns.map((name, index) => Math.max(name.length, ...rows.map((row) => row[index]?.length ?? 0)));
  const line = (cells: readonly string[]) =>
    `| ${cells.map((cell, index) => cell.padEnd(widths[index] ?? 0)).join(' | ')} |`;
  console.log(line(columns));
  console.log(line(widths.map((width) => '-'.repeat(width))));
  for (const row of rows) console.log(line(row));
}

/** Processor time that a process of Linux has had, ms. */
export function cpuMs(pid: number): number {
  const fields = readFileSync(`/proc/${pid}/stat`, 'utf8')
    .replace(/^.*\) /s, '')
    .split(' ');
  // The kernel counts in hundredths of a second.
  return 10 * (Number(fields[11]) + Number(fields[12]));
}

/** Processor time that the main thread of a process of Linux has had, ms: without its workers, and what V8 does beside it. */
export function mainThreadMs(pid: number): number {
  const [nanoseconds] = readFileSync(`/proc/${pid}/task/${pid}/schedstat`, 'utf8').split(' ');
  return Number(nanoseconds) / 1e6;
}

const account = '000000000000';

/** A call with the account's own credentials, for the dispatcher of a local cloud. */
export const ownCall = {
  account,
  region: 'us-east-1',
  principal: { kind: 'account', arn: `arn:aws:iam::${account}:root` },
} as const;

/** The built command line. */
export const cli = new URL('../packages/earwitness/dist/bin/earwitness.js', import.meta.url).pathname;
