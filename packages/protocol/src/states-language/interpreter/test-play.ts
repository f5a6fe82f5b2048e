// For tests: plays a whole machine under a clock that stands, with a table of what its tasks answer. What is asked for is done
// at once, in the order in which it was asked; when nothing else is left, time jumps to the next wake-up.
import type { HistoryEvent } from '../../aws/models/stepfunctions.types.ts';
import type { QueryLanguage, State, StateMachine } from '../definition/definition.ts';
import type { Json } from '../json.ts';
import type { World } from '../query/world.ts';
import { advance, startExecution } from './advance.ts';
import type { About, Execution } from './execution.ts';
import type { Ask, Happening, MapRunAsk, TaskAsk } from './happening.ts';

/** What a task answers; `silent`: it is started and says nothing more; `untaken`: nobody takes it. */
export type Answer =
  | { readonly output: Json; readonly submitted?: Json }
  | { readonly error?: string; readonly cause?: string; readonly submitted?: Json }
  | 'silent'
  | 'untaken';

/** By the state's name: what it answers, one after another; the last one holds for all that follow. */
export type Answers = Readonly<Record<string, readonly Answer[] | ((ask: TaskAsk | MapRunAsk) => Answer)>>;

export interface PlayOptions {
  readonly input?: Json;
  readonly about?: Partial<About>;
  readonly answers?: Answers;
  readonly random?: () => number;
}

export const NOON = Date.parse('2026-11-28T12:00:00Z');

/** A definition in short: `QueryLanguage` is handed down, as reading a definition does. */
export function machineOf(definition: object): StateMachine {
  const machine: StateMachine = JSON.parse(JSON.stringify(definition));
  return {
    ...machine,
    QueryLanguage: machine.QueryLanguage ?? 'JSONPath',
    States: inherit(machine.States, machine.QueryLanguage),
  };
}

function inherit(states: StateMachine['States'], language: QueryLanguage = 'JSONPath'): StateMachine['States'] {
  return Object.fromEntries(
    Object.entries(states).map(([name, state]) => [
      name,
      withLanguage({ ...state, QueryLanguage: state.QueryLanguage ?? language }),
    ]),
  );
}

function withLanguage(state: State): State {
  const below = <Block extends { readonly States: StateMachine['States'] }>(block: Block): Block => ({
    ...block,
    States: inherit(block.States, state.QueryLanguage),
  });
  if (state.Type === 'Parallel') return { ...state, Branches: state.Branches.map(below) };
  if (state.Type === 'Map') return { ...state, ItemProcessor: below(state.ItemProcessor) };
  return state;
}

export class Play {
  readonly machine: StateMachine;
  readonly events: HistoryEvent[] = [];
  readonly asks: Ask[] = [];
  now = NOON;
  execution: Execution;
  readonly #answers: Answers;
  readonly #random: () => number;
  #answered: Record<string, number> = {};
  #happenings: Happening[] = [{ kind: 'started' }];
  #wakes: Extract<Ask, { kind: 'wake' }>[] = [];
  #uuids = 0;

  constructor(definition: object, { input = {}, about = {}, answers = {}, random = () => 0.5 }: PlayOptions = {}) {
    this.machine = machineOf(definition);
    this.#answers = answers;
    this.#random = random;
    this.execution = startExecution({
      executionArn: 'arn:aws:states:eu-west-1:123456789012:execution:m:run-1',
      name: 'run-1',
      stateMachineArn: 'arn:aws:states:eu-west-1:123456789012:stateMachine:m',
      stateMachineName: 'm',
      roleArn: 'arn:aws:iam::123456789012:role/r',
      type: 'STANDARD',
      startedAt: NOON,
      input,
      inputText: JSON.stringify(input),
      ...about,
    });
  }

  /** Tells one happening, and does what is asked for. */
  async happen(happening: Happening): Promise<void> {
    this.#happenings.push(happening);
    await this.settle();
  }

