// What names of a template lead to while its stack is made: the resources that exist by then, and exports.
import { asAttributeValue } from '@earwitness/protocol/internal/stand-in/list-attribute';
import { refusal } from '@earwitness/protocol/internal/template/problem';
import type { Scope } from '@earwitness/protocol/internal/template/resolve';
import { isList, isMap, scalarText, type Value } from '@earwitness/protocol/internal/template/value';
import { ownEntry } from '../../../own-entry.ts';
import type { Blueprint } from '../blueprint/blueprint.ts';
import { listExports } from '../output.ts';
import { isCustomType, resourceTypeOf } from '../resource-type.ts';
import type { ResourceRecord } from '../stack.ts';
import { placeOf, type StackWork, stackOf } from './stack-work.ts';

/** The blueprint's scope, where resources of the stack answer too. Names of used exports are added to `imports`. */
export function deploymentScope(work: StackWork, blueprint: Blueprint, imports: Set<string>): Scope {
  const recordOf = (logicalId: string) => {
    const record = ownEntry(stackOf(work).resources, logicalId);
    return Object.hasOwn(blueprint.resources, logicalId) && record?.made ? record : undefined;
  };
  return {
    ...blueprint.scope,
    reference: (logicalId) => recordOf(logicalId)?.made?.physicalId,
    attribute(logicalId, name, at) {
      const record = recordOf(logicalId);
      const value = record && (attributeOf(record, name) ?? standInAttribute(record, name, work));
      if (value !== undefined) return value;
      throw refusal(absentAttribute(record, logicalId, { name, stackId: work.stackId }), at?.line);
    },
    imported(name, at) {
      const found = listExports(work.stacks, work.call).find((item) => item.name === name);
      if (!found) throw refusal(`No export named ${name} found.`, at?.line);
      imports.add(name);
      return found.value;
    },
  };
}

/**
 * What `Fn::GetAtt` returns: an attribute that the type names, or a property of the template. Source: recorded on AWS,
 * LocalStack cloudformation test_change_set_fn_get_attr (`Topic1.DisplayName`).
 */
export function attributeOf({ made, properties, type }: ResourceRecord, name: string): Value | undefined {
  const attribute = ownEntry(made?.attributes ?? {}, name);
  if (attribute !== undefined) return asAttributeValue(type, name, attribute);
  const list = ownEntry(made?.lists ?? {}, name);
  if (list !== undefined) return list;
  let value: unknown = properties;
  for (const part of name.split('.')) value = isMap(value) ? ownEntry(value, part) : undefined;
  return isList(value) ? value : scalarText(value as Value | undefined);
}

function standInAttribute({ made, type, logicalId }: ResourceRecord, name: string, work: StackWork) {
  const standsIn = made?.standsIn ?? resourceTypeOf(work.platform, type, 'made')?.standsIn;
  if (!standsIn) return undefined;
  return work.platform.standIns.attribute(type, name, placeOf(work, logicalId));
}

// Source of the second sentence: LocalStack and live-streaming-on-aws #8; what stands after the last bar is any id.
function absentAttribute(
  record: ResourceRecord | undefined,
  logicalId: string,
  { name, stackId }: { readonly name: string; readonly stackId: string },
): string {
  if (record && isCustomType(record.type)) {
    const uuid = stackId.split('/').at(-1) ?? '';
    return `CustomResource attribute error: Vendor response doesn't contain ${name} key in object ${stackId}|${logicalId}|${uuid}`;
  }
  return `Template error: resource ${logicalId} does not support attribute type ${name} in Fn::GetAtt`;
}
