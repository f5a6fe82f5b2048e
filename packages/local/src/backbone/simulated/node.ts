// One node of a simulated cluster, as a backbone.
import type { Clock } from '../../clock/clock.ts';
import type { Backbone } from '../backbone.ts';
import type { LogKey } from '../log.ts';
import type { MessageQueueKey } from '../message-queue.ts';
import { KeyNames } from '../opened.ts';
import { type BodyRow, SharedBodies } from '../shared/bodies/bodies.ts';
import { type TableKey, tableOf } from '../table.ts';
import type { WorkKey } from '../work.ts';
import { Connection } from './connection.ts';
import { createSimulatedLog, logName } from './log.ts';
import { createSimulatedQueue, queueName } from './message-queue.ts';
import { connectSimulated, type SimulatedStore } from './server.ts';
import type { Change, Store } from './store.ts';
import { createSimulatedTable, TableView } from './table.ts';
import type { Wire } from './wire.ts';
import { createSimulatedWork } from './work.ts';

export interface SimulatedNode extends Backbone {
  /**
   * Ends the node without a word: whatever it leased is the others' when its leases end. Its own promises stay open.
   */
  die(): void;
}

const BODIES = tableOf<BodyRow>('backbone/bodies');

export function createSimulatedNode(
  {
    store,
    streams,
    clock,
  }: {
    readonly store: Store;
    readonly streams: SimulatedStore;
    readonly clock: Pick<Clock, 'now' | 'setTimer'>;
  },
  wire: Wire,
): SimulatedNode {
  const connection = new Connection(wire);
  const server = connectSimulated(streams, wire);
  const names = new KeyNames();
  const views = new Map<string, TableView>();
  const parts = { store, connection };

  function viewOf(table: string): TableView {
    const view = views.get(table) ?? new TableView();
    views.set(table, view);
    return view;
  }

  const apply = ({ table, key, row }: Change) => viewOf(table).apply(key, row);
  const hear = (change: Change) => connection.tell(() => apply(change));

  const lose = () => {
    connection.lose();
    server.die();
    bodies.close();
  };
  const rows = createSimulatedTable<BodyRow>(BODIES.name, viewOf(BODIES.name), parts);
  const bodies = new SharedBodies(server, { rows, clock });

  const node: SimulatedNode = {
    bodies,
    async open() {
      const rows = await connection.ask(() => {
        store.nodes.add(hear);
        connection.onLoss(() => store.nodes.delete(hear));
        return store.snapshot();
      });
      for (const row of rows) apply(row);
    },
    table<Value>(key: TableKey<Value>) {
      names.check('table', key);
      return key.opened.get(node, '', () => createSimulatedTable<Value>(key.name, viewOf(key.name), parts));
    },
    log<Value>(key: LogKey<Value>, id: string) {
      names.check('log', key);
      return key.opened.get(node, id, () => createSimulatedLog(key, id, parts));
    },
    removeLog(key, id) {
      key.opened.of(node).delete(id);
      return connection.ask(() => store.removeLog(logName(key, id)));
    },
    work<Job>(key: WorkKey<Job>) {
      names.check('work', key);
      return key.opened.get(node, '', () => createSimulatedWork(key, parts));
    },
    queue<Content>(key: MessageQueueKey<Content>, id: string, { isOrdered }: { readonly isOrdered: boolean }) {
      names.check('queue', key);
      return key.opened.get(node, id, () => createSimulatedQueue({ key, id, isOrdered }, parts));
    },
    removeQueue(key, id) {
      key.opened.of(node).delete(id);
      return connection.ask(() => store.removeQueue(queueName(key, id)));
    },
    purge: () => connection.ask(() => store.purge()),
    clear: () => bodies.clear(() => connection.ask(() => store.clear())),
    async close() {
      lose();
    },
    die: lose,
  };
  return node;
}
