// What a table may look like: keys, definitions of their types, indexes. Sentences: paritysuite/dynamodb-conformance,
// captured on AWS in 2026; dynalite's tests and moto's where those say nothing.
import type {
  AttributeDefinition,
  KeySchemaElement,
  ProvisionedThroughput,
} from '@earwitness/protocol/internal/aws/models/dynamodb.types';
import { invalid, invalidParameter } from './refusals.ts';
import { type Index, type ItemTable, type KeyType, keyNames } from './table.ts';

/** Source: DynamoDB quotas. */
const MAX_LOCAL_INDEXES = 5;
const MAX_GLOBAL_INDEXES = 20;
const MAX_PROJECTED = 100;
/** Of each kind in a global index. Source: DynamoDB developer guide, "Multi-attribute keys", November 2025. */
const MAX_INDEX_KEYS = 4;

/** What a request says of an index. */
export interface IndexInput {
  readonly IndexName: string;
  readonly KeySchema: readonly KeySchemaElement[];
  readonly Projection: Index['projection'];
  readonly ProvisionedThroughput?: ProvisionedThroughput | undefined;
  readonly OnDemandThroughput?: Index['onDemand'] | undefined;
}

export function indexOf(input: IndexInput, isGlobal: boolean): Index {
  const { ProvisionedThroughput: throughput, OnDemandThroughput: onDemand } = input;
  return {
    name: input.IndexName,
    isGlobal,
    keys: input.KeySchema,
    projection: input.Projection,
    ...(throughput && { throughput }),
    ...(onDemand && { onDemand }),
  };
}

/** @throws ValidationException for an attribute that is defined twice; the sentence is ours */
export function typesOf(definitions: readonly AttributeDefinition[]): Record<string, KeyType> {
  const names = definitions.map(({ AttributeName }) => AttributeName);
  const twice = names.find((name, index) => names.indexOf(name) !== index);
  if (twice !== undefined) throw invalidParameter(`Duplicate AttributeName in AttributeDefinitions: ${twice}`);
  return Object.fromEntries(definitions.map(({ AttributeName, AttributeType }) => [AttributeName, AttributeType]));
}

/**
 * Refuses another type for a key of the table, or of an index that it keeps. The sentence is ours.
 * @throws ValidationException
 */
export function refuseOtherTypes({ keys, types, indexes }: Omit<Schema, 'billing'>, asked: Schema['types']): void {
  const used = [...keyNames(keys), ...indexes.flatMap((index) => keyNames(index.keys))];
  const name = used.find((key) => Object.hasOwn(asked, key) && Object.hasOwn(types, key) && asked[key] !== types[key]);
  if (name === undefined) return;
  throw invalidParameter(`The type of key attribute ${name} cannot change: it is ${types[name]}, not ${asked[name]}`);
}

type Schema = Pick<ItemTable, 'keys' | 'types' | 'indexes' | 'billing'>;
type KeySchema = Pick<Schema, 'keys' | 'types'> & { readonly indexes: readonly Pick<Index, 'keys'>[] };

/** @throws ValidationException */
export function checkSchema({ keys, types, indexes, billing }: Schema): void {
  checkThroughput(billing, '');
  checkKeySchema({ keys, types, indexes });
  const names = new Set<string>();
  for (const index of indexes) {
    checkIndex(index, keys);
    if (names.has(index.name)) throw invalidParameter(`Duplicate index name: ${index.name}`);
    names.add(index.name);
    if (index.isGlobal) checkThroughput({ ...billing, ...index }, index.name);
  }
  checkCounts(indexes);
}

/** What keys there are, and that each has its type, and nothing else one. @throws ValidationException */
export function checkKeySchema({ keys, types, indexes }: KeySchema): void {
  checkKeys(keys);
  checkDefinitions({ keys, types, indexes });
}

function checkCounts(indexes: readonly Index[]): void {
  const count = (isGlobal: boolean) => indexes.filter((index) => index.isGlobal === isGlobal).length;
  if (count(false) > MAX_LOCAL_INDEXES) {
    throw invalidParameter(`Number of LocalSecondaryIndexes exceeds per-table limit of ${MAX_LOCAL_INDEXES}`);
  }
  if (count(true) > MAX_GLOBAL_INDEXES) {
    throw invalidParameter(`GlobalSecondaryIndex count exceeds the per-table limit of ${MAX_GLOBAL_INDEXES}`);
  }
  const projected = indexes.reduce((sum, { projection }) => sum + (projection.NonKeyAttributes?.length ?? 0), 0);
  if (projected > MAX_PROJECTED) {
    throw invalidParameter(`Number of NonKeyAttributes exceeds limit of ${MAX_PROJECTED} over all indexes of a table`);
  }
}

