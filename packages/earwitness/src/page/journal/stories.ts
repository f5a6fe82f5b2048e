// Facts that belong together: a story is one request, or one event from outside, and all that it brought about. The
// ids in facts tie them: trace (request → function → event), event (→ rules → deliveries), invocation, request. A batch
// holds messages of several stories: what became of it is told in each of them, and joins none.
import type { Fact } from '@earwitness/protocol/internal/journal/fact';
import { eventIdIn } from '@earwitness/protocol/internal/journal/journey';
import { rootOf } from '@earwitness/protocol/internal/journal/trace';

/** Oldest fact first. */
export interface Story {
  readonly facts: readonly Fact[];
}

/** What a story begins with: not the call that asks whether a caller may do it. */
export function beginningOf({ facts }: Story): Fact | undefined {
  return facts.find(({ kind }) => kind !== 'call') ?? facts[0];
}

/** The stories of facts, in the order in which they begin; a fact without any id is none. */
export function storiesOf(facts: readonly Fact[]): readonly Story[] {
  const groups = new Groups();
  for (const fact of facts) groups.join(keysOf(fact));
  const taken = new Set(facts.flatMap((fact) => ('takenAs' in fact && fact.takenAs ? [fact.takenAs] : [])));
  const batches = new Map<string, readonly string[]>();
  for (const fact of facts) {
    if (fact.kind !== 'function.invoked' || !fact.batch) continue;
    batches.set(
      fact.invocationId,
      fact.batch.messageIds.filter((id) => taken.has(id)),
    );
  }
  const stories = new Map<string, Fact[]>();
  for (const fact of facts) {
    const [key] = keysOf(fact);
    const messages = messagesOf(fact, batches);
    const owners = messages?.map((id) => `taken ${id}`) ?? (key === undefined ? [] : [key]);
    for (const owner of new Set(owners.map((one) => groups.find(one)))) {
      const story = stories.get(owner);
      if (story) story.push(fact);
      else stories.set(owner, [fact]);
    }
  }
  return [...stories.values()].map((one) => ({ facts: one }));
}

/** The messages in whose stories a fact of a batch stands: of those that went back, theirs alone. */
function messagesOf(fact: Fact, batches: ReadonlyMap<string, readonly string[]>): readonly string[] | undefined {
  const all = 'invocationId' in fact ? batches.get(fact.invocationId ?? '') : undefined;
  if (!all || all.length === 0) return undefined;
  return fact.kind === 'batch.returned' ? all.filter((id) => fact.messageIds.includes(id)) : all;
}

/**
 * The facts, in which each message that a topic refused has the event that it was made of. An input transformer may
 * have taken the id away; the delivery that was refused is the next one to that topic that fails.
 */
export function namedRefusals(facts: readonly Fact[]): readonly Fact[] {
  return facts.map((fact, index) => {
    if (fact.kind !== 'topic.refused' || fact.eventId !== undefined) return fact;
    const topic = `/topics/${encodeURIComponent(fact.cache)}/${encodeURIComponent(fact.topic)}`;
    const attempt = facts
      .slice(index)
      .find((one) => one.kind === 'delivery.attempted' && one.outcome !== 'delivered' && one.url?.endsWith(topic));
    return attempt?.kind === 'delivery.attempted' ? { ...fact, eventId: attempt.eventId } : fact;
  });
}

function messageIdOf(fact: Fact): string | undefined {
  return 'messageId' in fact ? fact.messageId : undefined;
}

/** The names under which a fact is known. */
function keysOf(fact: Fact): string[] {
  const keys: string[] = [];
  const add = (kind: string, id: string | undefined) => {
    if (id !== undefined) keys.push(`${kind} ${id}`);
  };
  if ('eventId' in fact) add('event', fact.eventId);
  if (fact.kind === 'topic.published') add('event', eventIdIn(fact.text));
  if ('traceId' in fact) add('trace', rootOf(fact.traceId));
  if ('requestId' in fact) add('request', fact.requestId);
  if ('invocationId' in fact) add('invocation', fact.invocationId);
  // A rule's delivery is taken as an execution, and so is a task that starts another one.
  if ('executionArn' in fact) add('taken', fact.executionArn);
  if (fact.kind === 'message.redriven' || fact.kind.startsWith('notification.')) add('taken', messageIdOf(fact));
  if (fact.kind === 'notification.delivered') for (const { takenAs } of fact.to) add('taken', takenAs);
  // The invocation of a function, or the message of a queue, which a batch has.
  if ('takenAs' in fact && fact.takenAs !== undefined) {
    add('invocation', fact.takenAs);
    add('taken', fact.takenAs);
  }
  return keys;
}

/** Names that mean the same. */
class Groups {
  readonly #parents = new Map<string, string>();

  find(key: string): string {
    let root = key;
    for (let parent = this.#parents.get(root); parent !== undefined; parent = this.#parents.get(root)) root = parent;
    return root;
  }

  join([first, ...others]: readonly string[]): void {
    if (first === undefined) return;
    for (const other of others) {
      const [one, two] = [this.find(first), this.find(other)];
      if (one !== two) this.#parents.set(two, one);
    }
  }
}
