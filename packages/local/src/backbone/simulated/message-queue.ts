// A message queue as one node of a simulated cluster sees it: messages and whoever waits for them stand in the store.
import type { MessageQueue, MessageQueueKey, ReceivedMessage } from '../message-queue.ts';
import type { Connection } from './connection.ts';
import { fromText, toText } from './plain.ts';
import type { Store } from './store.ts';

export interface QueueIdentity<Content> {
  readonly key: MessageQueueKey<Content>;
  readonly id: string;
  readonly isOrdered: boolean;
}

export function createSimulatedQueue<Content>(
  { key, id, isOrdered }: QueueIdentity<Content>,
  { store, connection }: { readonly store: Store; readonly connection: Connection },
): MessageQueue<Content> {
  // Opened anew by each request: another node may have removed it.
  const atStore = () => store.queue(queueName(key, id), { isOrdered });
  const read = (message: ReceivedMessage<string>): ReceivedMessage<Content> =>
    Object.freeze({ ...message, content: fromText<Content>(message.content) });

  return {
    send({ content, ...message }) {
      const text = toText(content);
      return connection.ask(() => atStore().send({ ...message, content: text }));
    },
    async receive({ signal, ...options }) {
      const away = new AbortController();
      const leave = () => void connection.ask(() => away.abort());
      if (signal?.aborted) leave();
      signal?.addEventListener('abort', leave, { once: true });
      const received = await connection.ask(() => {
        const stopWatching = connection.onLoss(() => away.abort());
        return atStore()
          .receive({ ...options, signal: away.signal })
          .finally(stopWatching);
      });
      signal?.removeEventListener('abort', leave);
      return received.map(read);
    },
    delete: (receipt) => connection.ask(() => atStore().delete(receipt)),
    hide: (receipt, visibleAt, maxMs) => connection.ask(() => atStore().hide(receipt, visibleAt, maxMs)),
    counts: () => connection.ask(() => atStore().counts()),
    async look(options) {
      const found = await connection.ask(() => atStore().look(options));
      return found.map((message) => Object.freeze({ ...message, content: fromText<Content>(message.content) }));
    },
    drain: async () => (await connection.ask(() => atStore().drain())).map(read),
    purge: () => connection.ask(() => atStore().purge()),
  };
}

export function queueName<Content>({ name }: MessageQueueKey<Content>, id: string): string {
  return `${name} ${id}`;
}
