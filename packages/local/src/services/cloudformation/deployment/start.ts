// Starts the creation, update and deletion of a stack, whether an operation or a change set asks for it.
import { ServiceError } from '@earwitness/protocol/internal/aws/errors';
import type { Call } from '../../../call.ts';
import type { Blueprint } from '../blueprint/blueprint.ts';
import { drawBlueprint } from '../blueprint/draw.ts';
import { forgetDeletedStacks } from '../deleted-stacks.ts';
import type { DeployRequest } from '../deploy-request.ts';
import { runImport } from '../importing/import-course.ts';
import type { ImportOrder } from '../importing/import-order.ts';
import type { Parts } from '../parts.ts';
import { isInProgress, type StackParameter, type StackRecord } from '../stack.ts';
import { CLOSING } from './background.ts';
import type { Held, Order } from './claims.ts';
import { type OnFailure, runCreation, runDeletion, runUpdate } from './course.ts';
import type { StackWork } from './stack-work.ts';

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

export interface Start {
  readonly stackId: string;
  readonly call: Call;
  /** Members of the stack's row that change at once. */
  readonly members?: Partial<StackRecord>;
}

export interface Creation extends Start {
  readonly onFailure: OnFailure;
}

export interface Update extends Start {
  readonly disableRollback: boolean;
  /** Members of the row that hold when the update is done. */
  readonly afterwards: ReturnType<typeof requestedMembers>;
}

export interface Import extends Start {
  readonly imports: readonly ImportOrder[];
  /** Members of the row that hold when the import is done. */
  readonly afterwards: ReturnType<typeof requestedMembers>;
}

export interface Deletion extends Start {
  /** Logical ids of resources that stay. */
  readonly retained: readonly string[];
}

export async function startCreation(parts: Parts, blueprint: Blueprint, start: Creation): Promise<void> {
  await startClaimed(parts, start, () => beginCreation(parts, blueprint, start));
}

export async function startUpdate(parts: Parts, blueprint: Blueprint, start: Update): Promise<void> {
  await startClaimed(parts, start, () => beginUpdate(parts, blueprint, start));
}

export async function startImport(parts: Parts, blueprint: Blueprint, start: Import): Promise<void> {
  const { afterwards: members, imports } = start;
  await startClaimed(parts, start, async () => {
    await parts.events.stack(start.stackId, 'IMPORT_IN_PROGRESS', {
      reason: 'User Initiated',
      with: { ...start.members, updatedAt: parts.platform.clock.now() },
    });
    const { parameters } = blueprint;
    return (signal) =>
      runImport(workOf(parts, { ...start, parameters, asked: members }, signal), blueprint, { imports, members });
  });
}

export async function startDeletion(parts: Parts, start: Deletion): Promise<void> {
  await startClaimed(parts, start, () => beginDeletion(parts, start));
}

/** The work that follows the first event of it. Returns why it failed. */
export type Course = (signal: AbortSignal) => Promise<string | undefined>;

export async function beginCreation(parts: Parts, blueprint: Blueprint, start: Creation): Promise<Course> {
  const row = await parts.events.stack(start.stackId, 'CREATE_IN_PROGRESS', {
    reason: 'User Initiated',
    with: { ...start.members, disableRollback: start.onFailure === 'DO_NOTHING' },
  });
  const { parameters } = blueprint;
  return (signal) =>
    runCreation(workOf(parts, { ...start, parameters, asked: row }, signal), blueprint, start.onFailure);
}

export async function beginUpdate(parts: Parts, blueprint: Blueprint, start: Update): Promise<Course> {
  await parts.events.stack(start.stackId, 'UPDATE_IN_PROGRESS', {
    reason: 'User Initiated',
    with: { ...start.members, updatedAt: parts.platform.clock.now() },
  });
  const update = { members: start.afterwards, disableRollback: start.disableRollback };
  const { parameters } = blueprint;
  return (signal) =>
    runUpdate(workOf(parts, { ...start, parameters, asked: start.afterwards }, signal), blueprint, update);
}

