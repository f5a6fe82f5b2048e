// The CloudFormation type of everything that stands in: it makes a physical id and attributes and keeps them, and
// nothing else. What they look like is protocol's (stand-in/).
import { partitionOf } from '@earwitness/protocol/internal/aws/arn';
import type { ResourceSchema } from '@earwitness/protocol/internal/aws/resource-schema';
import type { StandInPlace } from '@earwitness/protocol/internal/stand-in/place';
import type { Table } from '../backbone/table.ts';
import type { Clock } from '../clock/clock.ts';
import type { Ids } from '../ids.ts';
import { ownEntry } from '../own-entry.ts';
import type { Made, Properties, ResourcePlace, ResourceType } from '../resources/resource.ts';
import type { StandIn, StandInSettings } from './stand-in.ts';

interface Making {
  readonly type: string;
  /** Nothing of custom resources. */
  readonly schema: ResourceSchema | undefined;
  readonly table: Table<StandIn>;
  readonly ids: Ids;
  readonly clock: Clock;
  /** Values of one's own. */
  readonly values: StandInSettings['standIns'];
}

export function standInResource(making: Making): ResourceType {
  const { type, schema, table } = making;
  const save = async (properties: Properties, place: ResourcePlace, before?: Made): Promise<Made> => {
    const { made, guessed } = await formOf(making, properties, { place, before });
    const { account, region } = place.call;
    const { stackName: stack, logicalId } = place;
    const { physicalId } = made;
    const arns = [physicalId, ...Object.values(made.attributes)].filter((value) => value.startsWith('arn:'));
    const row = { account, region, stack, logicalId, type, physicalId, arns: [...new Set(arns)], guessed };
    await table.put(keyOf(place, physicalId), row);
    return made;
  };
  return {
    type,
    standsIn: true,
    serves: Object.keys(schema?.properties ?? {}),
    create: (properties, place) => save(properties, place),
    update: (made, properties, place) => save(properties, place, made),
    async delete({ physicalId }, place) {
      await table.delete(keyOf(place, physicalId));
    },
  };
}

/** What the resource looks like: kept in an update, and in both cases with the values of one's own. */
async function formOf(
  making: Making,
  properties: Properties,
  { place, before }: { readonly place: ResourcePlace; readonly before: Made | undefined },
): Promise<{ readonly made: Made; readonly guessed: readonly string[] }> {
  const { logicalId, stackName } = place;
  const { type, schema, values } = making;
  // Loaded when something stands in.
  const { standInForm } = await import('@earwitness/protocol/internal/stand-in/form');
  const made = standInForm(type, properties, { schema, place: standInPlace(making, place) });
  const { Ref: ownId, ...own } = ownEntry(values, `${stackName}.${logicalId}`) ?? ownEntry(values, logicalId) ?? {};
  const { physicalId } = before ?? made;
  // An update keeps what is there, and brings what a new property gives: a stream's ARN.
  const kept = Object.entries(made.attributes).map(([name, text]) => [
    name,
    ownEntry(before?.attributes, name) ?? text,
  ]);
  return {
    made: { physicalId: ownId ?? physicalId, attributes: { ...Object.fromEntries(kept), ...own } },
    guessed: made.guessed.filter((name) => (name === 'Ref' ? ownId : ownEntry(own, name)) === undefined),
  };
}

/** Where something is made, and what chance and the clock give it. */
export function standInPlace({ ids, clock }: Pick<Making, 'ids' | 'clock'>, place: ResourcePlace): StandInPlace {
  const { logicalId, stackName, generateName, call } = place;
  const { account, region } = call;
  const random = (alphabet: string, length: number) => ids.signs(alphabet, length);
  return {
    partition: partitionOf(region),
    region,
    account,
    stackName,
    logicalId,
    generateName,
    random,
    now: clock.now(),
  };
}

/** A resource that is replaced is there twice for a while: its physical id tells which. */
function keyOf({ call, stackName, logicalId }: ResourcePlace, physicalId: string): string {
  return `${call.account}/${call.region}/${stackName}/${logicalId}/${physicalId}`;
}
