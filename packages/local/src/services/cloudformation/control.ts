// The control plane's hands: starts creation, update and deletion of a stack, whether an operation or a change set asks for it.
import type { Call } from '../../call.ts';
import type { Platform } from '../../platform.ts';
import { type Blueprint, drawBlueprint } from './blueprint/blueprint.ts';
import { type ChangeSetRecord, type ChangeSetStore, createChangeSetStore } from './change-set.ts';
import { forgetDeletedStacks } from './deleted-stacks.ts';
import { type Background, createBackground } from './deployment/background.ts';
import { type OnFailure, runCreation, runDeletion, runUpdate } from './deployment/course.ts';
import type { StackWork } from './deployment/resource-work.ts';
import type { DeployRequest } from './request.ts';
import { createStackStore, type StackParameter, type StackRecord, type StackStore } from './stack.ts';
import { createStackEvents, type StackEvents } from './stack-event.ts';

export interface Control {
  readonly platform: Platform;
  readonly stacks: StackStore;
  readonly events: StackEvents;
  readonly changeSets: ChangeSetStore;
  readonly background: Background;
  /** Where deployed APIs answer; `undefined` when outputs are to be shown as AWS has them. */
  readonly outputAddress: string | undefined;
}

export interface CloudFormationOptions {
  /** Show URLs of our own APIs in outputs as local ones. */
  readonly rewriteOutputs: boolean;
}

export function createControl(platform: Platform, { rewriteOutputs }: CloudFormationOptions): Control {
  const stacks = createStackStore(platform);
  return {
    platform,
    stacks,
    events: createStackEvents(platform, stacks),
    changeSets: createChangeSetStore(platform.backbone.table<ChangeSetRecord>('cloudformation/change-sets'), stacks),
    background: createBackground(platform),
    outputAddress: rewriteOutputs ? platform.address.http : undefined,
  };
}

/** What the request's template comes to for a stack of that id and name. */
export function drawFor(
  control: Control,
  request: DeployRequest,
  stack: {
    readonly id: string;
    readonly name: string;
    readonly previous?: readonly StackParameter[];
    readonly call: Call;
  },
): Promise<Blueprint> {
  const { account, region } = stack.call;
  return drawBlueprint(control.platform, {
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
  control: Control,
  blueprint: Blueprint,
  start: Start & { readonly onFailure: OnFailure },
): Promise<void> {
  await control.events.stack(start.stackId, 'CREATE_IN_PROGRESS', {
    reason: 'User Initiated',
    with: { ...start.members, disableRollback: start.onFailure === 'DO_NOTHING' },
  });
  run(control, { ...start, parameters: blueprint.parameters }, (work) => runCreation(work, blueprint, start.onFailure));
}

export async function startUpdate(
  control: Control,
  blueprint: Blueprint,
  start: Start & { readonly disableRollback: boolean; readonly afterwards: Partial<StackRecord> },
): Promise<void> {
  await control.events.stack(start.stackId, 'UPDATE_IN_PROGRESS', {
    reason: 'User Initiated',
    with: { ...start.members, updatedAt: control.platform.clock.now() },
  });
  const update = { members: start.afterwards, disableRollback: start.disableRollback };
  run(control, { ...start, parameters: blueprint.parameters }, (work) => runUpdate(work, blueprint, update));
}

export async function startDeletion(
  control: Control,
  start: Start & { readonly retained: readonly string[] },
): Promise<void> {
  await control.events.stack(start.stackId, 'DELETE_IN_PROGRESS', {
    reason: 'User Initiated',
    ...(start.members && { with: start.members }),
  });
  const { parameters } = control.stacks.get(start.stackId, start.call);
  run(control, { ...start, parameters }, (work) => runDeletion(work, start.retained));
}

function run(
  control: Control,
  { stackId, call, parameters }: Start & { readonly parameters: readonly StackParameter[] },
  steps: (work: StackWork) => Promise<void>,
): void {
  const { platform, stacks, events, background } = control;
  // The caller's signal is not the work's: it goes on when the caller has gone.
  const { signal: _, ...own } = call;
  const secrets = parameters.filter(({ noEcho, text }) => noEcho && text.length >= SECRET_MIN_LENGTH);
  background.start(stackId, async (signal) => {
    await steps({ platform, stacks, events, stackId, call: own, signal, secrets: secrets.map(({ text }) => text) });
    await forgetDeletedStacks(control);
  });
}
