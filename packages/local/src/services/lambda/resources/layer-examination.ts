// What is known of a function's layers before they are made: those of its own template by their folders, public ones by
// their names.
import { ServiceError } from '@earwitness/protocol/internal/aws/errors';
import type { Finding } from '../../../resources/finding.ts';
import type { Beside } from '../../../resources/resource.ts';
import type { ResourceContext } from '../../../resources/service-resource.ts';
import { readContent, type UsedLayer } from '../layers/content.ts';
import { parseLayerVersionArn } from '../layers/layer.ts';
import { insteadOfLayer, useAbsentLayer, useLayer, whyAbsent } from '../layers/used-layer.ts';
import { locationOf } from './code-location.ts';

type Context = ResourceContext<'lambda'> & Beside;

export interface ExaminedLayers {
  readonly layers: readonly UsedLayer[];
  /** Some are made elsewhere, and may hold anything. */
  readonly mayHoldMore: boolean;
}

export async function examineLayers(arns: readonly string[], context: Context): Promise<ExaminedLayers> {
  const examined = await Promise.all(arns.map((arn) => examineLayer(arn, context)));
  const layers = examined.filter((layer) => layer !== undefined);
  return { layers, mayHoldMore: layers.length < arns.length };
}

/** What is missing or does nothing of layers that are given to a function. */
export function describeLayers(arns: readonly string[], { layers }: ExaminedLayers): Finding[] {
  return layers.flatMap(({ arn, code, extensions }): Finding[] => {
    const path = ['Layers', arns.indexOf(arn)];
    if (!code) return [{ kind: 'stands in', path, why: `the layer ${whyAbsent(arn)}`, means: insteadOfLayer(arn) }];
    if (extensions.length === 0) return [];
    const why = `extensions of layers do not start here (${extensions.join(', ')})`;
    return [{ kind: 'stands in', path, why, means: 'the function runs without what they do' }];
  });
}

/** `undefined` when it is made elsewhere, or is refused for a reason of its own. */
async function examineLayer(arn: string, { call, declared, dispatch }: Context): Promise<UsedLayer | undefined> {
  const found = declared(arn);
  if (found?.type === 'AWS::Lambda::LayerVersion') {
    try {
      const location = locationOf(found.properties['Content'], found.properties);
      return useLayer(arn, await readContent(location, { dispatch, call }));
    } catch (error) {
      if (error instanceof ServiceError) return undefined;
      throw error;
    }
  }
  const name = parseLayerVersionArn(arn);
  return found || !name || name.account === call.account ? undefined : useAbsentLayer(arn);
}
