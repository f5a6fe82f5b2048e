// Attributes that a template asks for and that its resources' types do not have: CloudFormation says so when it
// begins to make the stack, and makes nothing. Source: recorded on AWS, LocalStack cloudformation
// engine/test_attributes (for outputs; the path into a resource has the same form).
import { hasOpenAttribute } from '@earwitness/protocol/internal/stand-in/open-attribute';
import { referencesIn } from '@earwitness/protocol/internal/template/graph';
import { chooseBranches } from '@earwitness/protocol/internal/template/resolve';
import { asIntrinsic, isContainer, type Value, visitMembers } from '@earwitness/protocol/internal/template/value';
import { ownEntry } from '../../../own-entry.ts';
import type { Blueprint } from '../blueprint/blueprint.ts';

/** The first of them, as CloudFormation tells it. */
export function unsupportedAttribute(blueprint: Blueprint): string | undefined {
  const { resources, scope, template } = blueprint;
  for (const { logicalId, properties } of Object.values(resources)) {
    const found = findIn(properties, ['Resources', logicalId, 'Properties'], blueprint);
    if (found !== undefined) return found;
  }
  for (const [key, { condition, value }] of Object.entries(template.outputs)) {
    if (condition !== undefined && !scope.condition(condition)) continue;
    const found = findIn(chooseBranches(value, scope) ?? '', ['Outputs', key, 'Value'], blueprint);
    if (found !== undefined) return found;
  }
  return undefined;
}

function findIn(value: Value, path: readonly (string | number)[], blueprint: Blueprint): string | undefined {
  const name = asIntrinsic(value)?.name;
  if (name === 'Fn::GetAtt' || name === 'Fn::Sub') {
    for (const reference of referencesIn(value)) {
      const type = unsupportedBy(reference, blueprint);
      if (type === undefined) continue;
      return `[Error] ${['', ...path, name].join('/')}: Resource type ${type} does not support attribute {${reference.attribute}}.`;
    }
    return undefined;
  }
  let found: string | undefined;
  visitMembers(value, (member, key) => {
    if (found === undefined && isContainer(member)) found = findIn(member, [...path, key], blueprint);
  });
  return found;
}

/** The type of the resource that does not have the attribute. */
function unsupportedBy(
  { name, attribute }: { readonly name: string; readonly attribute?: string },
  { resources }: Blueprint,
): string | undefined {
  const { schema, type } = ownEntry(resources, name) ?? {};
  if (attribute === undefined || !schema || !type || hasOpenAttribute(type.type, attribute)) return undefined;
  const [property = ''] = attribute.split('.');
  return schema.attributes.includes(attribute) || Object.hasOwn(schema.properties, property) ? undefined : type.type;
}
