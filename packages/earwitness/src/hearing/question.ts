// What a wait asks of the recording, as data: pages and evidence put it into words, a replay asks it again.
import type { Expectation } from '../expectation/expectation.ts';

/** One question, in the form in which its verb decides it. */
export type Question =
  /** One match. */
  | { readonly kind: 'one'; readonly expectation: Expectation }
  /** The first `count` matches. */
  | { readonly kind: 'many'; readonly expectation: Expectation; readonly count: number }
  /** A match for each step, each after the one before. */
  | { readonly kind: 'sequence'; readonly steps: readonly Expectation[] }
  /** So many matches and not one more. */
  | { readonly kind: 'exactly'; readonly expectation: Expectation; readonly count: number }
  /** Every match until the time is over. */
  | { readonly kind: 'all'; readonly expectation: Expectation }
  /** Nothing at all for so long. */
  | { readonly kind: 'silence'; readonly quietMs: number }
  /** The next message of an iteration. */
  | { readonly kind: 'next' };

/** The question in a few words: `exactly 2 × OrderCreated`. */
export function titleOf(question: Question): string {
  switch (question.kind) {
    case 'one':
      return question.expectation.title;
    case 'many':
      return `${question.count} × ${question.expectation.title}`;
    case 'sequence':
      return question.steps.map(({ title }) => title).join(' → ');
    case 'exactly': {
      const { count, expectation } = question;
      return count === 0 ? `no ${expectation.title}` : `exactly ${count} × ${expectation.title}`;
    }
    case 'all':
      return `all of ${question.expectation.title}`;
    case 'silence':
      return `${question.quietMs} ms of silence`;
    case 'next':
      return 'the next message';
  }
}
