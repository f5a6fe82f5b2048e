// Starts the creation, update and deletion of a stack, whether an operation or a change set asks for it.
import type { Call } from '../../../call.ts';
import type { Blueprint } from '../blueprint/blueprint.ts';
import { drawBlueprint } from '../blueprint/draw.ts';
import { forgetDeletedStacks } from '../deleted-stacks.ts';
import type { Parts } from '../parts.ts';
import type { DeployRequest } from '../request.ts';
import type { StackParameter, StackRecord } from '../stack.ts';
import { type OnFailure, runCreation, runDeletion, runUpdate } from './course.ts';
import type { StackWork } from './resource-work.ts';

/** What the request's template comes to for a stack of that id and name. */
export function drawFor(
  parts: Parts,
  request: DeployRequest,
  stack: {
    readonly id: string;
    readonly name: string;
    readonly previous?: readonly StackParameter[];
    readonly call: Call;
  },
): Promise<Blueprint> {
  const { account, region } = stack.call;
  return drawBlueprint(parts.platform, {
    templateBody: request.templateBody,
    given: request.given,
    ...(stack.previous && { previous: stack.previous }),
    placement: {
      account,
      region,
      stackName: stack.name,
      stackId: stack.id,
      notificationArns: request.notificationArns,
    },
    tags: request.tags,
    call: stack.call,
  });
}

/** The members of a stack's row that follow from what was asked for. */
export function requestedMembers(
  blueprint: Blueprint,
  request: DeployRequest,
): Pick<StackRecord, 'parameters' | 'capabilities' | 'tags' | 'notificationArns' | 'templateBody' | 'processedBody'> &
  Partial<StackRecord> {
  const { description } = blueprint.template;
  return {
    parameters: blueprint.parameters,
    capabilities: request.capabilities,
    tags: request.tags,
    notificationArns: request.notificationArns,
    templateBody: blueprint.templateBody,
    processedBody: blueprint.processedBody,
    ...(request.roleArn !== undefined && { roleArn: request.roleArn }),
    ...(description !== undefined && { description }),
  };
}

export function newStack(
  stack: { readonly id: string; readonly name: string; readonly call: Call },
  now: number,
): StackRecord {
  return {
    id: stack.id,
    name: stack.name,
    account: stack.call.account,
    region: stack.call.region,
    status: 'REVIEW_IN_PROGRESS',
    createdAt: now,
    parameters: [],
    capabilities: [],
    tags: [],
    notificationArns: [],
    disableRollback: false,
    terminationProtection: false,
    templateBody: '',
    processedBody: '',
    resources: {},
    outputs: [],
    imports: [],
  };
}

/** Ours: shorter values of NoEcho parameters are not looked for in reasons, as they would be found everywhere. */
const SECRET_MIN_LENGTH = 4;

interface Start {
  readonly stackId: string;
  readonly call: Call;
  /** Members of the stack's row that change at once. */
  readonly members?: Partial<StackRecord>;
}

export async function startCreation(
  parts: Parts,
  blueprint: Blueprint,
  start: Start & { readonly onFailure: OnFailure },
): Promise<void> {
  await parts.events.stack(start.stackId, 'CREATE_IN_PROGRESS', {
    reason: 'User Initiated',
    with: { ...start.members, disableRollback: start.onFailure === 'DO_NOTHING' },
  });
  run(parts, { ...start, parameters: blueprint.parameters }, (work) => runCreation(work, blueprint, start.onFailure));
}

export async function startUpdate(
  parts: Parts,
  blueprint: Blueprint,
  start: Start & { readonly disableRollback: boolean; readonly afterwards: Partial<StackRecord> },
): Promise<void> {
  await parts.events.stack(start.stackId, 'UPDATE_IN_PROGRESS', {
    reason: 'User Initiated',
    with: { ...start.members, updatedAt: parts.platform.clock.now() },
  });
  const update = { members: start.afterwards, disableRollback: start.disableRollback };
  run(parts, { ...start, parameters: blueprint.parameters }, (work) => runUpdate(work, blueprint, update));
}

export async function startDeletion(
  parts: Parts,
  start: Start & { readonly retained: readonly string[] },
): Promise<void> {
  await parts.events.stack(start.stackId, 'DELETE_IN_PROGRESS', {
    reason: 'User Initiated',
    ...(start.members && { with: start.members }),
  });
  const { parameters } = parts.stacks.get(start.stackId, start.call);
  run(parts, { ...start, parameters }, (work) => runDeletion(work, start.retained));
}

function run(
  parts: Parts,
  { stackId, call, parameters }: Start & { readonly parameters: readonly StackParameter[] },
  steps: (work: StackWork) => Promise<void>,
): void {
  const { platform, stacks, events, background, turns } = parts;
  // The caller's signal is not the work's: it goes on when the caller has gone.
  const { signal: _, ...own } = call;
  const secrets = parameters.filter(({ noEcho, text }) => noEcho && text.length >= SECRET_MIN_LENGTH);
  background.start(stackId, async (signal) => {
    const texts = secrets.map(({ text }) => text);
    await steps({ platform, stacks, events, turns, stackId, call: own, signal, secrets: texts });
    await forgetDeletedStacks(parts);
  });
}
