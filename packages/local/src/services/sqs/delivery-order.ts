// The order in which a queue's visible messages are handed out. A standard queue's order is plain: first come, first served, and a
// message that comes back goes to the end. A FIFO queue has an order per message group, in the order of sending, and while any
// message of a group is in flight, the rest of the group waits.
import type { StoredMessage } from './message.ts';

export interface DeliveryOrder {
  /** A message arrived, visible or not. */
  add(message: StoredMessage, visible: boolean): void;
  /** A message may be received (again). */
  show(message: StoredMessage): void;
  /** A message was received: nobody else gets it until it is shown. */
  hide(message: StoredMessage): void;
  remove(message: StoredMessage): void;
  /** Up to `max` messages that may be received now, in order. They stay where they are. */
  first(max: number): StoredMessage[];
}

export function createStandardOrder(): DeliveryOrder {
  const visible = new Set<StoredMessage>();
  return {
    add(message, isVisible) {
      if (isVisible) visible.add(message);
    },
    show: (message) => void visible.add(message),
    hide: (message) => void visible.delete(message),
    remove: (message) => void visible.delete(message),
    first(max) {
      const found: StoredMessage[] = [];
      for (const message of visible) {
        if (found.length === max) break;
        found.push(message);
      }
      return found;
    },
  };
}

/**
 * Groups in a map, each with its messages in the order of sending:
 *
 *     orders-17 → [a: in flight] [b] [c]      locked until a is deleted or visible again
 *     orders-18 → [d] [e: delayed] [f]        d may be received; e and f wait
 *
 * Groups take turns by their first message's age (`order`); from one group as many are taken as the receiver wants.
 */
export function createFifoOrder(): DeliveryOrder {
  interface Place {
    readonly message: StoredMessage;
    readonly order: number;
    visible: boolean;
  }
  interface Group {
    readonly places: Map<string, Place>;
    /** Ids of messages in flight; any one locks the group. */
    readonly flying: Set<string>;
  }
  const groups = new Map<string, Group>();
  let order = 0;

  const groupOf = (message: StoredMessage) => groups.get(message.groupId ?? '');

  function openRun({ places, flying }: Group, max: number): Place[] {
    const run: Place[] = [];
    if (flying.size > 0) return run;
    for (const place of places.values()) {
      if (!place.visible || run.length === max) break;
      run.push(place);
    }
    return run;
  }

  return {
    add(message, visible) {
      const group = groupOf(message) ?? { places: new Map(), flying: new Set() };
      groups.set(message.groupId ?? '', group);
      group.places.set(message.id, { message, order: order++, visible });
    },
    show(message) {
      const group = groupOf(message);
      const place = group?.places.get(message.id);
      if (place) place.visible = true;
      group?.flying.delete(message.id);
    },
    hide: (message) => void groupOf(message)?.flying.add(message.id),
    remove(message) {
      const group = groupOf(message);
      group?.places.delete(message.id);
      group?.flying.delete(message.id);
      if (group?.places.size === 0) groups.delete(message.groupId ?? '');
    },
    first(max) {
      const runs = [...groups.values()].map((group) => openRun(group, max)).filter((run) => run.length > 0);
      runs.sort((a, b) => (a[0]?.order ?? 0) - (b[0]?.order ?? 0));
      const places = runs.flat().slice(0, max);
      return places.map((place) => place.message);
    },
  };
}
