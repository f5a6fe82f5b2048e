// Publishes to one stream, many under way, stored in their order. When a cluster has no leader for the stream, or the
// connection breaks, what is known not to be stored waits here and is sent again in its order; so is what has an id and
// says what it comes after, because the server knows by these whether it has it. Everything else fails, as nobody knows
// what became of it.
//
//   in flight  1 2 3 4 5       1 is stored, 2 and 3 found no leader, 4 and 5 came when there was one again, but after
//   unsent       2 3 4 5       what they say that they come after: they are sent again behind 2 and 3
//
// What expects a message as the newest of its subject gets an id that says so. A cluster's 2.9 looks at what is stored
// only, not at what is under way: of two that expected the same, both were stored in 146 of 500 tries. Of two with one
// id, one is: findings/nats-expected-last-in-flight.sh.
import { headers, type Msg, type MsgHdrs } from '@nats-io/transport-node';
import { type PublishOptions, ServerAway, ServerRefuses, WrongLast } from '../shared/server.ts';
import { CODES, errorIn, isNobody, isPassing, parseJson } from './api.ts';
import { type Link, NoReply } from './link.ts';

/** Ours: how long a publish waits for its answer. */
const ANSWER_MS = 5000;
/** Ours: after it a message that was under way is stored, or never will be: a cluster has a new leader within 6 s. */
const SETTLED_MS = 6000;
/** Ours: how often it is looked meanwhile. */
const LOOK_MS = 50;
/** Ours: pauses before what is unsent is sent again, 12 s in all: another server of three takes over within 6. */
const PAUSES_MS = [50, 100, 250, 500, 1000, 1000, 1000, 1000, 1000, 1000, 1000, 1000, 1000, 1000, 1000];

/** The id that all have who expect the same message before them; `turn` counts ids that were worn out. */
interface Fence {
  readonly expected: number;
  readonly turn: number;
}

interface Entry {
  readonly order: number;
  readonly subject: string;
  readonly data: Uint8Array;
  readonly headers: MsgHdrs | undefined;
  /** Says what it comes after. */
  readonly isChained: boolean;
  readonly fence: Fence | undefined;
  readonly resolve: (sequence: number) => void;
  readonly reject: (error: Error) => void;
}

export class Publisher {
  readonly #link: Link;
  readonly #stream: string;
  readonly #newestOf: (subject: string) => Promise<number>;
  readonly #inFlight = new Set<Entry>();
  /** Known not to be stored, or known to the server by their ids. */
  #unsent: Entry[] = [];
  /** Came while others are unsent. */
  #queued: Entry[] = [];
  #isResending = false;
  /** Publishes since it resends that nobody answered in time. */
  #late = 0;
  #landed = () => {};
  #count = 0;

  /** `newestOf` asks for the sequence of a subject's newest message; 0: there is none. */
  constructor(link: Link, stream: string, newestOf: (subject: string) => Promise<number>) {
    this.#link = link;
    this.#stream = stream;
    this.#newestOf = newestOf;
  }

