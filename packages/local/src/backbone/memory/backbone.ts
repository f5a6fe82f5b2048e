// A backbone in this process's memory: nothing outlives the process.
import type { Backbone } from '../backbone.ts';
import type { OnFault } from '../listeners.ts';
import type { MessageQueueKey } from '../message-queue.ts';
import { KeyNames } from '../opened.ts';
import type { TableKey } from '../table.ts';
import type { WorkClock } from '../work.ts';
import { MemoryBodies } from './bodies.ts';
import { createMemoryLog } from './log.ts';
import { MemoryMessageQueue } from './message-queue.ts';
import { createMemoryTable } from './table.ts';
import { createMemoryWork } from './work.ts';

/** How a thing of this backbone is emptied. */
interface Kept {
  clear(): void;
  purge(): void;
}

/** @param onFault is told what listeners of tables and logs have thrown */
export function createMemoryBackbone(clock: WorkClock, onFault?: OnFault): Backbone {
  const names = new KeyNames();
  const kept = new Map<string, Kept>();
  const bodies = new MemoryBodies();
  const keep = <Thing extends { clear(): void }>(name: string, thing: Thing, purge: () => void): Thing => {
    kept.set(name, { clear: () => thing.clear(), purge });
    return thing;
  };
  const backbone: Backbone = {
    async open() {},
    table<Value>(key: TableKey<Value>) {
      names.check('table', key);
      return key.opened.get(backbone, '', () =>
        keep(`table ${key.name}`, createMemoryTable<Value>(key.name, onFault), () => {}),
      );
    },
    log(key, id) {
      names.check('log', key);
      return key.opened.get(backbone, id, () => {
        const log = createMemoryLog(key, onFault);
        return keep(`log ${key.name} ${id}`, log, log.purge);
      });
    },
    async removeLog(key, id) {
      key.opened.of(backbone).delete(id);
      kept.delete(`log ${key.name} ${id}`);
    },
    work(key) {
      names.check('work', key);
      return key.opened.get(backbone, '', () => {
        const work = createMemoryWork(clock, key);
        return keep(`work ${key.name}`, work, work.clear);
      });
    },
    queue<Content>(key: MessageQueueKey<Content>, id: string, options: { readonly isOrdered: boolean }) {
      names.check('queue', key);
      return key.opened.get(backbone, id, () => {
        const queue = new MemoryMessageQueue<Content>(clock, options);
        return keep(`queue ${key.name} ${id}`, queue, () => queue.forget());
      });
    },
    bodies,
    async removeQueue(key, id) {
      const name = `queue ${key.name} ${id}`;
      kept.get(name)?.clear();
      kept.delete(name);
      key.opened.of(backbone).delete(id);
    },
    async purge() {
      for (const { purge } of kept.values()) purge();
    },
    async clear() {
      for (const { clear } of kept.values()) clear();
      await bodies.clear();
    },
    async close() {
      for (const [name, { clear }] of kept) if (name.startsWith('queue ')) clear();
      await bodies.clear();
    },
  };
  return backbone;
}
