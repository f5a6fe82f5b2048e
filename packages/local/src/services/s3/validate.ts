// Malformed input in S3's words: it has no ValidationException.
import { ServiceError } from '@earwitness/protocol/internal/aws/errors';
import type { ServiceModel } from '@earwitness/protocol/internal/aws/model';
import { validateInput } from '@earwitness/protocol/internal/aws/validate';
import { invalidArgument, invalidLocation, malformed } from './refusals.ts';

/** @throws ServiceError `MalformedXML` for what the body says, `InvalidArgument` for the rest */
export function validateS3(model: ServiceModel, operation: string, input: unknown): void {
  try {
    validateInput(model, operation, input);
  } catch (error) {
    if (!(error instanceof ServiceError)) throw error;
    const [, value = '', name = ''] = /Value '(.*?)' at '([^'.]+)/s.exec(error.message) ?? [];
    // Recorded on AWS: LocalStack, tests/aws/services/s3/test_s3.
    if (error.message.includes(`at 'createBucketConfiguration.locationConstraint'`)) throw invalidLocation(value);
    const shape = model.shapes[model.operations[operation]?.input ?? ''];
    const payload = shape?.type === 'structure' ? shape.payload : undefined;
    if (payload !== undefined && payload.toLowerCase() === name.toLowerCase()) throw malformed();
    // Recorded on AWS: LocalStack, tests/aws/services/s3/test_s3_list_operations.
    if (name === 'encodingType')
      throw invalidArgument('Invalid Encoding Method specified in Request', 'encoding-type', value);
    throw invalidArgument(error.message, name, value);
  }
}
