// Members of requests, in DynamoDB's own words where they are not the model's. The model lets every `TableName` be an
// ARN; names have a form of their own.
import { ServiceError } from '@earwitness/protocol/internal/aws/errors';
import { printJava } from '@earwitness/protocol/internal/aws/java-text';
import type { ServiceModel } from '@earwitness/protocol/internal/aws/model';
import { validateInput } from '@earwitness/protocol/internal/aws/validate';

const NAME = /^[a-zA-Z0-9_.-]+$/;

/** @throws ValidationException */
export function validateDynamoDb(model: ServiceModel, operation: string, input: unknown): void {
  const members = Object(input) as Readonly<Record<string, unknown>>;
  const problem =
    ('TableName' in members || operation === 'CreateTable' ? nameProblem(members['TableName']) : undefined) ??
    OWN_CHECKS[operation]?.(members, model);
  if (problem !== undefined) throw new ServiceError('ValidationException', problem);
  validateInput(model, operation, input);
}

type Members = Readonly<Record<string, unknown>>;

/** What DynamoDB says of members in other words than its model's. Source: paritysuite/dynamodb-conformance. */
const OWN_CHECKS: Readonly<Record<string, (members: Members, model: ServiceModel) => string | undefined>> = {
  CreateTable({ KeySchema: keys }, model) {
    if (!Array.isArray(keys) || keys.length <= 2) return undefined;
    return violation(printJava(model, 'KeySchema', keys), 'keySchema', 'have length less than or equal to 2');
  },
  Query({ Limit: limit }) {
    if (typeof limit !== 'number' || limit >= 1) return undefined;
    return "1 validation error detected: Value at 'Limit' failed to satisfy constraint: Member must have value greater than or equal to 1";
  },
  BatchGetItem({ RequestItems: requests }) {
    if (isEmpty(requests)) return 'The requestItems parameter is required for BatchGetItem';
    const many = Object.entries(Object(requests)).find(([, request]) => lengthOf(Object(request).Keys) > MAX_KEYS);
    return (
      many &&
      `1 validation error detected: Value at 'RequestItems.${many[0]}.member.Keys' failed to satisfy constraint: Member must have length less than or equal to ${MAX_KEYS}`
    );
  },
  BatchWriteItem({ RequestItems: requests }, model) {
    if (isEmpty(requests)) return 'The requestItems parameter is required for BatchWriteItem';
    if (!Object.values(Object(requests)).some((list) => lengthOf(list) > MAX_WRITES)) return undefined;
    const value = printJava(model, 'BatchWriteItemRequestMap', requests);
    const all = `Member must have length less than or equal to ${MAX_WRITES}, Member must have length greater than or equal to 1`;
    return `1 validation error detected: Value '${value}' at 'requestItems' failed to satisfy constraint: Map value must satisfy constraint: [${all}]`;
  },
};

/** Of one table in a batch. Source: DynamoDB API reference, BatchGetItem, BatchWriteItem. */
const MAX_KEYS = 100;
const MAX_WRITES = 25;

function isEmpty(requests: unknown): boolean {
  return requests !== undefined && requests !== null && Object.keys(Object(requests)).length === 0;
}

function lengthOf(list: unknown): number {
  return Array.isArray(list) ? list.length : 0;
}

function violation(value: string, path: string, constraint: string): string {
  return `1 validation error detected: Value '${value}' at '${path}' failed to satisfy constraint: Member must ${constraint}`;
}

function nameProblem(name: unknown): string | undefined {
  if (name === undefined || name === null) {
    return "The parameter 'TableName' is required but was not present in the request";
  }
  if (typeof name !== 'string' || name.startsWith('arn:')) return undefined;
  if (name === '') return violation(name, 'tableName', 'have length greater than or equal to 1');
  if (name.length < 3) return violation(name, 'tableName', 'have length greater than or equal to 3');
  if (name.length > 255) return violation(name, 'tableName', 'have length less than or equal to 255');
  if (NAME.test(name)) return undefined;
  return violation(name, 'tableName', 'satisfy regular expression pattern: [a-zA-Z0-9_.-]+');
}
