// Values of parameters of the type AWS::SSM::Parameter::Value<…>: their text names an entry of the parameter store.

import { ServiceError } from '@earwitness/protocol/internal/aws/errors';
import { isStoredParameter, type ParameterValue } from '@earwitness/protocol/internal/template/parameter';
import { placeholderNamed } from '@earwitness/protocol/internal/template/placeholder';
import type { Missing, Problem } from '@earwitness/protocol/internal/template/problem';
import { ownEntry } from '../../../own-entry.ts';
import type { Platform } from '../../../platform.ts';
import { publicParameter } from '../public-parameter.ts';
import type { StackParameter } from '../stack.ts';
import type { BlueprintOrder } from './blueprint.ts';

export async function readStoredParameters(
  values: readonly ParameterValue[],
  reading: { readonly platform: Platform; readonly order: BlueprintOrder; readonly problems: Problem[] },
): Promise<StackParameter[]> {
  return Promise.all(
    values.map(async (value) => {
      if (!isStoredParameter(value.type)) return value;
      const known = ownEntry(reading.order.stored, value.text) ?? (await readStored(value.text, reading));
      const stored = known ?? bootstrapVersion(value.text) ?? publicParameter(value.text, reading.platform.standIns);
      if (stored !== undefined) return { ...value, stored };
      const message = `Unable to fetch parameters [${value.text}] from parameter store for this account.`;
      const missing: Missing = {
        kind: 'stored parameter',
        name: value.text,
        value: placeholderNamed(value.text),
        parameter: value.key,
      };
      reading.problems.push({ message, missing: [missing] });
      return { ...value, stored: missing.value };
    }),
  );
}

async function readStored(
  name: string,
  { platform, order: { call } }: { readonly platform: Platform; readonly order: BlueprintOrder },
): Promise<string | undefined> {
  if (!platform.dispatch.service('ssm')) return undefined;
  try {
    const { Parameters = [] } = await platform.dispatch.call('ssm', 'GetParameters', { Names: [name] }, call);
    return Parameters[0]?.Value;
  } catch (error) {
    // A name that is none leads to no parameter.
    if (error instanceof ServiceError) return undefined;
    throw error;
  }
}

/**
 * Every template of the CDK asks for the version of its bootstrap stack; this cloud needs no bootstrapping. Ours: the
 * newest.
 */
function bootstrapVersion(name: string): string | undefined {
  return /^\/cdk-bootstrap\/[^/]+\/version$/.test(name) ? '30' : undefined;
}
