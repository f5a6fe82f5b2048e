// Results of tasks that a test says, by state machine and state: nothing is called then. How many were used by an
// execution stands in a row, so that any node goes on with the next one.
import type { MockedResult, MockedResults, MockedStates } from '@earwitness/protocol/internal/admin/mocked-results';
import { ServiceError } from '@earwitness/protocol/internal/aws/errors';
import type { Block, StateMachine } from '@earwitness/protocol/internal/states-language/definition/definition';
import type { TaskAsk } from '@earwitness/protocol/internal/states-language/interpreter/happening';
import { nearest } from '@earwitness/protocol/internal/text/nearest';
import { type Table, tableOf } from '../../../backbone/table.ts';
import { updateRow } from '../../../backbone/update.ts';
import { ownEntry } from '../../../own-entry.ts';
import type { Platform } from '../../../platform.ts';
import { readMachine } from '../definition.ts';
import type { ExecutionRow } from '../execution.ts';
import type { StateMachine as MachineRow } from '../state-machine.ts';
import { STATE_MACHINES } from '../tables.ts';
import { failed, type Outcome } from '../tasks/task.ts';

/** By the state machine's name: a test knows no account. */
const MOCKS = tableOf<MockedStates>('stepfunctions/mocked-results');
/** The tasks of a state that were mocked, in order: by the execution's id and the state. */
const USED = tableOf<readonly string[]>('stepfunctions/mocked-tasks');

export class Mocks {
  readonly #mocks: Table<MockedStates>;
  readonly #used: Table<readonly string[]>;
  readonly #machines: Table<MachineRow>;

  constructor({ backbone }: Pick<Platform, 'backbone'>) {
    this.#mocks = backbone.table(MOCKS);
    this.#used = backbone.table(USED);
    this.#machines = backbone.table(STATE_MACHINES);
  }

  /**
   * Replaces what was said of these machines, named by their names or ARNs; no states: nothing is mocked any more. A
   * name that leads nowhere is refused: a test with a misspelt mock would call what it is not to call.
   * @throws ServiceError
   */
  async set(results: MockedResults): Promise<void> {
    const machines = this.#machines.list().map(({ value }) => value);
    const named = Object.entries(results).map(([machine, states]) => {
      const name = machine.split(':stateMachine:').at(-1) ?? machine;
      if (Object.keys(states).length > 0) checkStates(name, states, machines);
      return [name, states] as const;
    });
    for (const [name, states] of named) {
      if (Object.keys(states).length === 0) await this.#mocks.delete(name);
      else await this.#mocks.put(name, states);
    }
  }

  list(): MockedResults {
    return Object.fromEntries(this.#mocks.list().map(({ key, value }) => [key, value]));
  }

  /** What a task is answered with; `undefined`: it is to be called. */
  async take({ id, execution }: Pick<ExecutionRow, 'id' | 'execution'>, ask: TaskAsk): Promise<Outcome | undefined> {
    // The machine of a distributed Map's executions is `NAME/LABEL`.
    const [machine = ''] = execution.about.stateMachineName.split('/');
    const results = ownEntry(this.#mocks.get(machine)?.value, ask.state);
    if (!results) return undefined;
    if (results.kind === 'always') return outcomeOf(results.result);
    const { value: used } = await updateRow(this.#used, `${id}/${ask.state}`, (tasks = []) =>
      tasks.includes(ask.task) ? tasks : [...tasks, ask.task],
    );
    const at = used.indexOf(ask.task);
    const result = results.results[at];
    if (result) return outcomeOf(result);
    const count = results.results.length === 1 ? 'one mocked result' : `${results.results.length} mocked results`;
    const sentence = `State "${ask.state}" has ${count}, and this is call ${at + 1} in this execution. A list has one for each call, those by Retry too.`;
    return failed('Earwitness.NoMockedResult', sentence);
  }

  /** States that are mocked and are no tasks of the machine's: it has been changed since. */
  idleStates({ name, definition, type }: Pick<MachineRow, 'name' | 'definition' | 'type'>): string[] {
    const mocked = Object.keys(this.#mocks.get(name)?.value ?? {});
    const tasks = statesOf({ definition, type }).filter((state) => state.type === 'Task');
    return mocked.filter((state) => !tasks.some((task) => task.name === state));
  }

  async clear(): Promise<void> {
    for (const { key } of this.#mocks.list()) await this.#mocks.delete(key);
    for (const { key } of this.#used.list()) await this.#used.delete(key);
  }
}

function outcomeOf(result: MockedResult): Outcome {
  if ('Throw' in result) return failed(result.Throw.Error ?? '', result.Throw.Cause ?? '');
  return { kind: 'answered', output: result.Return };
}

function checkStates(name: string, states: MockedStates, machines: readonly MachineRow[]): void {
  const own = machines.filter((machine) => machine.name === name);
  if (own.length === 0) {
    throw new ServiceError(
      'StateMachineDoesNotExist',
      `There is no state machine "${name}"${hint(
        name,
        machines.map((one) => one.name),
      )}`,
    );
  }
  const all = own.flatMap(statesOf);
  const tasks = all.filter(({ type }) => type === 'Task').map((state) => state.name);
  const unknown = Object.keys(states).find((state) => !tasks.includes(state));
  if (unknown === undefined) return;
  const other = all.find((state) => state.name === unknown);
  const what =
    other === undefined
      ? `State machine "${name}" has no state "${unknown}"${hint(unknown, tasks)}`
      : `State "${unknown}" of state machine "${name}" is a ${other.type}, and only results of tasks are mocked.`;
  const list = tasks.length === 0 ? 'It has no tasks.' : `Its tasks: ${tasks.map((task) => `"${task}"`).join(', ')}.`;
  throw new ServiceError('ValidationException', `${what} ${list}`);
}

function hint(name: string, names: readonly string[]): string {
  const close = nearest(name, names);
  return close === undefined ? '.' : `. Did you mean "${close}"?`;
}

interface NamedState {
  readonly name: string;
  readonly type: string;
}

function statesOf({ definition, type }: Pick<MachineRow, 'definition' | 'type'>): NamedState[] {
  const { machine } = readMachine(definition, type);
  return machine ? statesIn(machine) : [];
}

/** Of all its blocks. */
function statesIn(block: StateMachine | Block): NamedState[] {
  return Object.entries(block.States).flatMap(([name, state]) => {
    const own = { name, type: state.Type };
    if (state.Type === 'Map') return [own, ...statesIn(state.ItemProcessor)];
    return state.Type === 'Parallel' ? [own, ...state.Branches.flatMap(statesIn)] : [own];
  });
}
