// Key attributes: of the table, in items and in keys; and of its indexes, in what is written. Sentences:
// paritysuite/dynamodb-conformance and moto's tests verified on AWS; dynoxide's changelog, captured on AWS.
import type { AttributeValue, KeySchemaElement } from '@earwitness/protocol/internal/aws/models/dynamodb.types';
import type { Item } from './items/item-text.ts';
import { invalid, invalidParameter } from './refusals.ts';
import { type ItemTable, type KeyType, keyNames } from './table.ts';

/** Source: DynamoDB quotas, partition and sort key length. */
const MAX_BYTES = { HASH: 2048, RANGE: 1024 } as const;

/** A key as GetItem takes it: the key attributes and nothing else. @throws ValidationException */
export function checkKey({ keys, types }: Pick<ItemTable, 'keys' | 'types'>, key: Item): void {
  const isOurs = Object.keys(key).length === keys.length && keyNames(keys).every((name) => hasType(types, key, name));
  if (!isOurs) throw noMatch();
  for (const element of keys) checkValue(element, memberOf(key, element.AttributeName));
}

export function noMatch() {
  return invalid('The provided key element does not match the schema');
}

/**
 * An item's own key.
 * @param isInBatch a batch has one sentence for whatever is wrong
 * @throws ValidationException
 */
export function checkItemKey({ keys, types }: Pick<ItemTable, 'keys' | 'types'>, item: Item, isInBatch = false): void {
  if (isInBatch && !keyNames(keys).every((name) => hasType(types, item, name))) throw noMatch();
  for (const { AttributeName: name } of keys) {
    if (!Object.hasOwn(item, name)) throw invalidParameter(`Missing the key ${name} in the item`);
    if (!hasType(types, item, name)) {
      throw invalidParameter(`Type mismatch for key ${name} expected: ${types[name]} actual: ${typeOf(item, name)}`);
    }
  }
  for (const element of keys) checkValue(element, memberOf(item, element.AttributeName));
}

/**
 * The keys of indexes in an item that is written: absent, or of their type and not empty.
 * @param isUpdate an update has its own sentence for what is empty
 * @throws ValidationException
 */
export function checkIndexKeys({ indexes, types }: ItemTable, item: Item, isUpdate = false): void {
  for (const { name: index, keys } of indexes) {
    for (const { AttributeName: name, KeyType } of keys) {
      if (!Object.hasOwn(item, name)) continue;
      if (!hasType(types, item, name)) {
        throw invalidParameter(
          `Type mismatch for Index Key ${name} Expected: ${types[name]} Actual: ${typeOf(item, name)} IndexName: ${index}`,
        );
      }
      const empty = emptiness(memberOf(item, name));
      if (empty !== undefined) {
        const sentence = isUpdate
          ? `One or more parameter values are not valid. The update expression attempted to update a secondary index key to a value that is not supported. The AttributeValue for a key attribute cannot contain an ${empty} value.`
          : `One or more parameter values are not valid. A value specified for a secondary index key is not supported. The AttributeValue for a key attribute cannot contain an ${empty} value. IndexName: ${index}, IndexKey: ${name}`;
        throw invalid(sentence);
      }
      checkLength(KeyType, memberOf(item, name));
    }
  }
}

/** Refuses an empty key before anything is looked at, as transactions do. @throws ValidationException */
export function refuseEmptyKeys({ keys }: Pick<ItemTable, 'keys'>, item: Item): void {
  for (const { AttributeName: name } of keys) refuseEmpty(name, memberOf(item, name));
}

function refuseEmpty(name: string, value: AttributeValue): void {
  const empty = emptiness(value);
  if (empty === undefined) return;
  throw invalid(
    `One or more parameter values are not valid. The AttributeValue for a key attribute cannot contain an ${empty} value. Key: ${name}`,
  );
}

function checkValue({ AttributeName: name, KeyType }: KeySchemaElement, value: AttributeValue): void {
  refuseEmpty(name, value);
  checkLength(KeyType, value);
}

function checkLength(keyType: KeySchemaElement['KeyType'], { S, B }: AttributeValue): void {
  const bytes = S === undefined ? (B?.length ?? 0) : Buffer.byteLength(S);
  if (bytes <= MAX_BYTES[keyType]) return;
  throw invalidParameter(
    keyType === 'HASH'
      ? `Size of hashkey has exceeded the maximum size limit of${MAX_BYTES.HASH} bytes`
      : `Aggregated size of all range keys has exceeded the size limit of ${MAX_BYTES.RANGE} bytes`,
  );
}

function emptiness({ S, B }: AttributeValue): string | undefined {
  if (S === '') return 'empty string';
  return B?.length === 0 ? 'empty binary' : undefined;
}

function hasType(types: Readonly<Record<string, KeyType>>, item: Item, name: string): boolean {
  const type = types[name];
  return type !== undefined && memberOf(item, name)[type] !== undefined;
}

function typeOf(item: Item, name: string): string {
  return Object.keys(memberOf(item, name))[0] ?? 'NULL';
}

function memberOf(item: Item, name: string): AttributeValue {
  return (Object.hasOwn(item, name) ? item[name] : undefined) ?? {};
}
