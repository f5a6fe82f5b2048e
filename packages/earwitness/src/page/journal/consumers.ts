// A function that is at fault, in the lines that name it: what it threw, where, what it wrote last, and what becomes of
// the messages that it got.
import { isAbsolute, relative } from 'node:path';
import { errorText } from '@earwitness/protocol/internal/journal/error-text';
import type { Fact, FactOf } from '@earwitness/protocol/internal/journal/fact';
import type { NameOf } from '@earwitness/protocol/internal/journal/names';
import { wordsOf } from '@earwitness/protocol/internal/journal/words';
import { firstPlace } from '../code-frame.ts';
import { readQueue } from '../queue.ts';

/** What ended an invocation badly. */
export type ConsumerFault = FactOf<'function.finished'> | FactOf<'batch.returned'>;

/** Whether a fact is one. */
export function isConsumerFault(fact: Fact): fact is ConsumerFault {
  if (fact.kind === 'batch.returned') return true;
  return fact.kind === 'function.finished' && fact.outcome !== 'returned' && fact.outcome !== 'stands in';
}

interface Namers {
  readonly nameOf: NameOf;
  /** What a message of a queue carries, by its id. */
  readonly titleOf: (messageId: string) => string | undefined;
}

/** What went wrong, in the lines that name it. */
interface ConsumerLines {
  readonly sentence: string;
  /** Where, and what it wrote last. */
  readonly details: readonly string[];
  /** Until when its messages are hidden. */
  readonly hidden: readonly string[];
}

/** Puts it into words. */
export async function describeConsumer(
  fault: ConsumerFault,
  facts: readonly Fact[],
  { nameOf, titleOf }: { readonly nameOf: NameOf; readonly titleOf: (fact: Fact) => string | undefined },
): Promise<ConsumerLines> {
  const ofInvocation = facts.filter((fact) => 'invocationId' in fact && fact.invocationId === fault.invocationId);
  const [log] = ofInvocation.flatMap((fact) => (fact.kind === 'function.log' ? [fact.line] : [])).slice(-1);
  const titleOfMessage = (id: string) => {
    const delivery = facts.find((fact) => 'takenAs' in fact && fact.takenAs === id);
    return delivery && titleOf(delivery);
  };
  return {
    sentence: sentenceOf(fault, { nameOf, titleOf: titleOfMessage }),
    details: [...placeOf(fault), ...(log === undefined ? [] : [`its last log line: ${log.split('\n', 1)[0]}`])],
    hidden: await hiddenMessages(fault, facts, nameOf),
  };
}

function sentenceOf(fault: ConsumerFault, { nameOf, titleOf }: Namers): string {
  const name = nameOf(fault.functionName);
  if (fault.kind === 'function.finished') {
    return `function ${name} ${fault.outcome}${fault.error ? ` ${errorText(fault.error)}` : ''}`;
  }
  const queue = nameOf(fault.queueArn);
  const titles = fault.messageIds.map((id) => titleOf(id) ?? `message ${id}`);
  const [what = ''] = titles;
  if (fault.of === 1) return `function ${name} gave its message back to ${queue}: ${what}`;
  return `function ${name} gave back ${titles.length} of ${fault.of} messages to ${queue}: ${titles.join(', ')}`;
}

/** Where it threw: the first frame that is neither of a package nor of Node. */
function placeOf(fault: ConsumerFault): string[] {
  if (fault.kind !== 'function.finished') return [];
  // Python's are written as Node's.
  const frames = (fault.error?.stack ?? []).map((frame) => frame.replace(/^File "(.+)", line (\d+).*$/, 'at $1:$2:1'));
  const own = frames.filter((frame) => !/[\\/](node_modules|(site|dist)-packages)[\\/]|\(node:|at node:/.test(frame));
  const place = firstPlace(own.join('\n')) ?? firstPlace(frames.join('\n'));
  if (!place) return [];
  const fromHere = relative(process.cwd(), place.file);
  const file = fromHere.startsWith('..') || isAbsolute(fromHere) ? place.file : fromHere;
  return [`at ${file}:${place.line}`];
}

/** The facts that say that messages of a fault have moved to a dead-letter queue since. */
export function redrivesOf(fault: ConsumerFault, facts: readonly Fact[]): FactOf<'message.redriven'>[] {
  const messages =
    fault.kind === 'batch.returned'
      ? fault.messageIds
      : facts.flatMap((fact) =>
          fact.kind === 'function.invoked' && fact.invocationId === fault.invocationId
            ? (fact.batch?.messageIds ?? [])
            : [],
        );
  return facts.filter((fact) => fact.kind === 'message.redriven').filter((fact) => messages.includes(fact.messageId));
}

/** Its messages are in their queue, and nobody sees them for a while. */
async function hiddenMessages(fault: ConsumerFault, facts: readonly Fact[], nameOf: NameOf): Promise<string[]> {
  const invoked = facts.find((fact) => fact.kind === 'function.invoked' && fact.invocationId === fault.invocationId);
  if (invoked?.kind !== 'function.invoked' || !invoked.batch) return [];
  const redriven = redrivesOf(fault, facts);
  if (redriven.length > 0) return redriven.map((fact) => wordsOf(fact, undefined, nameOf).sentence);
  const queue = await readQueue(invoked.batch.queueArn);
  if (!queue) return [];
  const { visibilitySeconds, redrive } = queue;
  const name = nameOf(invoked.batch.queueArn);
  const [it, is] =
    fault.kind === 'batch.returned' && fault.messageIds.length > 1 ? ['they are', 'them'] : ['it is', 'it'];
  const until = `${it} hidden in ${name} for ${visibilitySeconds} s: npx earwitness time +${visibilitySeconds}s brings ${is} back`;
  if (!redrive) return [until];
  const times = redrive.maxReceiveCount === 1 ? 'once' : `${redrive.maxReceiveCount} times`;
  return [until, `received ${times}, ${is === 'it' ? 'it goes' : 'they go'} to ${nameOf(redrive.queueArn)} instead`];
}