  /** Until nothing is left but to wait for time. */
  async settle(): Promise<void> {
    for (let next = this.#happenings.shift(); next; next = this.#happenings.shift()) {
      // Plain data: it goes through text, as it may in a store.
      const before: Execution = JSON.parse(JSON.stringify(this.execution));
      const step = await advance(this.machine, before, next, this.#world());
      this.execution = step.execution;
      this.events.push(...step.events);
      for (const ask of step.asks) this.#take(ask);
    }
  }

  /** Until the execution is over, or its time is `untilMs` after noon. */
  async run(untilMs = Number.POSITIVE_INFINITY): Promise<this> {
    await this.settle();
    while (this.execution.status === 'RUNNING') {
      this.#wakes.sort((one, other) => one.at - other.at);
      const next = this.#wakes[0];
      if (!next || next.at - NOON > untilMs) break;
      this.#wakes.shift();
      this.now = Math.max(this.now, next.at);
      await this.happen({ kind: 'woken', wake: next.wake });
    }
    if (this.execution.status === 'RUNNING' && Number.isFinite(untilMs)) this.now = NOON + untilMs;
    return this;
  }

  /** The task that a state asked for last. */
  taskOf(state: string): string {
    const ask = this.asks.findLast((one) => 'state' in one && one.state === state);
    return ask && 'task' in ask ? ask.task : 'none';
  }

  #take(ask: Ask): void {
    this.asks.push(ask);
    if (ask.kind === 'wake') this.#wakes.push(ask);
    if (ask.kind === 'task' || ask.kind === 'map run') this.#answer(ask);
  }

  #answer(ask: TaskAsk | MapRunAsk): void {
    const { task, state } = ask;
    const answers = this.#answers[state] ?? ['silent'];
    const at = this.#answered[state] ?? 0;
    this.#answered[state] = at + 1;
    const answer = typeof answers === 'function' ? answers(ask) : (answers[at] ?? answers.at(-1) ?? 'silent');
    if (answer === 'untaken') return;
    if (ask.kind === 'map run') {
      this.#happenings.push({
        kind: 'map run started',
        task,
        mapRunArn: `arn:aws:states:eu-west-1:123456789012:mapRun:m/${state}:1`,
      });
    } else this.#happenings.push({ kind: 'task started', task });
    if (answer === 'silent') return;
    if (answer.submitted !== undefined)
      this.#happenings.push({ kind: 'task submitted', task, output: answer.submitted });
    if ('output' in answer) this.#happenings.push({ kind: 'task succeeded', task, output: answer.output });
    else if (answer.submitted === undefined || 'error' in answer) {
      this.#happenings.push({ kind: 'task failed', task, error: answer.error, cause: answer.cause });
    }
  }

  #world(): World {
    return {
      now: this.now,
      random: this.#random,
      uuid: () => {
        this.#uuids += 1;
        return `00000000-0000-4000-8000-${String(this.#uuids).padStart(12, '0')}`;
      },
      hash: (algorithm, text) => `${algorithm}(${text})`,
    };
  }
}

/** Plays a machine to its end. */
export async function play(definition: object, options?: PlayOptions): Promise<Play> {
  return new Play(definition, options).run();
}

/** A history, a line for each event: `3 <- 2 PassStateExited {"name":"A","output":"{}"}`. */
export function linesOf(events: readonly HistoryEvent[]): string {
  return events.map(lineOf).join('\n');
}

function lineOf({ id, previousEventId, timestamp: _, type, ...details }: HistoryEvent): string {
  const [detail] = Object.values(details);
  const shown = JSON.stringify(detail ?? {}, (name, value) =>
    /^(input|output|assignedVariables)Details$/.test(name) ? undefined : value,
  );
  return `${id} <- ${previousEventId} ${type}${shown === '{}' ? '' : ` ${shown}`}`;
}

/** The states that were entered, in order. */
export function pathOf(events: readonly HistoryEvent[]): string[] {
  return events.flatMap((event) => event.stateEnteredEventDetails?.name ?? []);
}

/** Milliseconds from noon to each event of a type. */
export function timesOf(events: readonly HistoryEvent[], type: HistoryEvent['type']): number[] {
  return events.filter((event) => event.type === type).map(({ timestamp }) => timestamp - NOON);
}
