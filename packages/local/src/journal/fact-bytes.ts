// What a fact costs in memory, estimated: from lengths alone, because it is asked for every fact. Measured on Node 20
// (64 bits), facts take 0.9 to 1.1 times as much of the heap; journal.test.ts holds them to 0.6 and 1.3.
import type { FactBody } from '@earwitness/protocol/internal/journal/fact';

/** The object, its numbers, and the journal's entry for it. */
const OBJECT_BYTES = 112;
/** A string's header, and its place in the object. */
const STRING_BYTES = 16;

/**
 * V8 keeps a string in one byte a character unless one of them is beyond Latin-1. It knows at once that this cannot
 * match then.
 */
const WIDE = /[\u0100-\uffff]/;

/** Bytes of a string's characters. */
export function textBytes(text: string): number {
  return WIDE.test(text) ? text.length * 2 : text.length;
}

/** Bytes of a fact; without its text when that `isShared` and counted by itself. */
export function factBytes(fact: FactBody, isShared: boolean): number {
  // The kinds that every event brings, without a look at each member: names and ids are short, and shared with other
  // facts.
  switch (fact.kind) {
    case 'event.accepted':
      return OBJECT_BYTES + 300 + (isShared ? 0 : textBytes(fact.event));
    case 'topic.published':
      return OBJECT_BYTES + 100 + (isShared ? 0 : textBytes(fact.text ?? ''));
    case 'call':
      if (fact.error) break;
      return OBJECT_BYTES + 180;
    case 'rule.matched':
    case 'event.unmatched':
    case 'subscription.received':
      return OBJECT_BYTES + 80;
    case 'notification.delivered':
      return OBJECT_BYTES + 100 + 120 * fact.to.length;
    case 'delivery.attempted':
      if (fact.outcome !== 'delivered') break;
      return OBJECT_BYTES + 300 + (fact.takenAs === undefined ? 0 : STRING_BYTES + textBytes(fact.takenAs));
  }
  return OBJECT_BYTES + memberBytes(fact);
}

function memberBytes(members: object): number {
  let bytes = 0;
  for (const value of Object.values(members)) {
    if (typeof value === 'string') bytes += STRING_BYTES + textBytes(value);
    else if (typeof value === 'object' && value !== null) bytes += memberBytes(value);
  }
  return bytes;
}
