// What a resource looks like whose type no service here makes: its physical id, which Ref returns, and the attributes
// that Fn::GetAtt returns. Exact where the table has the type; by the rule of guess.ts, and marked, where it has not.
import type { ResourceSchema } from '../aws/resource-schema.ts';
import { type FilledForm, fillForm, type Properties, textProperty } from './exact-form.ts';
import { EXACT_FORMS } from './forms.ts';
import { type GuessContext, guessAttribute, guessByName } from './guess.ts';
import type { StandInPlace } from './place.ts';

export interface StandInForm {
  /** What `Ref` returns. */
  readonly physicalId: string;
  /** What `Fn::GetAtt` returns, by attribute; further ones of open types: `openAttribute`. */
  readonly attributes: Readonly<Record<string, string>>;
  /** What was guessed: names of attributes, sorted, and first `Ref` for the physical id. */
  readonly guessed: readonly string[];
}

export interface StandInContext {
  readonly place: StandInPlace;
  /** `undefined` for a type that CloudFormation has no schema of, as custom resources. */
  readonly schema: ResourceSchema | undefined;
}

/** Whether the table of exact forms has the type. Attributes that the table does not name are guessed all the same. */
export function hasExactForm(type: string): boolean {
  return EXACT_FORMS.has(type);
}

/** Makes up a resource. `properties` are resolved, and have been held against the schema by the caller. */
export function standInForm(type: string, properties: Properties, { place, schema }: StandInContext): StandInForm {
  const exact = EXACT_FORMS.get(type);
  const filled = exact ? fillForm(exact, properties, place) : NOTHING;
  const dependent = exact?.only ?? {};
  const missing = (schema?.attributes ?? []).filter(
    (name) => !Object.hasOwn(filled.attributes, name) && !Object.hasOwn(dependent, name),
  );
  if (filled.physicalId !== undefined && missing.length === 0) {
    return { physicalId: filled.physicalId, attributes: filled.attributes, guessed: [] };
  }
  const name = nameOf(type, properties, schema) ?? lastPart(filled.physicalId) ?? place.generateName({ maxLength: 64 });
  const context: GuessContext = { type, name, place };
  const attributes: Record<string, string> = { ...filled.attributes };
  for (const attribute of missing) {
    attributes[attribute] = textProperty(attribute, properties) ?? guessAttribute(attribute, context);
  }
  if (filled.physicalId !== undefined) return { physicalId: filled.physicalId, attributes, guessed: missing };
  const identifiers = schema?.ref ?? [];
  const given = identifiers.map((identifier) => textProperty(identifier, properties));
  const parts = identifiers.map(
    (identifier, at) => given[at] ?? attributes[identifier] ?? guessByName(identifier, context) ?? name,
  );
  const isGiven = given.length > 0 && !given.includes(undefined);
  return {
    physicalId: parts.length === 0 ? name : parts.join('|'),
    attributes,
    guessed: isGiven ? missing : ['Ref', ...missing],
  };
}

const NOTHING: FilledForm = { physicalId: undefined, attributes: {} };

/** The name within an ARN or a composite id. */
function lastPart(physicalId: string | undefined): string | undefined {
  return physicalId?.split(/[:/|]/).at(-1);
}

/** The name that a template gives: the property that is all of what Ref returns, `BucketName` or `Name`. */
function nameOf(type: string, properties: Properties, schema: ResourceSchema | undefined): string | undefined {
  const [, , kind = ''] = type.split('::');
  const [identifier, ...others] = schema?.ref ?? [];
  const names = [...(identifier !== undefined && others.length === 0 ? [identifier] : []), `${kind}Name`, 'Name'];
  return names.map((name) => textProperty(name, properties)).find((text) => text !== undefined);
}
