// One happening worked through: what it has changed, told and asked so far. Threads are copied when they are first
// touched; the execution that it began with stays as it was.
import type { HistoryEvent } from '../../aws/models/stepfunctions.types.ts';
import type { StateMachine } from '../definition/definition.ts';
import type { Json } from '../json.ts';
import { TOO_DEEP } from '../json-text.ts';
import type { World } from '../query/world.ts';
import { StatesError } from '../states-error.ts';
import type { Execution, Thread } from './execution.ts';
import type { Ask, Step } from './happening.ts';

type Mutable<Value> = { -readonly [Member in keyof Value]: Value[Member] };

/** A thread while a happening is worked through. */
export type LiveThread = Mutable<Thread>;

/** An event before it is numbered. */
export type Told = Omit<HistoryEvent, 'id' | 'timestamp' | 'previousEventId'>;

/**
 * Events in the history of a Standard execution.
 * Source: developer guide, "Step Functions service quotas", quotas related to state machine executions.
 */
const HISTORY_MAX_EVENTS = 25_000;

/** States that one happening leads through before others have their turn. Ours. */
const STATES_IN_A_TURN = 5_000;

/** Thrown where the history has room for one event more: the one that ends it. */
export class HistoryFull extends Error {}

/** @throws StatesError for what is nested too deep to be written */
function write(value: Json): string {
  try {
    return JSON.stringify(value);
  } catch (error) {
    if (error instanceof RangeError) throw new StatesError('States.Runtime', TOO_DEEP);
    throw error;
  }
}

export class Turn {
  readonly machine: StateMachine;
  readonly world: World;
  /** All of the execution but its threads. */
  readonly execution: Mutable<Execution>;
  readonly #threads: Map<string, LiveThread | Thread>;
  readonly #live = new Map<string, LiveThread>();
  readonly #events: HistoryEvent[] = [];
  readonly #asks: Ask[] = [];
  /** Threads that can go on, in the order in which they do. */
  readonly #ready: LiveThread[] = [];
  #statesLeft = STATES_IN_A_TURN;
  readonly #times = new Map<number, string>();
  #lastText: { readonly value: Json; readonly text: string } | undefined;

  constructor(machine: StateMachine, execution: Execution, world: World) {
    this.machine = machine;
    this.world = world;
    this.execution = { ...execution };
    this.#threads = new Map(Object.entries(execution.threads));
  }

  /** @returns the thread to be changed. */
  live(id: string): LiveThread {
    const live = this.#live.get(id);
    if (live) return live;
    const thread = this.#threads.get(id);
    if (!thread) throw new Error(`There is no thread ${id}`);
    const copy = { ...thread };
    this.#live.set(id, copy);
    this.#threads.set(id, copy);
    return copy;
  }

  see(id: string): Thread | undefined {
    return this.#threads.get(id);
  }

  threads(): readonly Thread[] {
    return [...this.#threads.values()];
  }

  find(isMeant: (thread: Thread) => boolean): LiveThread | undefined {
    for (const thread of this.#threads.values()) if (isMeant(thread)) return this.live(thread.id);
    return undefined;
  }

  /** The threads that `parent` waits for, by their place. */
  childrenOf(parent: Thread): Thread[] {
    const children = [...this.#threads.values()].filter((thread) => thread.parent?.thread === parent.id);
    return children.sort((one, other) => (one.parent?.index ?? 0) - (other.parent?.index ?? 0));
  }

  add(
    thread: Omit<Thread, 'id' | 'enteredAt' | 'enteredEventId' | 'variables' | 'retries' | 'retryCount' | 'waiting'>,
  ): void {
    const live: LiveThread = {
      ...thread,
      id: this.newId(),
      enteredAt: this.world.now,
      enteredEventId: 0,
      variables: {},
      retries: [],
      retryCount: 0,
      waiting: { kind: 'nothing' },
    };
    this.#threads.set(live.id, live);
    this.#live.set(live.id, live);
    this.#ready.push(live);
  }

  /** Takes out a thread that ended: nothing belongs to it any more. */
  drop(thread: Thread): void {
    this.#threads.delete(thread.id);
  }

  /** Takes out what a thread waits for. */
  dropChildren(thread: Thread): void {
    for (const child of this.childrenOf(thread)) {
      this.dropChildren(child);
      this.drop(child);
    }
  }

  /** The thread goes on when those before it have had their turn. */
  goOnLater(thread: LiveThread): void {
    this.#ready.push(thread);
  }

  /** The thread goes on before others do. */
  goOn(thread: LiveThread): void {
    this.#ready.unshift(thread);
  }

  /** @returns the next thread that can go on. */
  takeReady(): LiveThread | undefined {
    let thread = this.#ready.shift();
    while (thread && !this.#threads.has(thread.id)) thread = this.#ready.shift();
    return thread;
  }

  /** Counts a state. @returns whether there is time for it in this turn. */
  countState(): boolean {
    this.#statesLeft -= 1;
    return this.#statesLeft >= 0;
  }

  newId(): string {
    this.execution.lastId += 1;
    return String(this.execution.lastId);
  }

  /** Writes the next event of a thread. */
  tell(thread: LiveThread, event: Told): number {
    thread.previousEventId = this.note(thread.previousEventId, event);
    return thread.previousEventId;
  }

  /** Writes an event that no later one of a thread follows. */
  note(previousEventId: number, event: Told): number {
    if (this.execution.about.type === 'STANDARD' && this.execution.lastEventId >= HISTORY_MAX_EVENTS - 1) {
      if (this.execution.status === 'RUNNING') throw new HistoryFull();
    }
    this.execution.lastEventId += 1;
    const id = this.execution.lastEventId;
    this.#events.push({ id, previousEventId, timestamp: this.world.now, ...event });
    return id;
  }

  ask(ask: Ask): void {
    this.#asks.push(ask);
  }

  /** Asks to be woken. @returns the wake-up's id. */
  wakeAt(at: number): string {
    const wake = this.newId();
    this.ask({ kind: 'wake', wake, at });
    return wake;
  }

  /** A value's text. The execution's input keeps its own as long as it goes through unchanged. */
  textOf(value: Json): string {
    const { input, inputText } = this.execution.about;
    if (value === input && typeof value === 'object') return inputText;
    // An output is the next state's input: the last text is kept.
    if (this.#lastText?.value !== value) this.#lastText = { value, text: write(value) };
    return this.#lastText.text;
  }

  /** ISO 8601; a fraction of a second without its last zeros, as recorded. Most are asked for again and again. */
  timeText(epochMs: number): string {
    const known = this.#times.get(epochMs);
    if (known !== undefined) return known;
    const text = new Date(epochMs).toISOString().replace(/\.?0*Z$/, 'Z');
    this.#times.set(epochMs, text);
    return text;
  }

  finish(): Step {
    return {
      execution: { ...this.execution, threads: Object.fromEntries(this.#threads) },
      events: this.#events,
      asks: this.#asks,
    };
  }
}
