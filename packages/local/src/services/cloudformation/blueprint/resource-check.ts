// What can be said of a template's resources before any is made: references that lead nowhere, types and properties
// that are not served, properties that are missing.
import type { ResourceSchema } from '@earwitness/protocol/internal/aws/resource-schema';
import { isUnlistedType } from '@earwitness/protocol/internal/stand-in/unlisted-type';
import type { ResourceDeclaration, Template } from '@earwitness/protocol/internal/template/declaration';
import { namesIn } from '@earwitness/protocol/internal/template/graph';
import type { Problem } from '@earwitness/protocol/internal/template/problem';
import { chooseBranches, type Scope } from '@earwitness/protocol/internal/template/resolve';
import type { Value } from '@earwitness/protocol/internal/template/value';
import { nearest } from '@earwitness/protocol/internal/text/nearest';
import { ownEntry } from '../../../own-entry.ts';
import type { ResourceType } from '../../../resources/resource.ts';

/** References to resources that are in the template, and whose condition leaves them out. */
export function absentReferences(
  template: Template,
  chosen: Readonly<Record<string, ResourceDeclaration>>,
  scope: Scope,
): Problem[] {
  const leftOut = new Set(Object.keys(template.resources).filter((name) => !Object.hasOwn(chosen, name)));
  // Outputs lack the heading. Source: recorded on AWS, LocalStack cloudformation engine/test_conditions.
  const absentIn = (
    value: Value | undefined,
    section: 'Resources' | 'Outputs',
    line: number | undefined,
  ): Problem[] => {
    if (value === undefined || leftOut.size === 0) return [];
    const heading = section === 'Resources' ? 'Template format error: ' : '';
    const absent = [...namesIn(value)].filter((name) => leftOut.has(name));
    return absent.map((name) => ({
      message: `${heading}Unresolved resource dependencies [${name}] in the ${section} block of the template`,
      line,
    }));
  };
  return [
    ...Object.values(chosen).flatMap(({ properties, line }) => absentIn(properties, 'Resources', line)),
    ...Object.values(template.outputs)
      .filter(({ condition }) => condition === undefined || scope.condition(condition))
      .flatMap(({ value, line }) => absentIn(chooseBranches(value, scope), 'Outputs', line)),
  ];
}

export function checkResource(
  logicalId: string,
  { type: name, properties, line, typeLine }: ResourceDeclaration,
  {
    type,
    schema,
    template,
  }: {
    readonly type: ResourceType | undefined;
    readonly schema: ResourceSchema | undefined;
    readonly template: Template;
  },
): Problem[] {
  if (!type) {
    const message = `Template format error: Unrecognized resource types: [${name}]. Earwitness does not make resource ${logicalId} of this type`;
    return [{ message, line: typeLine, unserved: { logicalId, type: name } }];
  }
  if (type.standsIn && (!schema || isUnlistedType(schema.type))) return [];
  const known = [...type.serves, ...(type.ignores ?? [])];
  const foreign = type.isOpen ? [] : Object.keys(properties).filter((key) => !known.includes(key));
  const isRequired = (key: string) => ownEntry(schema?.properties, key)?.required || type.requires?.includes(key);
  const missing = type.serves.filter((key) => isRequired(key) && !Object.hasOwn(properties, key));
  return [
    ...foreign.map((key) => ({
      message: `Encountered unsupported property ${key} of resource ${logicalId} (${name})`,
      line: template.source.lineOf(properties, key) ?? line,
      mend: mendProperty(key, { type, schema }),
    })),
    ...missing.map((key) => ({
      message: `Properties validation failed for resource ${logicalId} with message: #: required key [${key}] not found`,
      line,
      mend: `give ${logicalId} the property ${key}`,
    })),
  ];
}

function mendProperty(
  key: string,
  { type, schema }: { readonly type: ResourceType; readonly schema: ResourceSchema | undefined },
): string {
  if (ownEntry(schema?.properties, key)) return `leave ${key} out: Earwitness does not serve it`;
  const meant = nearest(key, Object.keys(schema?.properties ?? {}));
  return meant === undefined ? `leave ${key} out: ${type.type} has no such property` : `did you mean ${meant}?`;
}
