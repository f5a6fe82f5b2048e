// The rules of a running local cloud, by every name that people call them.
import type { CloudState } from '@earwitness/protocol/internal/admin/cloud-state';
import { plainName } from '@earwitness/protocol/internal/journal/names';
import { findNamed, type Nameable, resourcesOf, stackNames } from '../../cloud/find-named.ts';
import type { ListedRule } from '../../page/bus.ts';
import { isOk, readJson, request } from '../../request.ts';
import { UsageError } from '../usage-error.ts';
import { readState } from './admin.ts';

export interface FoundRule {
  readonly bus: string;
  readonly name: string;
  /** Its name as its template knows it. */
  readonly title: string;
  /** JSON text; absent of a rule that runs on a schedule. */
  readonly pattern?: string;
  readonly isDisabled: boolean;
}

interface Asked {
  /** Logical id, `stack.LogicalId`, name or ARN; left out: every rule of the bus. */
  readonly rule: string | undefined;
  /** The same of a bus; left out: the rule's own, or `default`. */
  readonly bus: string | undefined;
}

/** @throws UsageError when no local cloud answers, or there are no such rules */
export async function findRules(url: string, { rule, bus }: Asked): Promise<readonly FoundRule[]> {
  const state = await readState(url);
  const isAnywhere = bus === undefined && rule !== undefined;
  const buses = isAnywhere ? state.buses.map(({ name }) => name) : [busOf(state, bus ?? 'default')];
  const all: Nameable<FoundRule>[] = [];
  for (const name of buses) all.push(...(await listRules(url, name)).map((listed) => nameable(listed, name, state)));
  if (rule !== undefined) return [findNamed({ what: 'rule', name: rule }, all)];
  if (all.length === 0)
    throw new UsageError(`bus ${buses.join()} has no rules.${await rulesElsewhere(url, state, buses)}`);
  return all.map(({ thing }) => thing);
}

/** An event may be meant for another bus than the default one: which buses have rules, as a sentence. */
async function rulesElsewhere(url: string, state: CloudState, asked: readonly string[]): Promise<string> {
  const others: string[] = [];
  for (const { name } of state.buses) {
    if (!asked.includes(name) && (await listRules(url, name)).length > 0) others.push(`--bus ${name}`);
  }
  return others.length === 0 ? '' : ` There are rules on: ${others.join(', ')}.`;
}

function busOf(state: CloudState, asked: string): string {
  const made = resourcesOf(state, 'AWS::Events::EventBus');
  const buses = state.buses.map(({ name, arn }) => {
    const own = made.find(({ resource }) => resource.physicalId === name);
    return { thing: name, names: [name, ...(own ? stackNames(own) : []), arn] as const };
  });
  return findNamed({ what: 'event bus', name: asked }, buses);
}

function nameable(
  { Name: name, Arn = '', EventPattern: pattern, State }: ListedRule,
  bus: string,
  state: CloudState,
): Nameable<FoundRule> {
  // The physical id of a rule of the default bus is its name, of any other `bus|name`.
  const ids = bus === 'default' ? [name, `default|${name}`] : [`${bus}|${name}`];
  const own = resourcesOf(state, 'AWS::Events::Rule').find(({ resource }) => ids.includes(resource.physicalId ?? ''));
  const names = own ? ([...stackNames(own), name, Arn] as const) : ([name, Arn] as const);
  return {
    thing: {
      bus,
      name,
      title: plainName(name),
      isDisabled: State === 'DISABLED',
      ...(pattern !== undefined && { pattern }),
    },
    names,
  };
}

/** By EventBridge's own operation: the local cloud takes the call without a signature. */
async function listRules(url: string, bus: string): Promise<readonly ListedRule[]> {
  const answer = await request(new URL(url).origin, {
    method: 'POST',
    headers: { 'content-type': 'application/x-amz-json-1.1', 'x-amz-target': 'AWSEvents.ListRules' },
    body: JSON.stringify({ EventBusName: bus }),
  });
  const { Rules = [], message } = (await readJson(answer)) as {
    readonly Rules?: readonly ListedRule[];
    readonly message?: string;
  };
  if (!isOk(answer)) throw new UsageError(`the rules of bus ${bus} cannot be read: ${message}`);
  return Rules;
}
