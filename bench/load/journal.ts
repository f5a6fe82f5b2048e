// What the journal says while load.bench.ts runs: what is not done yet, and how each attempt at an API destination ended. It listens,
// because the journal itself keeps the newest facts only.
import type { Local } from '@earwitness/local';
import { FUNCTION_ATTEMPTS } from './template.ts';

export interface Watched {
  /** Deliveries and invocations of functions that are not done. */
  countOpen(): number;
  /** Event's id → the ends of its attempts at an API destination: a status or a code, and whether the target may have taken it. */
  readonly attempts: ReadonlyMap<string, readonly string[]>;
}

export function watchJournal({ journal }: Local): Watched {
  const deliveries = new Set<string>();
  const attempts = new Map<string, string[]>();
  /** Invocation's id → how often it failed. */
  const failures = new Map<string, number>();
  let invocations = 0;
  journal.listen((fact) => {
    switch (fact.kind) {
      case 'rule.matched':
        deliveries.add(`${fact.eventId} ${fact.rule}`);
        return;
      case 'delivery.attempted': {
        const delivered = fact.outcome === 'delivered';
        if (delivered) deliveries.delete(`${fact.eventId} ${fact.rule}`);
        if (delivered && fact.targetArn.includes(':function:')) invocations++;
        if (!fact.targetArn.includes(':api-destination/')) return;
        const ends = attempts.get(fact.eventId) ?? [];
        attempts.set(fact.eventId, ends);
        ends.push(
          delivered
            ? String(fact.status)
            : `${fact.status ?? fact.code}${mayBeTaken(fact.message) ? ', in doubt' : ''}`,
        );
        return;
      }
      case 'delivery.dead-lettered':
      case 'delivery.dropped':
        deliveries.delete(`${fact.eventId} ${fact.rule}`);
        return;
      case 'function.finished': {
        const failed = failures.get(fact.invocationId) ?? 0;
        if (fact.outcome === 'returned' || failed + 1 === FUNCTION_ATTEMPTS) invocations--;
        else failures.set(fact.invocationId, failed + 1);
        return;
      }
      case 'fault':
        console.error(`A fault of ours: ${fact.about}: ${fact.message}`);
    }
  });
  return { countOpen: () => deliveries.size + invocations, attempts };
}

function mayBeTaken(message: string): boolean {
  return message.includes('may have taken the event');
}
