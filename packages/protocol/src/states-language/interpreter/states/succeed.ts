// Succeed: ends its block with its input as output.
import type { SucceedState } from '../../definition/definition.ts';
import { leaveWithInput } from '../data-flow.ts';
import type { Outcome } from '../outcome.ts';
import type { Visit } from '../visit.ts';

export async function beginSucceed(at: Visit<SucceedState>): Promise<Outcome> {
  return leaveWithInput(at, { next: undefined });
}
