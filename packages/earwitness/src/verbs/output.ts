// What a verb returns for its matches: each message, or the schema's output for it. The two casts of the verbs are
// here: a compiled expectation does not know the type T of the messages that meet it. `Matched`
// (expectation/expected.ts) derives it from what the test wrote.
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