/** @param index its name, or nothing for the table */
function checkThroughput(
  { mode, throughput }: { readonly mode: string; readonly throughput?: ProvisionedThroughput },
  index: string,
): void {
  const of = index === '' ? '' : ` for index: ${index}`;
  if (mode === 'PROVISIONED' && !throughput) {
    throw invalidParameter(
      index === ''
        ? 'ReadCapacityUnits and WriteCapacityUnits must both be specified when BillingMode is PROVISIONED'
        : `ProvisionedThroughput must be specified for index: ${index}`,
    );
  }
  if (mode === 'PAY_PER_REQUEST' && throughput) {
    throw invalidParameter(
      `Neither ReadCapacityUnits nor WriteCapacityUnits can be specified when BillingMode is PAY_PER_REQUEST${of}`,
    );
  }
}

function checkKeys(keys: readonly KeySchemaElement[]): void {
  const [first, second] = keys;
  if (first?.KeyType !== 'HASH') throw invalid('Invalid KeySchema: The first KeySchemaElement is not a HASH key type');
  if (second && second.KeyType !== 'RANGE') {
    throw invalid('Invalid KeySchema: The second KeySchemaElement is not a RANGE key type');
  }
  if (second?.AttributeName === first.AttributeName) {
    throw invalid('Invalid KeySchema: Some index key attribute have no definition');
  }
}

function checkDefinitions({ keys, types, indexes }: KeySchema): void {
  const defined = Object.keys(types);
  const used = [...new Set([...keyNames(keys), ...indexes.flatMap((index) => keyNames(index.keys))])];
  const missing = (names: readonly string[]) => names.filter((name) => !Object.hasOwn(types, name));
  if (missing(keyNames(keys)).length > 0) {
    throw indexes.length === 0
      ? invalidParameter(
          `Some index key attributes are not defined in AttributeDefinitions. Keys: [${keyNames(keys).join(', ')}], AttributeDefinitions: [${defined.join(', ')}]`,
        )
      : invalid('Invalid KeySchema: Some index key attribute have no definition');
  }
  const lacking = indexes.find((index) => missing(keyNames(index.keys)).length > 0);
  if (lacking) {
    throw invalidParameter(
      `Some index key attributes are not defined in AttributeDefinitions. Keys: [${keyNames(lacking.keys).join(', ')}], AttributeDefinitions: [${defined.join(', ')}]`,
    );
  }
  if (defined.length === used.length) return;
  if (indexes.length === 0) {
    throw invalidParameter(
      'Number of attributes in KeySchema does not exactly match number of attributes defined in AttributeDefinitions',
    );
  }
  throw invalidParameter(
    `Some AttributeDefinitions are not used. AttributeDefinitions: [${defined.join(', ')}], keys used: [${used.join(', ')}]`,
  );
}

function checkIndex({ name, isGlobal, keys, projection }: Index, tableKeys: readonly KeySchemaElement[]): void {
  if (isGlobal) checkGlobalKeys(keys);
  else checkLocalKeys(name, keys, tableKeys);
  const { ProjectionType: type, NonKeyAttributes: attributes } = projection;
  if (type === undefined) throw invalidParameter('Unknown ProjectionType: null');
  if (type === 'INCLUDE' && !attributes) {
    throw invalidParameter('ProjectionType is INCLUDE, but NonKeyAttributes is not specified');
  }
  if (type !== 'INCLUDE' && attributes) {
    throw invalidParameter(`ProjectionType is ${type}, but NonKeyAttributes is specified`);
  }
}

function checkGlobalKeys(keys: readonly KeySchemaElement[]): void {
  const hashes = keys.filter(({ KeyType }) => KeyType === 'HASH').length;
  if (keys[0]?.KeyType !== 'HASH') {
    throw invalid('Invalid KeySchema: The first KeySchemaElement is not a HASH key type');
  }
  if (keys.slice(0, hashes).some(({ KeyType }) => KeyType !== 'HASH')) {
    throw invalid('Invalid KeySchema: All HASH keys of an index come before its RANGE keys');
  }
  if (hashes > MAX_INDEX_KEYS || keys.length - hashes > MAX_INDEX_KEYS) {
    throw invalid(`Invalid KeySchema: An index has at most ${MAX_INDEX_KEYS} HASH and ${MAX_INDEX_KEYS} RANGE keys`);
  }
}

function checkLocalKeys(name: string, keys: readonly KeySchemaElement[], tableKeys: readonly KeySchemaElement[]): void {
  if (tableKeys.length < 2) {
    throw invalidParameter(
      'Table KeySchema does not have a range key, which is required when specifying a LocalSecondaryIndex',
    );
  }
  checkKeys(keys);
  if (keys.length < 2) {
    throw invalidParameter(`Index KeySchema does not have a range key for index: ${name}`);
  }
  const [hash, tableHash] = [keys[0]?.AttributeName, tableKeys[0]?.AttributeName];
  if (hash !== tableHash) {
    throw invalidParameter(
      `Index KeySchema does not have the same leading hash key as table KeySchema for index: ${name}. index hash key: ${hash}, table hash key: ${tableHash}`,
    );
  }
}
