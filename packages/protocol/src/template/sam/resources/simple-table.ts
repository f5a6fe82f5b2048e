// AWS::Serverless::SimpleTable: a table of DynamoDB with one key.
import { isMap, plainText, type Value } from '../../value.ts';
import { type Assembly, addResource, ownAttributes, pick, report, type Serverless, tagPairs } from '../assembly.ts';
import { checkResource } from '../specification.ts';

const KEY_TYPES: Readonly<Record<string, string>> = { String: 'S', Number: 'N', Binary: 'B' };

export function expandSimpleTable(assembly: Assembly, serverless: Serverless): void {
  const { logicalId, properties, declared } = serverless;
  checkResource(assembly, serverless);
  const key = keyOf(assembly, serverless);
  const { Tags: tags } = properties;
  const table = {
    AttributeDefinitions: [key],
    KeySchema: [{ AttributeName: key.AttributeName, KeyType: 'HASH' }],
    ...pick(properties, ['PointInTimeRecoverySpecification', 'ProvisionedThroughput', 'SSESpecification', 'TableName']),
    ...(properties['ProvisionedThroughput'] === undefined && { BillingMode: 'PAY_PER_REQUEST' }),
    ...(isMap(tags) && Object.keys(tags).length > 0 && { Tags: tagPairs(tags) }),
  };
  const Properties = assembly.source.derive(table, properties);
  const resource = { Type: 'AWS::DynamoDB::Table', ...ownAttributes(declared), Properties };
  addResource(assembly, logicalId, resource, serverless);
}

function keyOf(
  assembly: Assembly,
  serverless: Serverless,
): { readonly AttributeName: Value; readonly AttributeType: Value } {
  const key = serverless.properties['PrimaryKey'];
  if (!isMap(key)) return { AttributeName: 'id', AttributeType: 'S' };
  for (const name of ['Name', 'Type']) {
    if (key[name] !== undefined) continue;
    report(assembly, serverless, { message: `Property 'PrimaryKey.${name}' is required.`, at: key });
  }
  const type = plainText(key['Type']);
  if (key['Type'] !== undefined && !Object.hasOwn(KEY_TYPES, type)) {
    report(assembly, serverless, { message: `Invalid 'Type' "${type}".`, at: key, member: 'Type' });
  }
  return { AttributeName: key['Name'] ?? 'id', AttributeType: KEY_TYPES[type] ?? 'S' };
}
