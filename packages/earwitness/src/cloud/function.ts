// Which function a name means. On a local cloud, what it says of itself is searched for names, ARNs and logical ids; on
// AWS a logical id is looked up in its stack, because an account has the same one in many.
import type { CloudState } from '@earwitness/protocol/internal/admin/cloud-state';
import { nearest } from '@earwitness/protocol/internal/text/nearest';
import { ConfigurationError } from '../errors.ts';
import { localUrl } from '../local-cloud.ts';
import { askLocal } from './admin.ts';
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
export async function findFunction(call: string, name: string): Promise<FoundFunction> {
  const url = localUrl();
  if (url !== undefined) return findIn((await askLocal(url, 'state')) as CloudState, call, name);
  const [, stack, logicalId] = /^([A-Za-z][A-Za-z0-9-]*)\.([A-Za-z0-9]+)$/.exec(name) ?? [];
  if (stack === undefined || logicalId === undefined) return { name };
  return { name: await physicalId(call, stack, logicalId) };
}

/** @throws TransportError when the stack has no such resource */
async function physicalId(call: string, stack: string, logicalId: string): Promise<string> {
  const sdk = await loadSdk(call, '@aws-sdk/client-cloudformation', () => import('@aws-sdk/client-cloudformation'));
  const { StackResourceDetail } = await callAws(call, new sdk.CloudFormationClient({}), (client) =>
    client.send(new sdk.DescribeStackResourceCommand({ StackName: stack, LogicalResourceId: logicalId })),
  );
  return StackResourceDetail?.PhysicalResourceId ?? '';
}

function findIn({ functions, stacks }: CloudState, call: string, name: string): FoundFunction {
  // An ARN may have a version or an alias behind it.
  const named = functions.find((one) => one.name === name || one.arn === name || name.startsWith(`${one.arn}:`));
  if (named) return { name, logGroup: named.logGroup };
  const made = stacks.flatMap((stack) =>
    stack.resources.flatMap(({ logicalId, physicalId }) => {
      const found = functions.find((one) => one.name === physicalId);
      return found ? [{ found, logicalId, full: `${stack.name}.${logicalId}` }] : [];
    }),
  );
  const meant = made.filter(({ logicalId, full }) => logicalId === name || full === name);
  const [first, ...others] = meant;
  if (first && others.length === 0) return { name: first.found.arn, logGroup: first.found.logGroup };
  if (first) {
    const ways = meant.map(({ full }) => `"${full}"`).join(' or ');
    throw new ConfigurationError(`${call}: several stacks have a function "${name}": say ${ways}.`);
  }
  const handmade = functions.filter((one) => !made.some(({ found }) => found === one));
  throw unknownFunction(call, name, {
    shown: [...made.map(({ full }) => full), ...handmade.map((one) => one.name)],
    known: [...made.flatMap(({ logicalId, full }) => [full, logicalId]), ...functions.map((one) => one.name)],
  });
}

function unknownFunction(
  call: string,
  name: string,
  { shown, known }: { readonly shown: readonly string[]; readonly known: readonly string[] },
): ConfigurationError {
  const meant = nearest(name, known);
  const there = shown.length === 0 ? 'There is no function.' : `There is ${shown.join(', ')}.`;
  const hint = meant === undefined ? there : `Did you mean "${meant}"?`;
  return new ConfigurationError(`${call}: no function has the name, ARN or logical id "${name}". ${hint}`);
}
