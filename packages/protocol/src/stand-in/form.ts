// What a resource that stands in looks like, by the official schema alone.
import type { ResourceSchema } from '../aws/resource-schema.ts';

export interface StandInPlace {
  readonly partition: string;
  readonly region: string;
  readonly account: string;
  readonly stackName: string;
  readonly logicalId: string;
  generateName(options?: { readonly maxLength?: number }): string;
  random(alphabet: string, length: number): string;
  /** Epoch milliseconds. */
  readonly now: number;
}

export interface StandInForm {
  readonly physicalId: string;
  readonly attributes: Readonly<Record<string, string>>;
  /** Names of attributes (and `Ref`) whose form was guessed. */
  readonly guessed: readonly string[];
}

export function standInForm(
  type: string,
  _properties: Readonly<Record<string, unknown>>,
  { place, schema }: { readonly place: StandInPlace; readonly schema: ResourceSchema | undefined },
): StandInForm {
  const name = place.generateName();
  const { partition, region, account } = place;
  const service = type.split('::')[1]?.toLowerCase() ?? 'custom';
  const attributes = Object.fromEntries(
    (schema?.attributes ?? []).map((attribute) => [
      attribute,
      attribute.endsWith('Arn') ? `arn:${partition}:${service}:${region}:${account}:${name}` : name,
    ]),
  );
  const physicalId = attributes[schema?.ref[0] ?? ''] ?? name;
  return { physicalId, attributes, guessed: ['Ref', ...Object.keys(attributes)] };
}
