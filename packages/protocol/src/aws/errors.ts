// The one error class that operations throw. A door (HTTP codec) turns it into the protocol's bytes; anything else that
// escapes an operation is our own bug and answers 500 InternalFailure.
import type { ServiceModel, StructureShape } from './model.ts';

/** An error that a cloud service returns: a code from its model, and the sentence the cloud uses. */
export class ServiceError extends Error {
  /** Error code on the wire, such as `ResourceNotFoundException`. */
  readonly code: string;
  /** HTTP status; when absent the service model's status for the code applies, else 400. */
  readonly status: number | undefined;
  /** Further members of the modelled error shape. */
  readonly fields: Readonly<Record<string, unknown>>;
  /** The code under which the older Query protocol knows the error, where it differs (SQS: `x-amzn-query-error`). */
  readonly queryCode: string | undefined;

  constructor(
    code: string,
    message: string,
    options: {
      readonly status?: number;
      readonly fields?: Readonly<Record<string, unknown>>;
      readonly queryCode?: string;
      readonly cause?: unknown;
    } = {},
  ) {
    super(message, options.cause === undefined ? undefined : { cause: options.cause });
    this.name = 'ServiceError';
    this.code = code;
    this.status = options.status;
    this.fields = options.fields ?? {};
    this.queryCode = options.queryCode;
  }
}

// SQS's codes in the Query protocol, where they differ from the JSON protocol's. Source: the awsQueryError traits in
// @aws-sdk/client-sqs 3.1169 (a test holds this table against them).
const SQS_PREFIX = 'AWS.SimpleQueueService.';
const SQS_QUERY_CODES: Readonly<Record<string, string>> = {
  BatchEntryIdsNotDistinct: `${SQS_PREFIX}BatchEntryIdsNotDistinct`,
  BatchRequestTooLong: `${SQS_PREFIX}BatchRequestTooLong`,
  EmptyBatchRequest: `${SQS_PREFIX}EmptyBatchRequest`,
  InvalidBatchEntryId: `${SQS_PREFIX}InvalidBatchEntryId`,
  KmsAccessDenied: 'KMS.AccessDeniedException',
  KmsDisabled: 'KMS.DisabledException',
  KmsInvalidKeyUsage: 'KMS.InvalidKeyUsageException',
  KmsInvalidState: 'KMS.InvalidStateException',
  KmsNotFound: 'KMS.NotFoundException',
  KmsOptInRequired: 'KMS.OptInRequired',
  KmsThrottled: 'KMS.ThrottlingException',
  MessageNotInflight: `${SQS_PREFIX}MessageNotInflight`,
  PurgeQueueInProgress: `${SQS_PREFIX}PurgeQueueInProgress`,
  QueueDeletedRecently: `${SQS_PREFIX}QueueDeletedRecently`,
  QueueDoesNotExist: `${SQS_PREFIX}NonExistentQueue`,
  QueueNameExists: 'QueueAlreadyExists',
  TooManyEntriesInBatchRequest: `${SQS_PREFIX}TooManyEntriesInBatchRequest`,
  UnsupportedOperation: `${SQS_PREFIX}UnsupportedOperation`,
};

/** The code under which the Query protocol knows an error of a service that speaks both. */
export function queryErrorCode(error: ServiceError): string {
  return error.queryCode ?? SQS_QUERY_CODES[error.code] ?? error.code;
}

const errorShapes = new WeakMap<ServiceModel, Map<string, readonly [name: string, shape: StructureShape]>>();

/** The modelled error with this code or shape name (`NoSuchEntity` and `NoSuchEntityException` are one). */
export function errorShape(
  model: ServiceModel,
  code: string,
): readonly [name: string, shape: StructureShape] | undefined {
  let byCode = errorShapes.get(model);
  if (!byCode) {
    byCode = new Map();
    for (const [name, shape] of Object.entries(model.shapes)) {
      if (shape.type !== 'structure' || !shape.exception) continue;
      byCode.set(name, [name, shape]);
      if (shape.error?.code !== undefined) byCode.set(shape.error.code, [name, shape]);
    }
    errorShapes.set(model, byCode);
  }
  return byCode.get(code);
}

/** Codes that say the service failed, not the caller; models of JSON services do not tell. */
const SERVER_FAULTS = new Set(['InternalException', 'InternalFailure', 'InternalServerError', 'InternalServiceError']);

/**
 * The HTTP status of an error: its own, else its model's, else 500 for a fault of the service and 400 for any other.
 */
export function errorStatus(model: ServiceModel, error: ServiceError): number {
  return (
    error.status ??
    errorShape(model, error.code)?.[1].error?.httpStatusCode ??
    (SERVER_FAULTS.has(error.code) ? 500 : 400)
  );
}
