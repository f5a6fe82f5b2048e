// What a verb hands out for its matches: each message, or what the schema made of it. The two casts of the kit's verbs are here: that
// a message which met an expectation has the type T, its compiled form cannot say. `Matched` (expectation/expected.ts) says it of what
// the test wrote.
import type { Received } from '../event.ts';
import type { Expectation } from '../expectation/expectation.ts';

/** The output for one match. */
export function outputOf<T>(expectation: Expectation, { message }: Received): T {
  return (expectation.output ? expectation.output(message) : message) as T;
}

/** The outputs for a sequence: a match for each step. */
export function outputsOf<T extends readonly unknown[]>(steps: readonly Expectation[], found: readonly Received[]): T {
  const outputs: readonly unknown[] = steps.flatMap((step, index) => {
    const received = found[index];
    return received ? [outputOf(step, received)] : [];
  });
  return outputs as T;
}
