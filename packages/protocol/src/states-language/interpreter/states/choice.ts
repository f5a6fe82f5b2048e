// Choice: goes on with the first rule that holds, or `Default`. It has no Catch: no match fails its block.

import { chooseRule } from '../../choice/choose.ts';
import type { ChoiceState } from '../../definition/definition.ts';
import { StatesError } from '../../states-error.ts';
import { effectiveScope, leaveWithInput } from '../data-flow.ts';
import type { Outcome } from '../outcome.ts';
import type { Visit } from '../visit.ts';

export async function beginChoice(at: Visit<ChoiceState>): Promise<Outcome> {
  const { state, turn } = at;
  const rule = await chooseRule(state, effectiveScope(at), turn.world);
  if (rule) return leaveWithInput(at, { next: rule.Next, fields: rule });
  if (state.Default !== undefined) return leaveWithInput(at, { next: state.Default });
  throw new StatesError('States.NoChoiceMatched', 'No choice rule matched, and there is no Default.');
}
