// What branches and iterations gave so far, in rows: see `Results`.
import type { Json } from '../../json.ts';
import type { Result, Results } from '../execution.ts';

const ROW = 100;

export function noResults(length: number): Results {
  const rows: null[][] = [];
  for (let left = length; left > 0; left -= ROW) rows.push(new Array<null>(Math.min(left, ROW)).fill(null));
  return rows;
}

export function withResult(results: Results, index: number, result: Result): Results {
  const row = Math.floor(index / ROW);
  return results.with(row, (results[row] ?? []).with(index % ROW, result));
}

/** The outputs of all, in their order. */
export function outputsOf(results: Results): Json[] {
  return results.flat().map((result) => result?.output ?? null);
}
