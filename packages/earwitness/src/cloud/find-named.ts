// Finds what a person names: by logical id, by logical id with its stack, by name or by ARN. What is not there is
// answered with what was meant, and with what there is.
import type { CloudState, ResourceState } from '@earwitness/protocol/internal/admin/cloud-state';
import { nearest } from '@earwitness/protocol/internal/text/nearest';
import { ConfigurationError } from '../errors.ts';
import { printValue } from '../expectation/print.ts';

/** Something that can be named. */
export interface Nameable<Thing> {
  readonly thing: Thing;
  /** The shortest first: what lists show. */
  readonly names: readonly [string, ...string[]];
}

/** What is looked for, for the sentence of a refusal. */
export interface Asked {
  /** `function` */
  readonly what: string;
  readonly name: string;
  /** What a test called, in front of the sentence: `cloud.invoke()`. */
  readonly by?: string;
}

/** @throws ConfigurationError when the name is none: of a variable that is misspelt, perhaps */
export function demandName({ what, name, by }: { readonly [Member in keyof Asked]: unknown }): string {
  if (typeof name === 'string' && name !== '') return name;
  const prefix = by === undefined ? '' : `${String(by)}: `;
  throw new ConfigurationError(
    `${prefix}the name of a ${String(what)} is a text, but got ${name === undefined ? 'undefined' : printValue(name)}.`,
  );
}

/** @throws ConfigurationError when nothing has the name, or several things have */
export function findNamed<Thing>({ what, name: asked, by }: Asked, all: readonly Nameable<Thing>[]): Thing {
  demandName({ what, name: asked, by });
  const refuse = (sentence: string) => new ConfigurationError(by === undefined ? sentence : `${by}: ${sentence}`);
  const found = all.filter(({ names }) => names.includes(asked));
  const [first, second] = found;
  if (first && !second) return first.thing;
  if (first) {
    const whole = found.map(({ names }) => names[1] ?? names[0]).toSorted();
    throw refuse(`${asked} is the name of several ${what}s. Say which: ${whole.join(', ')}.`);
  }
  if (all.length === 0) throw refuse(`there is no ${what} ${asked}: there is none at all.`);
  const meant = nearest(
    asked,
    all.flatMap(({ names }) => names),
  );
  const shown = all.map(({ names }) => shortest(names, all)).toSorted();
  const list = shown.length > 1 || meant === undefined ? ` There is: ${shown.join(', ')}.` : '';
  throw refuse(`there is no ${what} ${asked}.${meant === undefined ? '' : ` Did you mean ${meant}?`}${list}`);
}

/** The shortest name that no other thing has. */
function shortest<Thing>([first, ...others]: Nameable<Thing>['names'], all: readonly Nameable<Thing>[]): string {
  const isOwn = (name: string) => all.filter(({ names }) => names.includes(name)).length === 1;
  return [first, ...others].find(isOwn) ?? first;
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
