// Members of requests, in DynamoDB's own words where they are not the model's. The model lets every `TableName` be an
// ARN; names have a form of their own.
import { ServiceError } from '@earwitness/protocol/internal/aws/errors';
import type { ServiceModel } from '@earwitness/protocol/internal/aws/model';
import { validateInput } from '@earwitness/protocol/internal/aws/validate';

const NAME = /^[a-zA-Z0-9_.-]+$/;

/** @throws ValidationException */
export function validateDynamoDb(model: ServiceModel, operation: string, input: unknown): void {
  const members = Object(input) as Readonly<Record<string, unknown>>;
  const problem = 'TableName' in members || operation === 'CreateTable' ? nameProblem(members['TableName']) : undefined;
  if (problem !== undefined) throw new ServiceError('ValidationException', problem);
  if (operation === 'BatchGetItem') refuseManyKeys(members['RequestItems']);
  validateInput(model, operation, input);
}

function nameProblem(name: unknown): string | undefined {
  if (name === undefined || name === null) {
    return "The parameter 'TableName' is required but was not present in the request";
  }
  if (typeof name !== 'string' || name.startsWith('arn:')) return undefined;
  const problem = (constraint: string) =>
    `1 validation error detected: Value '${name}' at 'tableName' failed to satisfy constraint: Member must ${constraint}`;
  if (name.length < 3) return problem('have length greater than or equal to 3');
  if (name.length > 255) return problem('have length less than or equal to 255');
  return NAME.test(name) ? undefined : problem('satisfy regular expression pattern: [a-zA-Z0-9_.-]+');
}

/** Of one table. Source: paritysuite/dynamodb-conformance, captured on AWS. */
const MAX_KEYS = 100;

function refuseManyKeys(requests: unknown): void {
  for (const [name, request] of Object.entries(Object(requests))) {
    const { Keys: keys } = Object(request);
    if (!Array.isArray(keys) || keys.length <= MAX_KEYS) continue;
    throw new ServiceError(
      'ValidationException',
      `1 validation error detected: Value at 'RequestItems.${name}.member.Keys' failed to satisfy constraint: Member must have length less than or equal to ${MAX_KEYS}`,
    );
  }
}
