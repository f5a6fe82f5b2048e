// Step Functions: state machines, their versions and aliases, executions, activities and map runs.
import type { Platform } from '../../platform.ts';
import type { Service } from '../../service.ts';
import { createParts } from './parts.ts';

export function createStepFunctionsService(platform: Platform): Service {
  const parts = createParts(platform);
  return { name: 'stepfunctions', operations: {}, close: () => parts.running.close() };
}
