// What went over the road at a mark: payloads as they were recorded.
import type { Fact, FactOf } from '@earwitness/protocol/internal/journal/fact';

export interface Payload {
  readonly title: string;
  /** JSON text, or any other. */
  readonly text: string;
}

/** @param facts among which the answer to a request, and what a target got, are looked for */
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
    case 'delivery.attempted':
    case 'delivery.dead-lettered':
      return shapedPayloads(fact.deliveryId, facts);
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

/** What a target got, and the event that it was made of; nothing where nobody looked on while it was made. */
function shapedPayloads(deliveryId: string, facts: readonly Fact[]): Payload[] {
  const shaped = facts.find(
    (one): one is FactOf<'delivery.shaped'> => one.kind === 'delivery.shaped' && one.deliveryId === deliveryId,
  );
  if (!shaped) return [];
  const event = facts.flatMap((one) =>
    one.kind === 'event.accepted' && one.eventId === shaped.eventId ? [one.event] : [],
  )[0];
  if (shaped.input === undefined)
    return event === undefined ? [] : [{ title: 'The target got the event', text: event }];
  const before = event === undefined ? [] : [{ title: 'The event, before its input was made', text: event }];
  return [...before, { title: 'What the target got', text: shaped.input }];
}
