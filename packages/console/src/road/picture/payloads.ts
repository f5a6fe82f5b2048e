// What went over the road at a mark: payloads as they were recorded.
import type { Fact } from '@earwitness/protocol/internal/journal/fact';

export interface Payload {
  readonly title: string;
  /** JSON text, or any other. */
  readonly text: string;
}

/** @param facts among which the answer to a request is looked for */
export function payloadsOf(fact: Fact, facts: readonly Fact[]): Payload[] {
  switch (fact.kind) {
    case 'event.accepted':
      return [{ title: 'Envelope', text: fact.event }];
    case 'request.received':
      return facts.flatMap((one) =>
        one.kind === 'request.answered' && one.requestId === fact.requestId && one.body !== undefined
          ? [{ title: 'Answer', text: one.body }]
          : [],
      );
    case 'topic.published':
      return fact.text === undefined ? [] : [{ title: 'Item', text: fact.text }];
    case 'notification.published':
      return [{ title: 'Message', text: fact.text }];
    case 'stand-in.received':
      return fact.input === undefined ? [] : [{ title: 'What it got', text: fact.input }];
    default:
      return [];
  }
}
