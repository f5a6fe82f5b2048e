// Types whose attributes nobody can list: a custom resource has those that its function returns, a module those of what
// is in it, a nested stack the outputs of its template.
import { guessByName } from './guess.ts';
import type { StandInPlace } from './place.ts';
import { isUnlistedType } from './unlisted-type.ts';

/**
 * A value for an attribute that the form of a stand-in does not have; `undefined` where the type has no such attribute,
 * and asking for it is a fault. Every such value is guessed, and the same whenever it is asked for.
 */
export function openAttribute(attribute: string, type: string, place: StandInPlace): string | undefined {
  if (!hasOpenAttribute(type, attribute)) return undefined;
  const name = `${place.stackName}-${place.logicalId}`;
  return guessByName(attribute, { type, name, place }) ?? `${place.logicalId}-${attribute}`;
}

/** Whether a type has an attribute that no schema lists. */
export function hasOpenAttribute(type: string, attribute: string): boolean {
  if (type === 'AWS::CloudFormation::Stack') return /^Outputs\.\w+$/.test(attribute);
  return isUnlistedType(type);
}
