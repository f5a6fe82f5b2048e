// The value that comes nearest to what a test awaits, for pages about executions and items: as `Closest event` on those
// about events.
import type { Message } from '../event.ts';
import type { Expectation } from '../expectation/expectation.ts';
import { isMessage } from '../expectation/expectation.ts';
import { type Miss, rankMisses } from '../expectation/near-miss.ts';
import { countDifferences, findingLines } from '../page/closest.ts';
import { type Line, line } from '../printing/line.ts';
import { choosePaint } from '../printing/paint.ts';

/**
 * The values, the nearest first; those that no expectation can be about last. Of equals the first given is nearer.
 * @param keys paths by which things are told apart: they count three times
 */
export function rankValues<One extends { readonly value: unknown }>(
  expectation: Expectation,
  all: readonly One[],
  keys: readonly string[] = [],
): { readonly closest: Miss<One> | undefined; readonly others: readonly One[] } {
  const looked = all.flatMap((thing, at) =>
    isMessage(thing.value) ? [{ thing, message: thing.value, index: -at }] : [],
  );
  const [first, ...more] = rankMisses(expectation, looked, (path) => keys.includes(path));
  // A predicate that says no: nothing is closer to it. What it threw is worth showing.
  if (first?.findings.every(({ path, received }) => path === '' && received === 'false')) {
    return { closest: undefined, others: all };
  }
  const closest = first && { ...first, one: first.one.thing };
  const without = all.filter(({ value }) => !isMessage(value));
  return { closest, others: [...more.map(({ one }) => one.thing), ...without] };
}

/** `the closest differs in 1 of 2 fields` */
export { countDifferences };

/**
 * The section.
 * @param title `Closest execution`
 * @param facts of it: its name
 */
export function closestLines(
  title: string,
  { findings, passed }: Pick<Miss<unknown>, 'findings' | 'passed'>,
  facts: readonly string[],
): Line[] {
  const paint = choosePaint();
  const heading = [`${passed}/${findings.length} fields`, ...facts];
  return [line`${paint.bold(title)}   ${heading.join('   ')}`, ...findingLines(findings, paint).lines];
}

/** The messages of values, for the error that a test meets. */
export function messagesOf(all: readonly { readonly value: unknown }[]): Message[] {
  return all.flatMap(({ value }) => (isMessage(value) ? [value] : []));
}