export async function beginDeletion(parts: Parts, start: Deletion): Promise<Course> {
  const row = await parts.events.stack(start.stackId, 'DELETE_IN_PROGRESS', {
    reason: 'User Initiated',
    ...(start.members && { with: start.members }),
  });
  const { parameters } = row;
  return (signal) => runDeletion(workOf(parts, { ...start, parameters, asked: row }, signal), start.retained);
}

/** Of stacks of which something was begun, and that are not gone. */
const STANDING = /^(?!REVIEW_IN_PROGRESS|DELETE_COMPLETE)/;

/** Starts work on a stack, unless another node is at work on it. @throws ServiceError `ValidationError` */
async function startClaimed(
  parts: Parts,
  start: Start &
    Pick<Order, 'onFailure' | 'disableRollback' | 'retained'> & { readonly imports?: readonly ImportOrder[] },
  begin: () => Promise<Course>,
): Promise<void> {
  const { stackId, onFailure, disableRollback, retained, imports } = start;
  const { signal: _, ...call } = start.call;
  const { name } = parts.stacks.get(stackId, call);
  const order: Order = {
    ...{ stackId, name, call },
    ...(onFailure !== undefined && { onFailure }),
    ...(disableRollback !== undefined && { disableRollback }),
    ...(retained !== undefined && { retained }),
    ...(imports !== undefined && { imported: imports.map(({ logicalId }) => logicalId) }),
  };
  const isAtRest = () => !isInProgress(parts.stacks.get(stackId, call));
  const held = await parts.claims.take(order, isAtRest);
  const { status } = parts.stacks.get(stackId, call);
  const refused = new ServiceError('ValidationError', `Stack:${stackId} is in ${status} state and can not be updated.`);
  if (!held) throw refused;
  try {
    if (!isAtRest()) throw refused;
    // Another node has made one of this name at the same moment.
    const isTaken = parts.stacks
      .list(call)
      .some((other) => other.name === name && other.id !== stackId && STANDING.test(other.status));
    if (isTaken) throw new ServiceError('AlreadyExistsException', `Stack [${name}] already exists`);
    runInBackground(parts, held, await begin());
  } catch (error) {
    await held.release();
    throw error;
  }
}

/** Does work that this node has claimed. A node that closes leaves what it has not done to the others. */
export function runInBackground(parts: Parts, { order: { stackId }, ...held }: Held, course: Course): void {
  parts.background.start(stackId, async (signal) => {
    try {
      await course(AbortSignal.any([signal, held.lost]));
    } catch (error) {
      if (!held.lost.aborted) throw error;
    } finally {
      await (signal.reason === CLOSING ? held.leave() : held.release());
    }
    await forgetDeletedStacks(parts);
  });
}

export function workOf(
  { platform, stacks, events, turns }: Parts,
  {
    stackId,
    call,
    parameters,
    asked: { tags, capabilities, notificationArns, roleArn },
  }: Start & {
    readonly parameters: readonly StackParameter[];
    readonly asked: StackWork['asked'] & { readonly roleArn?: string };
  },
  signal: AbortSignal,
): StackWork {
  // The caller's signal is not the work's: it goes on when the caller has gone.
  const { signal: _, ...caller } = call;
  const own = roleArn === undefined ? caller : asAccount(caller);
  const secrets = parameters.filter(({ noEcho, text }) => noEcho && text.length >= SECRET_MIN_LENGTH);
  return {
    ...{ platform, stacks, turns, stackId, call: own, signal },
    // What is stopped says nothing more of the stack: it is gone, or another node's.
    events: {
      ...events,
      stack: async (...told) => {
        signal.throwIfAborted();
        return events.stack(...told);
      },
      resource: async (...told) => {
        signal.throwIfAborted();
        return events.resource(...told);
      },
      formerResource: async (...told) => {
        signal.throwIfAborted();
        return events.formerResource(...told);
      },
    },
    asked: { tags, capabilities, notificationArns },
    secrets: secrets.map(({ text }) => text),
  };
}

/**
 * A stack with a role is made by that role, whoever asks for it (`cdk deploy` asks as a role that may make nothing
 * itself). The role is not held to its policies: the account itself does the work.
 */
function asAccount(call: Call): Call {
  return { ...call, principal: { kind: 'account', arn: `arn:aws:iam::${call.account}:root` } };
}
