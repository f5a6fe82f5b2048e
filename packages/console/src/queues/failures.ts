// Why a queue's messages were not done with: what the functions that received them said at last. Bounded: the oldest
// make room.
import type { Fact } from '@earwitness/protocol/internal/journal/fact';
import { wordsOf } from '@earwitness/protocol/internal/journal/words';
import { showControls } from '@earwitness/protocol/internal/text/show-controls';
import { onFacts } from '../journal/live.ts';

export interface Failure {
  readonly text: string;
  readonly invocationId: string;
}

/** Ours. */
const MAX_REMEMBERED = 5000;

export class Failures {
  /** By message. */
  readonly #failures = new Map<string, Failure>();
  /** Messages of invocations that are under way. */
  readonly #batches = new Map<string, readonly string[]>();

  take(fact: Fact): void {
    switch (fact.kind) {
      case 'function.invoked':
        if (fact.batch) remember(this.#batches, fact.invocationId, fact.batch.messageIds);
        return;
      case 'function.finished': {
        const messages = this.#batches.get(fact.invocationId) ?? [];
        this.#batches.delete(fact.invocationId);
        if (fact.outcome !== 'returned') this.#fail(messages, fact.invocationId, fact);
        return;
      }
      case 'batch.returned':
        this.#fail(fact.messageIds, fact.invocationId, fact);
    }
  }

  forget(): void {
    this.#failures.clear();
    this.#batches.clear();
  }

  find(messageId: string): Failure | undefined {
    return this.#failures.get(messageId);
  }

  #fail(messages: readonly string[], invocationId: string, fact: Fact): void {
    const text = showControls(wordsOf(fact).text);
    for (const id of messages) remember(this.#failures, id, { text, invocationId });
  }
}

function remember<Value>(map: Map<string, Value>, key: string, value: Value): void {
  map.delete(key);
  map.set(key, value);
  if (map.size <= MAX_REMEMBERED) return;
  for (const oldest of map.keys()) {
    map.delete(oldest);
    return;
  }
}

export const failures = new Failures();
onFacts({
  take(facts) {
    for (const fact of facts) failures.take(fact);
  },
  forget: () => failures.forget(),
});
