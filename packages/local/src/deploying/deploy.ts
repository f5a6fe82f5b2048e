// Deploys one template through the CloudFormation API and waits until it stands: create, or update when the stack
// exists. Parameters that the template leaves open are found among the variables that clients get.
import { ServiceError } from '@earwitness/protocol/internal/aws/errors';
import type { Fact } from '@earwitness/protocol/internal/journal/fact';
import { variableName } from '@earwitness/protocol/internal/relay/names';
import { type Assessment, type AssessmentOrder, isGreen } from '../assessment/assessment.ts';
import { troublePage } from '../assessment/page.ts';
import type { Call } from '../call.ts';
import type { Cloud } from '../cloud.ts';

/** A template and what it takes to deploy it. */
export interface StackSource {
  /** The stack's name. */
  readonly name: string;
  /** The template's text, YAML or JSON. */
  readonly template: string;
  /** Absolute path from which relative paths in the template (`CodeUri: src/`) start. */
  readonly directory?: string;
  /**
   * The template's parameters by name. One that has no default and is not given takes the variable of its name
   * (`CacheName` → `CACHE_NAME`; outputs of earlier stacks are variables, too).
   */
  readonly parameters?: Readonly<Record<string, string>>;
  /**
   * Values for parameters that the template may have, as `samconfig.toml` gives them: those that it does not declare
   * are left out. `parameters` win.
   */
  readonly parametersIfDeclared?: Readonly<Record<string, string>>;
  /** Further variables for parameters without a default and a value. The cloud's own win. */
  readonly variables?: Readonly<Record<string, string | undefined>>;
  /** Default: all of them. */
  readonly capabilities?: readonly string[];
  /** Tags of the stack. */
  readonly tags?: Readonly<Record<string, string>>;
}

/** A stack could not be deployed. The message names the stack and every resource that failed, with its reason. */
export class DeploymentError extends Error {
  /** Which stack. */
  readonly stackName: string;

  constructor(stackName: string, reason: string, options?: ErrorOptions) {
    super(`Stack ${stackName} could not be deployed.\n${reason}`, options);
    this.name = 'DeploymentError';
    this.stackName = stackName;
  }
}

/** The tag that tells CloudFormation where relative code paths start. */
const DIRECTORY_TAG = 'earwitness:template-directory';
const CAPABILITIES = ['CAPABILITY_IAM', 'CAPABILITY_NAMED_IAM', 'CAPABILITY_AUTO_EXPAND'] as const;

/** Who deploys, and the variables that clients get. */
export interface Origin {
  readonly call: Omit<Call, 'requestId'>;
  /** Asked only when the template leaves a parameter open. */
  readonly variables: () => Promise<Readonly<Record<string, string>>>;
}

/**
 * Creates or updates a stack and waits for the end of it.
 * @returns the stack's outputs by name.
 * @throws DeploymentError when the template is refused or a resource fails.
 */
export async function deployStack(
  cloud: Cloud,
  source: StackSource,
  { call, variables }: Origin,
): Promise<Record<string, string>> {
  const tags = { ...source.tags, ...(source.directory !== undefined && { [DIRECTORY_TAG]: source.directory }) };
  const input = {
    StackName: source.name,
    TemplateBody: source.template,
    Capabilities: (source.capabilities ?? CAPABILITIES) as typeof CAPABILITIES,
    Tags: Object.entries(tags).map(([Key, Value]) => ({ Key, Value })),
  };
  const failures: string[] = [];
  let stop = () => {};
  const finished = new Promise<string>((resolve) => {
    stop = cloud.journal.listen((fact) => watch(fact, source.name, failures, resolve));
  });
  try {
    const exists = await stackExists(cloud, source.name, call);
    const assessment = await assessStack(cloud, source, { call, variables });
    if (!isGreen(assessment)) throw new DeploymentError(source.name, troublePage(assessment).join('\n'));
    const Parameters = Object.entries(assessment.parameters).map(([ParameterKey, ParameterValue]) => ({
      ParameterKey,
      ParameterValue,
    }));
    await cloud.dispatch.call('cloudformation', exists ? 'UpdateStack' : 'CreateStack', { ...input, Parameters }, call);
    const status = await finished;
    if (!/^(CREATE|UPDATE)_COMPLETE$/.test(status))
      throw new DeploymentError(source.name, failures.join('\n') || status);
  } catch (error) {
    if (!(error instanceof ServiceError)) throw error;
    if (error.message !== 'No updates are to be performed.')
      throw new DeploymentError(source.name, inset(error.message), { cause: error });
  } finally {
    stop();
  }
  return stackOutputs(cloud, source.name, call);
}

