// Entries of the parameter store and secrets that properties name by dynamic references, and that nobody makes.

import { ServiceError } from '@earwitness/protocol/internal/aws/errors';
import type { AssessmentOrder } from '../../../assessment/assessment.ts';
import type { Call } from '../../../call.ts';
import type { Properties } from '../../../resources/resource.ts';
import { dynamicReferencesIn } from '../deployment/dynamic-reference.ts';
import type { Parts } from '../parts.ts';
import { publicParameter } from '../public-parameter.ts';
import type { Findings } from './findings.ts';

interface Looking {
  readonly call: Call;
  readonly order: AssessmentOrder;
  readonly findings: Pick<Findings, 'missing'>;
  /** What the template makes itself. */
  readonly stored: Readonly<Record<string, string>>;
  readonly secrets: readonly string[];
  /** What `Ref` of the template's resources leads to. */
  readonly own: readonly string[];
}

/** Adds those that are not there. */
export async function findReferences(
  { platform: { dispatch, standIns } }: Parts,
  resources: readonly { readonly properties: Properties }[],
  { call, findings, order, own, secrets, stored }: Looking,
): Promise<void> {
  const { beside } = order;
  const named = resources.flatMap(({ properties }) => dynamicReferencesIn(properties));
  const names = new Map(
    named.map((reference) => [`${reference.service} ${reference.versioned ?? reference.name}`, reference]),
  );
  const keysOf = (secret: string) =>
    named.flatMap(({ name, jsonKey }) => (name === secret && jsonKey ? [jsonKey] : []));
  for (const { service, name, versioned: asked = name } of names.values()) {
    if (own.includes(name)) continue;
    if (service === 'ssm') {
      if (publicParameter(name, standIns) !== undefined) continue;
      if (Object.hasOwn(stored, name) || Object.hasOwn(beside?.stored ?? {}, asked)) continue;
      const exists = await answers(() => dispatch.call('ssm', 'GetParameter', { Name: asked }, call));
      if (!exists) findings.missing({ kind: 'stored parameter', name: asked, value: 'value' });
    } else if (![...secrets, ...(beside?.secrets ?? [])].includes(name)) {
      // An ARN is one of this template's own resources, or it cannot be given.
      if (name.startsWith('arn:')) continue;
      const exists = await answers(() => dispatch.call('secretsmanager', 'DescribeSecret', { SecretId: name }, call));
      if (!exists) findings.missing({ kind: 'secret', name, value: secretOf(keysOf(name)) });
    }
  }
}

/** A secret that has the members. */
function secretOf(keys: readonly string[]): string {
  return keys.length === 0 ? 'value' : JSON.stringify(Object.fromEntries(keys.map((key) => [key, 'value'])));
}

async function answers(call: () => Promise<unknown>): Promise<boolean> {
  try {
    await call();
    return true;
  } catch (error) {
    if (error instanceof ServiceError) return false;
    throw error;
  }
}
