// The queues as the cloud tells of them: what lies in them now, and which of them are dead-letter queues of what. Asked
// again after something happened, and from time to time, as messages come back by the clock alone.
import type { CloudMap } from '@earwitness/protocol/internal/admin/cloud-map';
import type { QueueState } from '@earwitness/protocol/internal/admin/cloud-state';
import type { QueuedMessage, QueuedMessages } from '@earwitness/protocol/internal/admin/queued-messages';
import { effect, signal } from '@preact/signals';
import { get, readMap, readState } from '../admin.ts';
import { createBeat } from '../parts/beat.ts';
import { nodeTitle } from '../parts/names.ts';
import { wait } from '../time.ts';

/** Ours, ms: between two questions while facts come in, and while none do. */
const BUSY_MS = 400;
const IDLE_MS = 3000;
/** Ours: messages that are shown, until the reader wants more. */
export const PAGE_MESSAGES = 50;

export interface KnownQueue extends QueueState {
  readonly title: string;
  /** What leaves its dead letters here. */
  readonly deadLettersOf: readonly Source[];
}

export interface Source {
  readonly id: string;
  readonly kind: 'queue' | 'other';
  readonly title: string;
  /** `received 3 times` */
  readonly label?: string;
}

export interface KnownQueues {
  /** Absent until the cloud has told of them once. */
  readonly queues?: readonly KnownQueue[];
  /** Epoch ms by the cloud's clock. */
  readonly now: number;
  /** Why they could not be read, in the cloud's words. */
  readonly problem?: string;
}

export const knownQueues = signal<KnownQueues>({ now: 0 });

/** What lies in the queue that is looked into. */
export interface Look {
  readonly queue: string;
  /** Absent until the cloud has told of them once. */
  readonly messages?: readonly QueuedMessage[];
  /** Whether there are more. */
  readonly hasMore?: boolean;
  readonly problem?: string;
}

export const look = signal<Look>({ queue: '' });

/** For how many messages the cloud is asked. */
export const wanted = signal(PAGE_MESSAGES);

/** Reads the queues, and what lies in one of them, until the returned function is called. */
export function followQueues(queue: string | undefined): () => void {
  wanted.value = PAGE_MESSAGES;
  if (queue !== undefined && look.peek().queue !== queue) look.value = { queue };
  const ending = new AbortController();
  const { beat, stop } = createBeat(BUSY_MS);
  let isReading = false;
  let isDue = false;
  const read = async () => {
    isDue = true;
    if (isReading) return;
    isReading = true;
    while (isDue && !ending.signal.aborted) {
      isDue = false;
      await readQueues();
      if (queue !== undefined && !ending.signal.aborted) await lookInto(queue);
    }
    isReading = false;
  };
  const stopReading = effect(() => {
    beat.value;
    wanted.value;
    void read();
  });
  void (async () => {
    for (;;) {
      await wait(IDLE_MS, ending.signal);
      if (ending.signal.aborted) return;
      if (!document.hidden) await read();
    }
  })();
  return () => {
    ending.abort();
    stopReading();
    stop();
  };
}

async function readQueues(): Promise<void> {
  try {
    const [{ queues, now }, map] = await Promise.all([readState(), readMap()]);
    knownQueues.value = { queues: queues.map((queue) => knownQueue(queue, map)), now };
  } catch (error) {
    knownQueues.value = { ...knownQueues.peek(), problem: wordsOf(error) };
  }
}

function knownQueue(queue: QueueState, { nodes, edges }: CloudMap): KnownQueue {
  const byId = new Map(nodes.map((node) => [node.id, node]));
  const own = byId.get(queue.arn);
  const deadLettersOf = edges
    .filter(({ to, kind }) => kind === 'dead letters' && to === queue.arn)
    .map(({ from, label }): Source => {
      const node = byId.get(from);
      const kind = node?.kind === 'queue' ? 'queue' : 'other';
      const title = node === undefined ? from : `${node.kind.replaceAll('-', ' ')} ${nodeTitle(node)}`;
      return { id: from, kind, title, ...(label !== undefined && kind === 'queue' && { label }) };
    });
  return { ...queue, title: own === undefined ? queue.name : nodeTitle(own), deadLettersOf };
}

async function lookInto(queue: string): Promise<void> {
  const messages: QueuedMessage[] = [];
  const most = wanted.peek();
  let after = 0;
  try {
    for (;;) {
      const query = `queue=${encodeURIComponent(queue)}&after=${after}&limit=${most - messages.length}`;
      const page = await get<QueuedMessages>(`queues/messages?${query}`);
      messages.push(...page.messages);
      after = page.next ?? 0;
      if (after === 0 || messages.length >= most) break;
    }
    look.value = { queue, messages, hasMore: after > 0 };
  } catch (error) {
    const known = look.peek();
    look.value = { ...(known.queue === queue ? known : { queue }), problem: wordsOf(error) };
  }
}

/** `empty`, `3`, `3, 1 hidden` */
export function amountText({ visible, hidden, delayed }: KnownQueue): string {
  const parts = [
    ...(visible > 0 ? [visible === 1 ? '1 message' : `${visible} messages`] : []),
    ...(hidden > 0 ? [`${hidden} hidden`] : []),
    ...(delayed > 0 ? [`${delayed} delayed`] : []),
  ];
  return parts.length === 0 ? 'empty' : parts.join(', ');
}

function wordsOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
