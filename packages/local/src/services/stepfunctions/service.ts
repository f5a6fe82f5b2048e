// Step Functions: state machines, their versions and aliases, executions, activities and map runs. What an operation
// does stands in operations/; what runs executions, in running/.

import type { ServiceModel } from '@earwitness/protocol/internal/aws/model';
import { validateInput } from '@earwitness/protocol/internal/aws/validate';
import type { Platform } from '../../platform.ts';
import type { Service } from '../../service.ts';
import { machineMap } from './map.ts';
import { activityOperations } from './operations/activity.ts';
import { aliasOperations } from './operations/alias.ts';
import { executionOperations } from './operations/execution.ts';
import { mapRunOperations } from './operations/map-run.ts';
import { stateMachineOperations } from './operations/state-machine.ts';
import { tagOperations } from './operations/tag.ts';
import { taskOperations } from './operations/task.ts';
import { testStateOperations } from './operations/test-state.ts';
import { versionOperations } from './operations/version.ts';
import { createParts } from './parts.ts';
import { STEP_FUNCTIONS_RESOURCES } from './resources/list.ts';

export function createStepFunctionsService(platform: Platform): Service {
  const parts = createParts(platform);
  return {
    name: 'stepfunctions',
    operations: {
      ...stateMachineOperations(parts),
      ...versionOperations(parts),
      ...aliasOperations(parts),
      ...executionOperations(parts),
      ...mapRunOperations(parts),
      ...activityOperations(parts),
      ...taskOperations(parts),
      ...tagOperations(parts),
      ...testStateOperations(parts),
    },
    validate,
    map: () => machineMap(parts),
    resources: STEP_FUNCTIONS_RESOURCES,
    taskResults: () => parts.running.mockedResults.list(),
    mockTasks: (results) => parts.running.mockedResults.set(results),
    reset: () => parts.running.clear(),
    purge: () => parts.running.clear(),
    close: () => parts.running.close(),
  };
}

/** An empty definition is looked at as any other. Source: recorded, test_sfn_api_validation, EMPTY_STRING. */
function validate(model: ServiceModel, operation: string, input: unknown): void {
  const isEmpty = typeof input === 'object' && input !== null && 'definition' in input && input.definition === '';
  const isLenient = operation === 'ValidateStateMachineDefinition' && isEmpty;
  validateInput(model, operation, isLenient ? { ...input, definition: '{}' } : input);
}
