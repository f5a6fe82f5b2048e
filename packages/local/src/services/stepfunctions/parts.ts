// What the operations of Step Functions share.
import type { Platform } from '../../platform.ts';
import { Executions } from './executions.ts';
import { createRunning, type Running } from './running/running.ts';

export interface Parts {
  readonly platform: Platform;
  readonly executions: Executions;
  readonly running: Running & { close(): void };
}

export function createParts(platform: Platform): Parts {
  const executions = new Executions(platform);
  return { platform, executions, running: createRunning({ platform, executions }) };
}
