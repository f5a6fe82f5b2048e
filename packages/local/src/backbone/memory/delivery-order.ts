// The order in which a queue's visible messages are handed out. A standard queue's order is plain: first come, first
// served, and a message that comes back goes to the end. A FIFO queue has an order per message group, in the order of
// sending: a group is handed out up to its first message in flight.

/** What an order knows of a message. */
export interface Ordered {
  readonly number: number;
  readonly group?: string | undefined;
}

export interface DeliveryOrder<Message extends Ordered> {
  /** A message arrived, visible or not. */
  add(message: Message, visible: boolean): void;
  /** A message may be received (again). */
  show(message: Message): void;
  /** A message was received: nobody else gets it until it is shown. */
  hide(message: Message): void;
  remove(message: Message): void;
  /** Up to `max` messages that may be received now, in order. They stay where they are. */
  first(max: number): Message[];
}

export function createStandardOrder<Message extends Ordered>(): DeliveryOrder<Message> {
  const visible = new Set<Message>();
  return {
    add(message, isVisible) {
      if (isVisible) visible.add(message);
    },
    show: (message) => void visible.add(message),
    hide: (message) => void visible.delete(message),
    remove: (message) => void visible.delete(message),
    first(max) {
      const found: Message[] = [];
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
 *     orders-17 → [a: in flight] [b] [c]      none may be received until a is deleted or visible again
 *     orders-18 → [d] [e: in flight] [f]      d may be received, having come back; f waits for e
 *     orders-19 → [g] [h: delayed] [i]        g may be received; h and i wait
 *
 * Groups take turns by their first message's number; from one group as many are taken as the receiver wants.
 */
export function createFifoOrder<Message extends Ordered>(): DeliveryOrder<Message> {
  interface Place {
    readonly message: Message;
    visible: boolean;
  }
  interface Group {
    readonly places: Map<number, Place>;
    /** Numbers of messages in flight; what was sent after one of them waits. */
    readonly flying: Set<number>;
  }
  const groups = new Map<string, Group>();

  const groupOf = (message: Message) => groups.get(message.group ?? '');

  function openRun({ places, flying }: Group, max: number): Place[] {
    const run: Place[] = [];
    for (const place of places.values()) {
      if (!place.visible || flying.has(place.message.number) || run.length === max) break;
      run.push(place);
    }
    return run;
  }

  return {
    add(message, visible) {
      const group = groupOf(message) ?? { places: new Map(), flying: new Set() };
      groups.set(message.group ?? '', group);
      group.places.set(message.number, { message, visible });
    },
    show(message) {
      const group = groupOf(message);
      const place = group?.places.get(message.number);
      if (place) place.visible = true;
      group?.flying.delete(message.number);
    },
    hide: (message) => void groupOf(message)?.flying.add(message.number),
    remove(message) {
      const group = groupOf(message);
      group?.places.delete(message.number);
      group?.flying.delete(message.number);
      if (group?.places.size === 0) groups.delete(message.group ?? '');
    },
    first(max) {
      const runs = [...groups.values()].map((group) => openRun(group, max)).filter((run) => run.length > 0);
      runs.sort((a, b) => (a[0]?.message.number ?? 0) - (b[0]?.message.number ?? 0));
      const places = runs.flat().slice(0, max);
      return places.map((place) => place.message);
    },
  };
}
