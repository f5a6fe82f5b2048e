import type { Local } from '@earwitness/local';
import type { Fact } from '@earwitness/protocol/internal/journal/fact';

/** Resolves once a fact that fits is recorded. */
export function factOf({ journal }: Pick<Local, 'journal'>, fits: (fact: Fact) => boolean): Promise<void> {
  return new Promise((resolve) => {
    const stop = journal.listen((fact) => {
      if (!fits(fact)) return;
      stop();
      resolve();
    });
  });
}