  publish(subject: string, data: Uint8Array, options: PublishOptions): Promise<number> {
    const { id, after, lastOfSubject } = options;
    const fence = id === undefined && lastOfSubject ? { expected: lastOfSubject, turn: 0 } : undefined;
    return new Promise((resolve, reject) => {
      this.#put({
        order: ++this.#count,
        subject,
        data,
        headers: headersOf(fence ? { ...options, id: idOf(subject, fence) } : options),
        isChained: id !== undefined && after !== undefined,
        fence,
        resolve,
        reject,
      });
    });
  }

  #put(entry: Entry): void {
    if (this.#isResending) this.#queued.push(entry);
    else if (this.#link.isConnected) this.#send(entry);
    else {
      this.#queued.push(entry);
      void this.#resend();
    }
  }

  #send(entry: Entry): void {
    this.#inFlight.add(entry);
    const { subject, data, headers } = entry;
    this.#link.ask(subject, data, { timeoutMs: ANSWER_MS, ...(headers && { headers }) }).then(
      (reply) => this.#answered(entry, reply),
      (error: unknown) => this.#lost(entry, error),
    );
  }

  #answered(entry: Entry, reply: Msg): void {
    this.#inFlight.delete(entry);
    if (isNobody(reply)) this.#sendAgain(entry);
    else {
      const answer = parseJson(reply) ?? {};
      const error = errorIn(answer);
      if (!error && entry.fence && answer['duplicate']) void this.#settle(entry, entry.fence);
      else if (!error) entry.resolve(Number(answer['seq']));
      else if (isPassing(error)) this.#sendAgain(entry);
      else if (error.err_code === CODES.wrongLastId && entry.isChained && this.#unsent.length > 0) {
        this.#sendAgain(entry);
      } else if (error.err_code === CODES.wrongLastId || error.err_code === CODES.wrongLastSequence) {
        entry.reject(new WrongLast(this.#stream, entry.subject));
      } else entry.reject(new ServerRefuses(error.description));
    }
    if (this.#inFlight.size === 0) this.#landed();
  }

  #lost(entry: Entry, error: unknown): void {
    this.#inFlight.delete(entry);
    if (error instanceof NoReply && error.kind === 'late') this.#late++;
    if (error instanceof NoReply && entry.isChained) this.#sendAgain(entry);
    else if (error instanceof NoReply) entry.reject(this.#away(`${error.message}${this.#link.complaint}`));
    else entry.reject(error instanceof Error ? error : new Error(String(error)));
    if (this.#inFlight.size === 0) this.#landed();
  }

  /** Another message has the same id: it is stored, under way, or lost with a leader. */
  async #settle(entry: Entry, fence: Fence): Promise<void> {
    const { subject } = entry;
    const { expected } = fence;
    try {
      for (let waitedMs = 0; waitedMs <= SETTLED_MS; waitedMs += LOOK_MS) {
        if ((await this.#newestOf(subject)) !== expected) throw new WrongLast(this.#stream, subject);
        await this.#link.sleep(LOOK_MS);
      }
    } catch (error) {
      entry.reject(error instanceof Error ? error : new Error(String(error)));
      return;
    }
    const next: Fence = { expected, turn: fence.turn + 1 };
    const headers = headersOf({ lastOfSubject: expected, id: idOf(subject, next) });
    this.#put({ ...entry, order: ++this.#count, headers, fence: next });
  }

  #sendAgain(entry: Entry): void {
    this.#unsent.push(entry);
    if (!this.#isResending) void this.#resend();
  }

  async #resend(): Promise<void> {
    this.#isResending = true;
    this.#late = 0;
    for (const pause of PAUSES_MS) {
      await this.#allLanded();
      await this.#link.sleep(pause);
      try {
        await this.#link.ready();
      } catch {
        break;
      }
      const again = this.#unsent.toSorted((one, other) => one.order - other.order);
      this.#unsent = [];
      for (const entry of again) this.#send(entry);
      await this.#allLanded();
      if (this.#late > 0) break;
      if (this.#unsent.length > 0) continue;
      const queued = this.#queued;
      this.#queued = [];
      this.#isResending = false;
      for (const entry of queued) this.#send(entry);
      return;
    }
    const given = [...this.#unsent, ...this.#queued];
    this.#unsent = [];
    this.#queued = [];
    this.#isResending = false;
    for (const entry of given) entry.reject(this.#away('nobody takes what is published'));
  }

  #allLanded(): Promise<void> {
    if (this.#inFlight.size === 0) return Promise.resolve();
    return new Promise((resolve) => {
      this.#landed = () => {
        this.#landed = () => {};
        resolve();
      };
    });
  }

  #away(why: string): ServerAway {
    return new ServerAway(`a message for its stream '${this.#stream}': ${why}`);
  }
}

function idOf(subject: string, { expected, turn }: Fence): string {
  return turn === 0 ? `${subject}@${expected}` : `${subject}@${expected}.${turn}`;
}

function headersOf({ id, after, lastOfSubject }: PublishOptions): MsgHdrs | undefined {
  if (id === undefined && after === undefined && lastOfSubject === undefined) return undefined;
  const made = headers();
  if (id !== undefined) made.set('Nats-Msg-Id', id);
  if (after !== undefined) made.set('Nats-Expected-Last-Msg-Id', after);
  if (lastOfSubject !== undefined) made.set('Nats-Expected-Last-Subject-Sequence', String(lastOfSubject));
  return made;
}
