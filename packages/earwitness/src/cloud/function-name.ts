// Which function a name means. On a local cloud, what it says of itself is searched for names, ARNs and logical ids; on
// AWS a logical id is looked up in its stack, because an account has the same one in many.
import type { CloudState, FunctionState } from '@earwitness/protocol/internal/admin/cloud-state';
import { localUrl } from '../local-cloud.ts';
import { askLocal } from './admin.ts';
import { findNamed, type Nameable, resourcesOf, stackNames } from './find-named.ts';
import { callAws, loadSdk } from './sdk.ts';

/** A function as AWS's operations take it. */
export interface FoundFunction {
  /** Name or ARN. */
  readonly name: string;
  /** Where it logs; absent on AWS, where the function's configuration tells it. */
  readonly logGroup?: string;
}

/**
 * @param call what the test called: `cloud.invoke()`
 * @param name a name, an ARN, a logical id, or `stack.LogicalId`
 * @throws ConfigurationError when none has the name, or several have
 */
export async function functionNamed(call: string, name: string): Promise<FoundFunction> {
  const url = localUrl();
  if (url !== undefined) {
    const { fn, qualifier } = findFunction((await askLocal(url, 'state')) as CloudState, name, call);
    return { name: qualifier === undefined ? fn.arn : `${fn.arn}:${qualifier}`, logGroup: fn.logGroup };
  }
  const [, stack, logicalId] = /^([A-Za-z][A-Za-z0-9-]*)\.([A-Za-z0-9]+)$/.exec(name) ?? [];
  if (stack === undefined || logicalId === undefined) return { name };
  return { name: await physicalId(call, stack, logicalId) };
}

/** Of a stack's resource on AWS. @throws TransportError when the stack has no such resource */
export async function physicalId(call: string, stack: string, logicalId: string): Promise<string> {
  const sdk = await loadSdk(call, '@aws-sdk/client-cloudformation', () => import('@aws-sdk/client-cloudformation'));
  const { StackResourceDetail } = await callAws(call, new sdk.CloudFormationClient({}), (client) =>
    client.send(new sdk.DescribeStackResourceCommand({ StackName: stack, LogicalResourceId: logicalId })),
  );
  return StackResourceDetail?.PhysicalResourceId ?? '';
}

export interface NamedFunction {
  readonly fn: FunctionState;
  /** Alias or version, when one was named. */
  readonly qualifier?: string;
}

/**
 * `ReserveStock`, `shop.ReserveStock`, a name or an ARN, with `:alias` behind it or without.
 * @param by what a test called, for the sentence
 * @throws ConfigurationError when no function has the name, or several have
 */
export function findFunction(state: CloudState, name: string, by?: string): NamedFunction {
  const all = nameableFunctions(state);
  const asked = { what: 'function', ...(by !== undefined && { by }) };
  const [, whole = '', qualifier] = /^(.+):([^:]+)$/.exec(name) ?? [];
  const isQualified = !all.some(({ names }) => names.includes(name));
  if (isQualified && qualifier !== undefined && all.some(({ names }) => names.includes(whole))) {
    return { fn: findNamed({ ...asked, name: whole }, all), qualifier };
  }
  return { fn: findNamed({ ...asked, name }, all) };
}

function nameableFunctions(state: CloudState): Nameable<FunctionState>[] {
  const resources = resourcesOf(state, 'AWS::Lambda::Function');
  return state.functions.map((fn) => {
    // The same name may be there in two regions; a stack's ARN has its own.
    const own = resources.find(({ resource }) => resource.physicalId === fn.name);
    return { thing: fn, names: own ? [...stackNames(own), fn.name, fn.arn] : [fn.name, fn.arn] };
  });
}
