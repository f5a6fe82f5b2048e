// The page of waits that were started and never awaited, so that they could not fail their test: what each waited for,
// and where.
import { UnawaitedWaitError } from '../errors.ts';
import type { Wait } from '../hearing/wait.ts';
import { line } from '../printing/line.ts';
import { firstPlace, printPlace } from './code-frame.ts';

/** Writes the page. There is at least one wait. */
export function unawaitedError(waits: readonly Wait<never>[]): UnawaitedWaitError {
  const list = waits.map(({ title, frames }) => {
    const place = firstPlace(frames);
    return place ? line`  ${title}   ${printPlace(place)}` : line`  ${title}`;
  });
  const what = waits.length === 1 ? '1 wait was' : `${waits.length} waits were`;
  return new UnawaitedWaitError(
    [line`${what} started but never awaited: write "await" before it, or its outcome is lost.`, line``, ...list],
    { frames: waits[0]?.frames ?? '' },
  );
}
