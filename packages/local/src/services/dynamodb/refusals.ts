// How DynamoDB refuses: sentences that several operations have.
import { ServiceError } from '@earwitness/protocol/internal/aws/errors';

export function invalid(message: string): ServiceError {
  return new ServiceError('ValidationException', message);
}

export function invalidParameter(what: string): ServiceError {
  return invalid(`One or more parameter values were invalid: ${what}`);
}

/**
 * What `check` returns; what it refuses is refused as PutItem, UpdateItem and DeleteItem do since 2026. Source:
 * paritysuite/dynamodb-conformance, captured on AWS.
 */
export function enveloped<T>(check: () => T): T {
  try {
    return check();
  } catch (error) {
    if (!(error instanceof ServiceError) || error.code !== 'ValidationException' || OURS.has(error)) throw error;
    throw new ServiceError(error.code, `1 validation error detected: ${error.message}`);
  }
}

/** Refusals of what AWS would not have refused. */
const OURS = new WeakSet<ServiceError>();

function ours(message: string): ServiceError {
  const error = invalid(message);
  OURS.add(error);
  return error;
}

/** Refuses by name what AWS calls legacy. Ours: nothing acts as if it had not been asked for. */
export function refuseLegacy(input: object, names: readonly string[]): void {
  const given = names.find((name) => Object.hasOwn(input, name) && input[name as keyof typeof input] !== undefined);
  if (given === undefined) return;
  throw ours(`Earwitness does not evaluate the legacy parameter ${given}; write an expression instead.`);
}

/** Refuses by name what this cloud does not have. */
export function refuseUnserved(input: object, names: readonly string[]): void {
  const given = names.find((name) => Object.hasOwn(input, name) && input[name as keyof typeof input] !== undefined);
  if (given !== undefined) throw ours(`Earwitness does not serve ${given} of tables.`);
}
