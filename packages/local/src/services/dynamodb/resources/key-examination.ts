// What can be said of a table's keys before it is made.
import { type Finding, refusalsOf } from '../../../resources/finding.ts';
import { isRecord } from '../../../resources/properties.ts';
import type { Properties } from '../../../resources/resource.ts';
import type { ResourceContext } from '../../../resources/service-resource.ts';
import { checkKeySchema, typesOf } from '../schema.ts';

/** Whether each key has its type, and nothing else one. What else tables lack is told when they are made. */
export async function examineKeys(
  properties: Properties,
  parse: ResourceContext<'dynamodb'>['parse'],
): Promise<Finding[]> {
  const { AttributeDefinitions, GlobalSecondaryIndexes, KeySchema, LocalSecondaryIndexes } = properties;
  if (AttributeDefinitions === undefined || KeySchema === undefined) return [];
  const indexes = [GlobalSecondaryIndexes, LocalSecondaryIndexes]
    .flatMap((list) => (Array.isArray(list) ? list : []))
    .flatMap((index) => (isRecord(index) ? [{ KeySchema: index['KeySchema'] }] : []));
  return refusalsOf(['KeySchema'], async () => {
    const names = await parse('CreateTable', { AttributeDefinitions, KeySchema, GlobalSecondaryIndexes: indexes });
    checkKeySchema({
      keys: names.KeySchema ?? [],
      types: typesOf(names.AttributeDefinitions ?? []),
      indexes: (names.GlobalSecondaryIndexes ?? []).map((index) => ({ keys: index.KeySchema ?? [] })),
    });
  });
}
