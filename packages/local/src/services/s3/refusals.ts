// S3's refusals, in its own words: recorded on AWS (LocalStack, tests/aws/services/s3: test_s3, test_s3_api,
// test_s3_list_operations), unless another source is named.
import { ServiceError } from '@earwitness/protocol/internal/aws/errors';

type Fields = Readonly<Record<string, unknown>>;

export function refused(code: string, message: string, { status = 400, ...fields }: Fields & { status?: number } = {}) {
  return new ServiceError(code, message, { status, fields });
}

export const noSuchBucket = (BucketName: string) =>
  refused('NoSuchBucket', 'The specified bucket does not exist', { status: 404, BucketName });

export const noSuchKey = (Key: string) =>
  refused('NoSuchKey', 'The specified key does not exist.', { status: 404, Key });

export const noSuchVersion = (Key: string, VersionId: string) =>
  refused('NoSuchVersion', 'The specified version does not exist.', { status: 404, Key, VersionId });

export const noSuchUpload = (UploadId: string) =>
  refused(
    'NoSuchUpload',
    'The specified upload does not exist. The upload ID may be invalid, or the upload may have been aborted or completed.',
    { status: 404, UploadId },
  );

export const accessDenied = (message = 'Access Denied') => refused('AccessDenied', message, { status: 403 });

export const invalidArgument = (message: string, ArgumentName: string, ArgumentValue: string) =>
  refused('InvalidArgument', message, { ArgumentName, ArgumentValue });

export const invalidLocation = (LocationConstraint: string) =>
  refused('InvalidLocationConstraint', 'The specified location-constraint is not valid', { LocationConstraint });

export const invalidRequest = (message: string) => refused('InvalidRequest', message);

export const preconditionFailed = (Condition: string) =>
  refused('PreconditionFailed', 'At least one of the pre-conditions you specified did not hold', {
    status: 412,
    Condition,
  });

/** Of a header, or of what it says. */
export const notImplemented = (Header: string, additionalMessage?: string) =>
  refused('NotImplemented', 'A header you provided implies functionality that is not implemented', {
    status: 501,
    Header,
    ...(additionalMessage !== undefined && { additionalMessage }),
  });

/** Refuses members of an input that ask for what is not served, each by its header. */
export function refuseMembers(input: object, headers: Readonly<Record<string, string>>): void {
  for (const [name, value] of Object.entries(input)) {
    const header = headers[name];
    if (value !== undefined && header !== undefined) {
      throw notImplemented(header, `Earwitness does not serve ${header}`);
    }
  }
}

export const malformed = () =>
  refused('MalformedXML', 'The XML you provided was not well-formed or did not validate against our published schema');
