// Finds what a person names: by logical id, by logical id with its stack, by name or by ARN. What is not there is
// answered with what was meant, and with what there is.
import type { CloudState, ResourceState } from '@earwitness/protocol/internal/admin/cloud-state';
import { nearest } from '@earwitness/protocol/internal/text/nearest';
import { UsageError } from '../usage-error.ts';

/** Something that can be named. */
export interface Nameable<Thing> {
  readonly thing: Thing;
  /** The shortest first: what lists show. */
  readonly names: readonly [string, ...string[]];
}

/**
 * @param what `function`, for the sentence
 * @throws UsageError when nothing has the name, or several things have
 */
export function findNamed<Thing>(what: string, asked: string, all: readonly Nameable<Thing>[]): Thing {
  const found = all.filter(({ names }) => names.includes(asked));
  const [first, second] = found;
  if (first && !second) return first.thing;
  if (first) {
    const whole = found.map(({ names }) => names[1] ?? names[0]).join(', ');
    throw new UsageError(`${asked} is the name of several ${what}s. Say which: ${whole}.`);
  }
  if (all.length === 0) throw new UsageError(`there is no ${what} ${asked}: there is none at all.`);
  const meant = nearest(
    asked,
    all.flatMap(({ names }) => names),
  );
  const shown = all.map(({ names: [name] }) => name).toSorted();
  const list = shown.length > 1 || meant === undefined ? ` There is: ${shown.join(', ')}.` : '';
  throw new UsageError(`there is no ${what} ${asked}.${meant === undefined ? '' : ` Did you mean ${meant}?`}${list}`);
}

/** A resource of a stack, by the names that templates give it. */
export interface OfStack {
  readonly stack: string;
  readonly resource: ResourceState;
}

/** Every resource of a type. */
export function resourcesOf({ stacks }: CloudState, type: string): OfStack[] {
  return stacks.flatMap(({ name, resources }) =>
    resources.filter((resource) => resource.type === type).map((resource) => ({ stack: name, resource })),
  );
}

/** Its logical id, alone and with its stack. */
export function stackNames({ stack, resource }: OfStack): readonly [string, string] {
  return [resource.logicalId, `${stack}.${resource.logicalId}`];
}
