// The error of a wait for an item that did not come: the closest of the items that are there, and what kept it from
// coming. Loaded when it is needed.
import { EventNotReceivedError } from '../../errors.ts';
import type { Expectation } from '../../expectation/expectation.ts';
import { printValue } from '../../expectation/print.ts';
import { indent, joinSections, line, linesOf } from '../../printing/line.ts';
import { choosePaint } from '../../printing/paint.ts';
import { closestLines, countDifferences, messagesOf, rankValues } from '../closest.ts';
import { findCulprit } from '../culprit/culprit.ts';

/** Ours: items that a page shows beside the closest. */
const SHOWN_ITEMS = 4;
/** Of a page. */
const COLUMNS = 80;

/** What was awaited. */
interface Missed {
  /** As the test calls it. */
  readonly table: string;
  readonly timeoutMs: number;
  readonly expectation: Expectation;
  /** When the wait began, epoch ms. */
  readonly startedAt: number;
  readonly frames: string;
}

/**
 * Looks for what kept it from coming, too.
 * @param all the items that are there
 * @param keys the attributes of the table's key
 */
export async function missedItemError(
  { table, timeoutMs, expectation, startedAt, frames }: Missed,
  all: readonly unknown[],
  keys: readonly string[],
): Promise<EventNotReceivedError> {
  const paint = choosePaint();
  const culprit = await findCulprit(expectation, startedAt);
  const seen = all.map((value) => ({ value }));
  const { closest, others } = rankValues(expectation, seen, keys);
  const shown = others.slice(0, SHOWN_ITEMS);
  const why = culprit.headline ?? (closest && countDifferences(closest));
  const headline = line`no item of ${table} matched within ${timeoutMs} ms${why === undefined ? '' : `: ${why}`}`;
  const page = joinSections(headline, [
    culprit.cause,
    closest === undefined ? [] : closestLines('Closest item', closest, []),
    [line`${paint.bold('Expected')}`, ...indent(linesOf(expectation.text))],
    all.length === 0 ? [line`the table has no items`] : [],
    shown.length === 0
      ? []
      : [
          line`${paint.bold('Other items')}   ${others.length === 1 ? 'one' : `${others.length}, the closest first`}`,
          ...shown.map(({ value }) => line`  ${printValue(value, { maxChars: COLUMNS - 4 })}`),
          ...(others.length > shown.length ? [line`  … ${others.length - shown.length} more`] : []),
        ],
    culprit.console,
  ]);
  return new EventNotReceivedError(page, { frames, received: messagesOf(seen) });
}
