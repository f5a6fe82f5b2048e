// Facts without their secrets, as they may be kept. Events and messages stand in them as JSON texts, in which redaction
// sees no names of fields unless they are read.
import type { QueuedMessage } from '@earwitness/protocol/internal/admin/queued-messages';
import type { Fact } from '@earwitness/protocol/internal/journal/fact';
import { parseMessage } from '../event.ts';
import { redact } from '../expectation/print.ts';

/** A copy of a fact without what looks like a secret. */
export function withoutSecrets(fact: Fact): Fact {
  return redact(textsRedacted(fact)) as Fact;
}

/** A text without its secrets; one that is JSON by the names of its fields, too. */
export function redactText(text: string): string {
  const message = parseMessage(text);
  return typeof message === 'string' ? String(redact(message)) : JSON.stringify(redact(message));
}

/** The same of a message's attributes: each is redacted by its own name. */
export function attributesWithoutSecrets(attributes: QueuedMessage['attributes']): QueuedMessage['attributes'] {
  const kept = Object.entries(attributes).map(([name, { type, value }]) => {
    const shown = redact(redactText(value), name);
    return [name, { type, value: String(shown) }] as const;
  });
  return Object.fromEntries(kept);
}

function textsRedacted(fact: Fact): Fact {
  switch (fact.kind) {
    case 'event.accepted':
      return { ...fact, event: redactText(fact.event) };
    case 'topic.published':
    case 'notification.published':
      return fact.text === undefined ? fact : { ...fact, text: redactText(fact.text) };
    case 'delivery.shaped':
    case 'stand-in.received':
      return fact.input === undefined ? fact : { ...fact, input: redactText(fact.input) };
    default:
      return fact;
  }
}