/**
 * What can be said of a stack before anything is made; nothing is changed.
 * @param beside what is there by then beside that which the local cloud has
 */
export async function assessStack(
  { dispatch, ids }: Cloud,
  { name: stackName, variables: further = {}, ...source }: StackSource,
  { call, variables, beside }: Origin & Pick<AssessmentOrder, 'beside'>,
): Promise<Assessment> {
  const findParameters = async (names: readonly string[]) => ({
    ...parametersAmong(further, names),
    ...parametersAmong(await variables(), names),
  });
  const order = { ...source, stackName, findParameters, ...(beside && { beside }) };
  const assessment = await dispatch.service('cloudformation')?.assess?.(order, { ...call, requestId: ids.uuid() });
  if (assessment) return assessment;
  throw new Error("The service 'cloudformation' is not part of this local cloud.");
}

/** Parameters for which there is a variable. */
function parametersAmong(
  variables: Readonly<Record<string, string | undefined>>,
  names: readonly string[],
): Readonly<Record<string, string>> {
  const found: Record<string, string> = {};
  for (const name of names) {
    const value = variables[variableName(name)];
    if (value !== undefined) found[name] = value;
  }
  return found;
}

function watch(fact: Fact, stackName: string, failures: string[], finish: (status: string) => void): void {
  if (fact.kind !== 'stack' || fact.stack !== stackName) return;
  // A nested stack is a resource of the same type.
  if (!fact.physicalId?.includes(`:stack/${stackName}/`)) {
    if (fact.status.endsWith('_FAILED') && fact.reason !== 'Resource creation cancelled') {
      failures.push(`  ${inset(`${fact.logicalId} (${fact.resourceType}): ${fact.reason ?? fact.status}`)}`);
    }
    return;
  }
  // No resource has failed when it is an output, or an export that another stack has.
  if (/(ROLLBACK_IN_PROGRESS|_FAILED)$/.test(fact.status) && failures.length === 0 && fact.reason !== undefined) {
    failures.push(`  ${inset(fact.reason.replace(/ Rollback requested by user\.$/, ''))}`);
  }
  if (/_(COMPLETE|FAILED)$/.test(fact.status) && !/CLEANUP/.test(fact.status)) finish(fact.status);
}

/** Further lines of a reason (a bundler's, or of what the template says) stand further in than what is ours. */
function inset(reason: string): string {
  return reason.replaceAll('\n', '\n      ');
}

async function stackExists(cloud: Cloud, name: string, call: Omit<Call, 'requestId'>): Promise<boolean> {
  const { StackSummaries = [] } = await cloud.dispatch.call('cloudformation', 'ListStacks', {}, call);
  return StackSummaries.some((stack) => stack.StackName === name && stack.StackStatus !== 'DELETE_COMPLETE');
}

async function stackOutputs(
  cloud: Cloud,
  name: string,
  call: Omit<Call, 'requestId'>,
): Promise<Record<string, string>> {
  const { Stacks = [] } = await cloud.dispatch.call('cloudformation', 'DescribeStacks', { StackName: name }, call);
  return Object.fromEntries(
    (Stacks[0]?.Outputs ?? []).map((output) => [output.OutputKey ?? '', output.OutputValue ?? '']),
  );
}
