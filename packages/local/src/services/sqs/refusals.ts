// How SQS refuses: its errors under both of their names (the JSON protocol's, and the older Query protocol's,
// which clients read from `x-amzn-query-error`), and the check of required parameters, which SQS words in its own way.
// Sources: the smithy trait awsQueryError in @aws-sdk/client-sqs; AWS answers recorded by public emulator projects.
import { ServiceError } from '@earwitness/protocol/internal/aws/errors';
import type { ServiceModel } from '@earwitness/protocol/internal/aws/model';

/** HTTP status where it is not 400. */
const STATUS: Readonly<Record<string, number>> = {
  AccessDenied: 403,
  OverLimit: 403,
  ReceiptHandleIsInvalid: 404,
  ResourceNotFoundException: 404,
};

/** Codes of the Query protocol for errors that the model does not know; `queryErrorCode` has the others. */
const QUERY_CODES: Readonly<Record<string, string>> = {
  InvalidParameterValueException: 'InvalidParameterValue',
  MissingRequiredParameterException: 'MissingParameter',
};

export function refusal(name: string, message: string): ServiceError {
  const status = STATUS[name];
  const queryCode = QUERY_CODES[name];
  return new ServiceError(name, message, {
    ...(status !== undefined && { status }),
    ...(queryCode !== undefined && { queryCode }),
  });
}

export function queueDoesNotExist(): ServiceError {
  return refusal('QueueDoesNotExist', 'The specified queue does not exist.');
}

export function invalidParameter(message: string): ServiceError {
  return refusal('InvalidParameterValueException', message);
}

/** `Value 11 for parameter MaxNumberOfMessages is invalid. Reason: …` */
export function invalidValue(parameter: string, value: unknown, reason: string): ServiceError {
  return invalidParameter(`Value ${String(value)} for parameter ${parameter} is invalid. Reason: ${reason}`);
}

export function missingParameter(name: string): ServiceError {
  return refusal('MissingRequiredParameterException', `The request must contain the parameter ${name}.`);
}

export function invalidAttributeName(name: string): ServiceError {
  return refusal('InvalidAttributeName', `Unknown Attribute ${name}.`);
}

/** Source: recorded on AWS (LocalStack, tests/aws/services/sqs). */
export function onlyWithFifo(name: string): ServiceError {
  return refusal('InvalidAttributeName', `You can specify the ${name} only when FifoQueue is set to true.`);
}

export function invalidAttributeValue(name: string): ServiceError {
  return refusal('InvalidAttributeValue', `Invalid value for the parameter ${name}.`);
}

/**
 * Stands in for the model's general validation: an absent queue URL is a queue that does not exist, an absent name an
 * invalid one, an absent list of entries an empty batch (the batch operations say so), and anything else a missing
 * parameter.
 */
export function requireParameters(model: ServiceModel, operation: string, input: unknown): void {
  const shape = model.shapes[model.operations[operation]?.input ?? ''];
  if (shape?.type !== 'structure') return;
  const given: object = typeof input === 'object' && input !== null ? input : {};
  for (const name of shape.required ?? []) {
    const value: unknown = Reflect.get(given, name);
    if (value !== undefined && value !== null && (value !== '' || name === 'Label')) continue;
    if (name === 'QueueUrl') throw queueDoesNotExist();
    if (name === 'QueueName') {
      throw invalidParameter('Value for parameter QueueName is invalid. Reason: Must specify a queue name.');
    }
    if (name !== 'Entries') throw missingParameter(name);
  }
}
