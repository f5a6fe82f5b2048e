// Assesses the stacks of a plan in their order, without making anything: each is looked at beside what those before it
// would leave.
import { type Assessment, type Assessor, assessmentPage, DeploymentError, isGreen } from '@earwitness/local';
import { type Given, storedBy } from './given.ts';
import type { PlannedStack } from './project/planned-stack.ts';

export interface AssessedStack {
  readonly name: string;
  readonly assessment: Assessment;
}

/** What there is before the first stack. */
export interface Beforehand {
  readonly given: Given;
  /** For parameters that nobody gives, beside the cloud's own. */
  readonly variables: NodeJS.ProcessEnv;
}

/** @throws ConfigurationError for parameters of the configuration that are none */
export async function assessPlan(
  assessor: Pick<Assessor, 'assess' | 'env'>,
  plan: readonly PlannedStack[],
  { given, variables }: Beforehand,
): Promise<readonly AssessedStack[]> {
  const assessed: AssessedStack[] = [];
  const secrets = Object.keys(given.secrets);
  let beside = { exports: given.exports, stored: storedBy(given), secrets, buses: given.buses };
  for (const stack of plan) {
    const outputs = Object.fromEntries(assessed.map(({ name, assessment }) => [name, assessment.leaves.outputs]));
    const parameters = stack.parameters({ env: assessor.env, outputs });
    const assessment = await assessor.assess({ ...stack, parameters, variables }, { beside });
    const { leaves } = assessment;
    beside = {
      exports: { ...beside.exports, ...leaves.exports },
      stored: { ...beside.stored, ...leaves.stored },
      secrets: [...beside.secrets, ...leaves.secrets],
      buses: [...beside.buses, ...leaves.buses],
    };
    assessed.push({ name: stack.name, assessment });
  }
  return assessed;
}

/**
 * Assesses a plan that is about to be deployed. A plan of several stacks is refused for all that is wrong with them at
 * once; of a single one its deployment says it.
 * @throws ConfigurationError, DeploymentError
 */
export async function acceptPlan(
  assessor: Pick<Assessor, 'assess' | 'env'>,
  plan: readonly PlannedStack[],
  before: Beforehand,
): Promise<readonly AssessedStack[]> {
  const assessed = await assessPlan(assessor, plan, before);
  const bad = assessed.filter(({ assessment }) => !isGreen(assessment));
  if (bad.length === 0 || plan.length < 2) return assessed;
  const pages = bad.flatMap(({ name, assessment: { wrong, toGive } }) => [
    '',
    name,
    ...assessmentPage({ served: {}, standsIn: [], doubtful: [], wrong, toGive }),
  ]);
  throw new DeploymentError(bad.map(({ name }) => name).join(', '), pages.join('\n'));
}
