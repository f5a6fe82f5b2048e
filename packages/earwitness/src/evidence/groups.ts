// Evidence as its reader asks for it: by subscription, and by the test that a subscription or a wait belongs to.
import type { Evidence, EvidenceOf, RecordedTest } from './evidence.ts';

/** The lines of each subscription, in the order of the file. */
export function bySubscription(evidence: readonly Evidence[]): readonly (readonly Evidence[])[] {
  const groups = new Map<string, Evidence[]>();
  for (const one of evidence) {
    const group = groups.get(one.subscription);
    if (group) group.push(one);
    else groups.set(one.subscription, [one]);
  }
  return [...groups.values()];
}

/** A test and what it awaited; without one, what was awaited outside of a test, or before tests were recorded. */
export interface TestWaits {
  readonly test?: RecordedTest;
  readonly waits: readonly EvidenceOf<'wait'>[];
}

/** The waits of a subscription by their tests; of one that awaited nothing, the test that it was opened in. */
export function byTest(subscription: readonly Evidence[]): readonly TestWaits[] {
  const waits = subscription.filter((one) => one.kind === 'wait');
  const opened = subscription.find((one) => one.kind === 'subscription')?.test;
  if (waits.length === 0) return opened === undefined ? [] : [{ test: opened, waits }];
  const groups = new Map<string | undefined, { test?: RecordedTest; waits: EvidenceOf<'wait'>[] }>();
  for (const wait of waits) {
    const test = wait.test ?? opened;
    const group = groups.get(test?.title);
    if (group) group.waits.push(wait);
    else groups.set(test?.title, { waits: [wait], ...(test && { test }) });
  }
  return [...groups.values()];
}

/** What a subscription is called: its test, or the number of them, or else what it listened to. */
export function titleOf(subscription: readonly Evidence[]): string {
  const titles = byTest(subscription).flatMap(({ test }) => test?.title ?? []);
  const [only, ...others] = titles;
  if (only !== undefined) return others.length === 0 ? only : `${titles.length} tests`;
  return routesOf(subscription) || 'subscription';
}

/** What a subscription listened to. */
export function routesOf(subscription: readonly Evidence[]): string {
  const transports = subscription.flatMap((one) => (one.kind === 'subscription' ? one.transports : []));
  return transports.map(({ name }) => name).join(' and ');
}

/** Where a wait or a subscription stands in its file: `test/orders.test.ts:31:16`. */
export function placeOf(one: Evidence): string | undefined {
  if (one.kind !== 'wait' && one.kind !== 'subscription') return undefined;
  if (one.kind === 'wait' && one.place !== undefined) return one.place;
  const { file, line } = one.test ?? {};
  return file === undefined || line === undefined ? file : `${file}:${line}`;
}
