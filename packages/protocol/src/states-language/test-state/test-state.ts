// TestState: one state, run once, with what it is given in place of an execution. The state's own work is the
// interpreter's; here is read what the test says, and told what was seen on the way.
//
// Source: API reference, TestState; recorded on AWS: LocalStack, tests/aws/services/stepfunctions/v2/test_state.
import type { TestStateInput, TestStateOutput } from '../../aws/models/stepfunctions.types.ts';
import type { Json } from '../json.ts';
import type { World } from '../query/world.ts';
import type { Inspection } from './inspection.ts';
import { type FindResourceProblem, type MockCheck, readRequest } from './request.ts';
import { type PerformTask, runState, type TestPlace } from './run-state.ts';

export interface TestStateOptions {
  readonly world: World;
  readonly place: TestPlace;
  /** Does a task that has no mock. */
  readonly performTask: PerformTask;
  /** Holds a mocked result against the model of the API; why it does not fit, or `undefined`. */
  readonly checkMock?: MockCheck;
  readonly findResourceProblem?: FindResourceProblem;
}

/** @throws ValidationException, InvalidDefinition, InvalidExecutionInput */
export async function testState(input: TestStateInput, options: TestStateOptions): Promise<TestStateOutput> {
  const test = await readRequest(input, options);
  const { inspection, ...run } = await runState(test, options);
  const { output, ...rest } = run;
  return {
    ...rest,
    ...(output !== undefined && { output: JSON.stringify(output) }),
    ...((input.inspectionLevel ?? 'INFO') !== 'INFO' && { inspectionData: written(inspection) }),
  };
}

/** Values are JSON text in the answer, numbers and details are not. */
function written({ values, ...told }: Inspection): NonNullable<TestStateOutput['inspectionData']> {
  const texts = Object.entries(values).map(([name, value]: [string, Json]) => [name, JSON.stringify(value)]);
  return { ...Object.fromEntries(texts), ...told };
}
