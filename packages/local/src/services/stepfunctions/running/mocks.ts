// Results of tasks that a test says, by state machine and state: nothing is called then. How many were used by an
// execution stands in a row, so that any node goes on with the next one.
import type { MockedResult, MockedResults, MockedStates } from '@earwitness/protocol/internal/admin/mocked-results';
import type { TaskAsk } from '@earwitness/protocol/internal/states-language/interpreter/happening';
import { type Table, tableOf } from '../../../backbone/table.ts';
import { updateRow } from '../../../backbone/update.ts';
import { ownEntry } from '../../../own-entry.ts';
import type { Platform } from '../../../platform.ts';
import type { ExecutionRow } from '../execution.ts';
import { failed, type Outcome } from '../tasks/task.ts';

/** By the state machine's name: a test knows no account. */
const MOCKS = tableOf<MockedStates>('stepfunctions/mocked-results');
/** The tasks of a state that were mocked, in order: by the execution's id and the state. */
const USED = tableOf<readonly string[]>('stepfunctions/mocked-tasks');

export class Mocks {
  readonly #mocks: Table<MockedStates>;
  readonly #used: Table<readonly string[]>;

  constructor({ backbone }: Pick<Platform, 'backbone'>) {
    this.#mocks = backbone.table(MOCKS);
    this.#used = backbone.table(USED);
  }

  /** Replaces what was said of these machines; no states: nothing is mocked any more. */
  async set(results: MockedResults): Promise<void> {
    for (const [machine, states] of Object.entries(results)) {
      if (Object.keys(states).length === 0) await this.#mocks.delete(machine);
      else await this.#mocks.put(machine, states);
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
    const sentence = `State "${ask.state}" has ${results.results.length} mocked results, and was called for time ${at + 1} in this execution.`;
    return failed('Earwitness.NoMockedResult', sentence);
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
