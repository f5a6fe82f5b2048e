// What IAM said of a principal and a request, kept until something is written to IAM: the same is asked for every event. A bounded memory,
// because the questions name resources, of which there is no end.
import type { Journal } from '../journal/journal.ts';

/** Ours: verdicts kept. Beyond that all are forgotten and asked for again. */
const MAX_VERDICTS = 10_000;

const READS = /^(Get|List|Simulate)/;

export interface Verdicts<Verdict> {
  has(question: string): boolean;
  get(question: string): Verdict | undefined;
  set(question: string, verdict: Verdict): void;
  clear(): void;
  /** Stops listening to what is written to IAM. */
  close(): void;
}

export function createVerdicts<Verdict>(journal: Journal): Verdicts<Verdict> {
  const verdicts = new Map<string, Verdict>();
  const close = journal.listen((fact) => {
    if (fact.kind === 'call' && fact.service === 'iam' && !READS.test(fact.operation)) verdicts.clear();
  });
  return {
    has: (question) => verdicts.has(question),
    get: (question) => verdicts.get(question),
    set(question, verdict) {
      if (verdicts.size >= MAX_VERDICTS) verdicts.clear();
      verdicts.set(question, verdict);
    },
    clear: () => verdicts.clear(),
    close,
  };
}
