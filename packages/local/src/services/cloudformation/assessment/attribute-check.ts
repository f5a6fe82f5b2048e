// Attributes that a template asks for (`!GetAtt Queue.Nope`, `${Queue.Nope}`) and that the resource's type does not
// have. CloudFormation says so only while it makes the stack; what its schemas say is known before.

import type { FindResourceSchema } from '@earwitness/protocol/internal/aws/resource-schema';
import { hasOpenAttribute } from '@earwitness/protocol/internal/stand-in/open-attribute';
import { referencesIn } from '@earwitness/protocol/internal/template/graph';
import type { Source } from '@earwitness/protocol/internal/template/source';
import { asIntrinsic, isContainer, type Value, visitMembers } from '@earwitness/protocol/internal/template/value';
import { nearest } from '@earwitness/protocol/internal/text/nearest';
import type { Wrong } from '../../../assessment/assessment.ts';
import { ownEntry } from '../../../own-entry.ts';
import type { ResourceType } from '../../../resources/resource.ts';
import type { PlannedResource } from '../blueprint/blueprint.ts';

interface Checking {
  readonly source: Source;
  readonly findSchema: FindResourceSchema;
  readonly resources: Readonly<Record<string, { readonly type: string }>>;
  /** Those that are made. */
  readonly planned: Readonly<Record<string, Planned>>;
  /** Whose value it is: `output Url`, `resource Queue`. */
  readonly of: string;
}

type Planned = Pick<PlannedResource, 'properties'> & { readonly type: Pick<ResourceType, 'attributesWith'> };

/** Counted only for what is wrong. */
type Line = () => number | undefined;

/** Each use of an attribute that there is not. */
export function attributeProblems(value: Value, line: number | undefined, checking: Checking): Wrong[] {
  const { source } = checking;
  const problems: Wrong[] = [];
  const walk = (within: Value, at: Line) => {
    const name = asIntrinsic(within)?.name;
    // What Fn::Sub's own variables are made of may use attributes too, and is found with the names in the text.
    if (name === 'Fn::GetAtt' || name === 'Fn::Sub') {
      problems.push(...usesIn(within, () => source.lineOf(within) ?? at(), checking));
      return;
    }
    visitMembers(within, (member, key) => {
      if (isContainer(member)) walk(member, () => source.lineOf(within, key) ?? at());
    });
  };
  walk(value, () => line);
  return problems;
}

function usesIn(value: Value, lineOf: Line, { findSchema, of, planned, resources }: Checking): Wrong[] {
  return referencesIn(value).flatMap(({ name, attribute }) => {
    const { properties = {}, type: made } = ownEntry(planned, name) ?? {};
    const needed = attribute === undefined ? undefined : ownEntry(made?.attributesWith ?? {}, attribute);
    if (needed !== undefined && properties[needed] === undefined) {
      const message = `${of} asks for ${name}.${attribute}, and ${name} has no ${needed}`;
      const line = lineOf();
      return [{ message, ...(line !== undefined && { line }), mend: `give ${name} a ${needed}` }];
    }
    const type = ownEntry(resources, name)?.type;
    const schema = type === undefined ? undefined : findSchema(type);
    if (attribute === undefined || !type || !schema || hasOpenAttribute(type, attribute)) return [];
    const [property = ''] = attribute.split('.');
    if (schema.attributes.includes(attribute) || Object.hasOwn(schema.properties, property)) return [];
    const meant = nearest(attribute, schema.attributes);
    const mend =
      meant !== undefined
        ? `did you mean ${name}.${meant}?`
        : schema.attributes.length > 0
          ? `it has ${schema.attributes.join(', ')}`
          : `it has none: !Ref ${name} is what there is`;
    const message = `${of} asks for ${name}.${attribute}, and ${type} has no such attribute`;
    const line = lineOf();
    return [{ message, ...(line !== undefined && { line }), mend }];
  });
}
