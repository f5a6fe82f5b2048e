// Pages are loaded when one is due. Where a test's limit is going to end a wait, that would make its page late.

/** Begins to load what the page of a missed event is made of. */
export function preparePage(): void {
  void import('./missed.ts');
}
