// What of the stacks stands in, in a few lines; the whole is `earwitness check`.
import { type Line, line } from '../printing/line.ts';
import type { AssessedStack } from './assess-plan.ts';

/** Kinds that are listed; the rest is counted. Ours. */
const LISTED_KINDS = 4;

/** No line when everything is served. */
export function standInLines(assessed: readonly AssessedStack[]): Line[] {
  const counts = new Map<string, number>();
  for (const { type, property } of assessed.flatMap(({ assessment }) => assessment.standsIn)) {
    const kind = property === undefined ? type : `${type}, its ${property.replace(/\W.*/, '')}`;
    counts.set(kind, (counts.get(kind) ?? 0) + 1);
  }
  if (counts.size === 0) return [];
  const total = [...counts.values()].reduce((sum, count) => sum + count, 0);
  const rows = [...counts].toSorted(([, a], [, b]) => b - a);
  const more = rows.length - LISTED_KINDS;
  return [
    line`Stands in: ${total}. npx earwitness check says what that means.`,
    ...rows.slice(0, LISTED_KINDS).map(([kind, count]) => line`  ${count} × ${kind}`),
    ...(more > 0 ? [line`  … and ${more} more ${more === 1 ? 'kind' : 'kinds'}`] : []),
  ];
}
