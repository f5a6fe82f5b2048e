// Entries of the parameter store and secrets that properties name by dynamic references: which of them nobody makes,
// and what is known of their values.
import { ServiceError } from '@earwitness/protocol/internal/aws/errors';
import { placeholderNamed } from '@earwitness/protocol/internal/template/placeholder';
import { isList, isMap } from '@earwitness/protocol/internal/template/value';
import type { AssessmentOrder } from '../../../assessment/assessment.ts';
import type { Call } from '../../../call.ts';
import { ownEntry } from '../../../own-entry.ts';
import type { Platform } from '../../../platform.ts';
import type { Properties } from '../../../resources/resource.ts';
import { dynamicReferencesIn, parameterNameOf, replaceDynamicReferences } from '../deployment/dynamic-reference.ts';
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
      const isThere = (await readStored({ dispatch, call }, asked)) !== undefined;
      if (!isThere) findings.missing({ kind: 'stored parameter', name: asked, value: placeholderNamed(name) });
    } else if (![...secrets, ...(beside?.secrets ?? [])].includes(name)) {
      // An ARN is one of this template's own resources, or it cannot be given.
      if (name.startsWith('arn:')) continue;
      const exists = await answers(() => dispatch.call('secretsmanager', 'DescribeSecret', { SecretId: name }, call));
      if (!exists) findings.missing({ kind: 'secret', name, value: secretOf(keysOf(name)) });
    }
  }
}

/**
 * Properties as services look at them: an entry of the parameter store has the value that it will have, or one of the
 * form that its name speaks of. Nobody looks at secrets.
 */
export async function foreseeReferences(
  { platform: { dispatch, standIns } }: Parts,
  properties: Properties,
  { call, order: { beside }, stored }: Pick<Looking, 'call' | 'order' | 'stored'>,
): Promise<Properties> {
  const read = async (service: string, reference: string) => {
    if (service === 'secretsmanager') return `{{resolve:${service}:${reference}}}`;
    const name = parameterNameOf(reference);
    const known = publicParameter(name, standIns) ?? ownEntry(stored, name) ?? ownEntry(beside?.stored ?? {}, name);
    return known ?? (await readStored({ dispatch, call }, name)) ?? placeholderNamed(name);
  };
  const members = Object.entries(properties).map(async ([key, value]) => {
    const isWritten = typeof value === 'string' || isMap(value) || isList(value);
    if (!isWritten || dynamicReferencesIn(value).length === 0) return [key, value] as const;
    return [key, await replaceDynamicReferences(value, read)] as const;
  });
  return Object.fromEntries(await Promise.all(members));
}

async function readStored(
  { dispatch, call }: Pick<Platform, 'dispatch'> & { readonly call: Call },
  name: string,
): Promise<string | undefined> {
  const input = { Name: name, WithDecryption: true };
  let value: string | undefined;
  await answers(async () => {
    value = (await dispatch.call('ssm', 'GetParameter', input, call)).Parameter?.Value;
  });
  return value;
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
