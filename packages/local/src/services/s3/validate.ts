// Malformed input in S3's words: it has no ValidationException.
import { ServiceError } from '@earwitness/protocol/internal/aws/errors';
import type { ServiceModel } from '@earwitness/protocol/internal/aws/model';
import { validateInput } from '@earwitness/protocol/internal/aws/validate';
import { invalidArgument, invalidLocation, malformed, refused } from './refusals.ts';

/** @throws ServiceError `MalformedXML` for what the body says, `InvalidArgument` for the rest */
export function validateS3(model: ServiceModel, operation: string, input: unknown): void {
  try {
    validateInput(model, operation, input);
  } catch (error) {
    if (!(error instanceof ServiceError)) throw error;
    const [, value = '', name = ''] = /Value (?:'(.*?)'|null) at '([^'.]+)/s.exec(error.message) ?? [];
    // Recorded on AWS: LocalStack, tests/aws/services/s3/test_s3.
    if (error.message.includes(`at 'createBucketConfiguration.locationConstraint'`)) throw invalidLocation(value);
    const shape = model.shapes[model.operations[operation]?.input ?? ''];
    const { payload, members = {} } = shape?.type === 'structure' ? shape : {};
    if (payload !== undefined && payload.toLowerCase() === name.toLowerCase()) throw refuseDocument(input, payload);
    // Recorded on AWS: LocalStack, tests/aws/services/s3/test_s3_list_operations.
    if (name === 'encodingType')
      throw invalidArgument('Invalid Encoding Method specified in Request', 'encoding-type', value);
    const [, member] = Object.entries(members).find(([own]) => own.toLowerCase() === name.toLowerCase()) ?? [];
    const wireName = member?.locationName ?? name;
    if (name === 'storageClass') {
      throw refused('InvalidStorageClass', 'The storage class you specified is not valid', {
        StorageClassRequested: value,
      });
    }
    throw invalidArgument(error.message, wireName, value);
  }
}

/** Sources: S3 API reference, "Error responses", MissingRequestBodyError and MalformedXML. */
function refuseDocument(input: unknown, payload: string): ServiceError {
  const isMissing = Reflect.get(Object(input), payload) === undefined;
  return isMissing ? refused('MissingRequestBodyError', 'Request Body is empty') : malformed();
}
