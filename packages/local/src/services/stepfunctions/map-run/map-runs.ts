// Distributed Maps.
import type { Ask } from '@earwitness/protocol/internal/states-language/interpreter/happening';
import type { Platform } from '../../../platform.ts';
import type { ExecutionRow } from '../execution.ts';
import type { Telling } from '../running/nested.ts';

export interface MapRunDriver {
  start(row: ExecutionRow): Promise<ExecutionRow>;
  tell(tellings: readonly Telling[]): Promise<void>;
}

export class MapRuns {
  constructor(_platform: Platform, _driver: MapRunDriver) {}

  async start(_row: ExecutionRow, _ask: Extract<Ask, { kind: 'map run' }>): Promise<void> {}
  async cancel(_row: ExecutionRow, _task: string): Promise<void> {}
  async childEnded(_row: ExecutionRow): Promise<void> {}
  async clear(): Promise<void> {}
}
