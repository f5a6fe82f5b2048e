// The relay of the local cloud: makes the buses of the stacks under test audible, by the stack that does the same in a
// real account.
import { relayTemplate } from '@earwitness/protocol/internal/relay/template';
import type { Cloud } from '../cloud.ts';
import { deployStack, type Origin } from './deploy.ts';

const STACK_NAME = 'earwitness-relay';

/** A bus was to be heard that does not exist. */
export class UnknownBusError extends Error {
  override readonly name = 'UnknownBusError';
}

/**
 * Deploys the stack, or brings it up to date, for the buses that the stacks made, or `default` when they made none, and
 * for `more`.
 * @returns the names of the buses that are heard
 * @throws UnknownBusError for a name in `more` that is not a bus
 */
export async function deployRelay(cloud: Cloud, origin: Origin, more: readonly string[]): Promise<readonly string[]> {
  const { dispatch } = cloud;
  const { EventBuses = [] } = await dispatch.call('events', 'ListEventBuses', {}, origin.call);
  const known = EventBuses.map(({ Name = '' }) => Name);
  const unknown = more.find((name) => !known.includes(name));
  if (unknown !== undefined) {
    throw new UnknownBusError(`There is no event bus '${unknown}' to relay. There is: ${known.join(', ')}.`);
  }
  const made = await busesOfStacks(cloud, origin);
  const heard = new Set([...(made.length > 0 ? made : ['default']), ...more]);
  const buses = known.filter((name) => heard.has(name));
  await deployStack(cloud, { name: STACK_NAME, template: relayTemplate(buses) }, origin);
  return buses;
}

/** Names of the event buses among the resources of the stacks that stand. */
async function busesOfStacks({ dispatch }: Cloud, { call }: Origin): Promise<string[]> {
  const { Stacks = [] } = await dispatch.call('cloudformation', 'DescribeStacks', {}, call);
  const lists = await Promise.all(
    Stacks.map(({ StackName = '' }) => dispatch.call('cloudformation', 'DescribeStackResources', { StackName }, call)),
  );
  return lists
    .flatMap(({ StackResources = [] }) => StackResources)
    .filter(({ ResourceType }) => ResourceType === 'AWS::Events::EventBus')
    .map(({ PhysicalResourceId = '' }) => PhysicalResourceId);
}
