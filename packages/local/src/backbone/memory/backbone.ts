// A backbone in this process's memory: nothing outlives the process.
import type { Backbone } from '../backbone.ts';
import type { MessageQueueKey } from '../message-queue.ts';
import { KeyNames } from '../opened.ts';
import type { TableKey } from '../table.ts';
import type { WorkClock } from '../work.ts';
import { createMemoryLog } from './log.ts';
import { MemoryMessageQueue } from './message-queue.ts';
import { createMemoryTable } from './table.ts';
import { createMemoryWork } from './work.ts';

export function createMemoryBackbone(clock: WorkClock): Backbone {
  const names = new KeyNames();
  const clears = new Map<string, () => void>();
  const keep = <Thing extends { clear(): void }>(name: string, thing: Thing): Thing => {
    clears.set(name, () => thing.clear());
    return thing;
  };
  const backbone: Backbone = {
    async open() {},
    table<Value>(key: TableKey<Value>) {
      names.check('table', key);
      return key.opened.get(backbone, '', () => keep(`table ${key.name}`, createMemoryTable<Value>(key.name)));
    },
    log(key, id) {
      names.check('log', key);
      return key.opened.get(backbone, id, () => keep(`log ${key.name} ${id}`, createMemoryLog(key.retention)));
    },
    async removeLog(key, id) {
      key.opened.of(backbone).delete(id);
      clears.delete(`log ${key.name} ${id}`);
    },
    work(key) {
      names.check('work', key);
      return key.opened.get(backbone, '', () => keep(`work ${key.name}`, createMemoryWork(clock, key)));
    },
    queue<Content>(key: MessageQueueKey<Content>, id: string, options: { readonly isOrdered: boolean }) {
      names.check('queue', key);
      return key.opened.get(backbone, id, () =>
        keep(`queue ${key.name} ${id}`, new MemoryMessageQueue<Content>(clock, options)),
      );
    },
    async removeQueue(key, id) {
      const name = `queue ${key.name} ${id}`;
      clears.get(name)?.();
      clears.delete(name);
      key.opened.of(backbone).delete(id);
    },
    async clear() {
      for (const clear of clears.values()) clear();
    },
    async close() {
      for (const [name, clear] of clears) if (name.startsWith('queue ')) clear();
    },
  };
  return backbone;
}
