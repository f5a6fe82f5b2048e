// Assesses the stacks of a plan in their order, without making anything: each is looked at beside what those before it
// would leave.
import { type Assessment, assessmentPage, DeploymentError, isGreen, type Local } from '@earwitness/local';
import type { Given } from './given.ts';
import type { PlannedStack } from './stacks.ts';

export interface AssessedStack {
  readonly name: string;
  readonly assessment: Assessment;
}

/** @throws ConfigurationError for parameters of the configuration that are none */
export async function assessPlan(
  local: Local,
  plan: readonly PlannedStack[],
  given: Given,
): Promise<readonly AssessedStack[]> {
  const assessed: AssessedStack[] = [];
  let beside = { exports: given.exports, stored: given.ssm, secrets: Object.keys(given.secrets), buses: given.buses };
  for (const stack of plan) {
    const outputs = Object.fromEntries(assessed.map(({ name, assessment }) => [name, assessment.leaves.outputs]));
    const parameters = stack.parameters({ env: local.env, outputs });
    const assessment = await local.assess({ ...stack, parameters }, { beside });
    const { exports, stored, secrets, buses, outputs: _ } = assessment.leaves;
    beside = {
      exports: { ...beside.exports, ...exports },
      stored: { ...beside.stored, ...stored },
      secrets: [...beside.secrets, ...secrets],
      buses: [...beside.buses, ...buses],
    };
    assessed.push({ name: stack.name, assessment });
  }
  return assessed;
}

/**
 * Refuses a plan of several stacks for all that is wrong with them at once; of a single one its deployment says it.
 * @throws DeploymentError
 */
export async function refusePlan(local: Local, plan: readonly PlannedStack[], given: Given): Promise<void> {
  if (plan.length < 2) return;
  const bad = (await assessPlan(local, plan, given)).filter(({ assessment }) => !isGreen(assessment));
  if (bad.length === 0) return;
  const pages = bad.flatMap(({ name, assessment: { wrong, toGive } }) => [
    '',
    name,
    ...assessmentPage({ served: {}, standsIn: [], wrong, toGive }),
  ]);
  throw new DeploymentError(bad.map(({ name }) => name).join(', '), pages.join('\n'));
}
