// What an upload is completed with: which parts, in which order, with which checksum. Sentences: recorded on AWS
// (LocalStack, tests/aws/services/s3: test_s3 and test_s3_api).
import type { CompletedPart, CompleteMultipartUploadRequest } from '@earwitness/protocol/internal/aws/models/s3.types';
import { bare } from '../objects/conditions.ts';
import type { Checksum } from '../objects/version.ts';
import { invalidRequest, refused } from '../refusals.ts';
import { compositeChecksum, fullObjectChecksum } from '../upload/checksum.ts';
import type { Part, Upload } from './uploads.ts';

/** Of every part but the last. Source: S3 user guide, "Amazon S3 multipart upload limits". */
const PART_MIN_BYTES = 5 * 1024 * 1024;

/** @throws ServiceError `InvalidRequest`, `InvalidPartOrder`, `InvalidPart`, `EntityTooSmall` */
export function chooseParts(upload: Upload, named: readonly CompletedPart[]): readonly Part[] {
  if (named.length === 0) throw invalidRequest('You must specify at least one part');
  const numbers = named.map(({ PartNumber = 0 }) => PartNumber);
  if (numbers.some((number, index) => index > 0 && number <= (numbers[index - 1] ?? 0))) {
    throw refused(
      'InvalidPartOrder',
      'The list of parts was not in ascending order. Parts must be ordered by part number.',
      { UploadId: upload.id },
    );
  }
  return named.map((given, index) => {
    const { PartNumber: number = 0, ETag: etag = '' } = given;
    const part = upload.parts[number];
    if (part?.etag !== bare(etag)) {
      throw refused(
        'InvalidPart',
        "One or more of the specified parts could not be found.  The part may not have been uploaded, or the specified entity tag may not match the part's entity tag.",
        { UploadId: upload.id, PartNumber: number, ETag: bare(etag) },
      );
    }
    checkPartChecksum(upload, part, given);
    if (part.content.sizeBytes < PART_MIN_BYTES && index < named.length - 1) {
      throw refused('EntityTooSmall', 'Your proposed upload is smaller than the minimum allowed size', {
        ProposedSize: part.content.sizeBytes,
        MinSizeAllowed: PART_MIN_BYTES,
        PartNumber: number,
        ETag: part.etag,
      });
    }
    return part;
  });
}

/** An upload that was begun with a composite checksum has to name that of each part. */
function checkPartChecksum({ checksum }: Upload, { checksum: own, number }: Part, given: CompletedPart): void {
  if (!checksum) return;
  const values: Readonly<Record<string, unknown>> = { ...given };
  const value = values[`Checksum${checksum.algorithm}`];
  if (value === undefined && checksum.type === 'COMPOSITE') {
    throw invalidRequest(
      `The upload was created using a ${checksum.algorithm.toLowerCase()} checksum. The complete request must include the checksum for each part. It was missing for part ${number} in the request.`,
    );
  }
  if (value === undefined || own?.algorithm !== checksum.algorithm || own.value === value) return;
  throw refused(
    'InvalidPart',
    "One or more of the specified parts could not be found.  The part may not have been uploaded, or the specified entity tag may not match the part's entity tag.",
    { PartNumber: number },
  );
}

/**
 * Holds what the caller says of the whole object against what its parts make.
 * @throws ServiceError `InvalidRequest`, `BadDigest`
 */
export function checkWhole(
  { checksum, sizeBytes }: { readonly checksum?: Checksum; readonly sizeBytes: number },
  given: Pick<CompleteMultipartUploadRequest, 'MpuObjectSize'>,
): void {
  const { MpuObjectSize: size } = given;
  if (size !== undefined && size !== sizeBytes) {
    throw invalidRequest(
      `The provided 'x-amz-mp-object-size' header value ${size} does not match what was computed: ${sizeBytes}`,
    );
  }
  const said: unknown = checksum && Reflect.get(given, `Checksum${checksum.algorithm}`);
  if (said === undefined || said === checksum?.value || `${said}`.replace(/-\d+$/, '') === wholeOf(checksum)) return;
  throw refused('BadDigest', `The ${checksum?.algorithm} you specified did not match the calculated checksum.`);
}

/** Without the number of parts. */
function wholeOf(checksum: Checksum | undefined): string | undefined {
  return checksum?.value.replace(/-\d+$/, '');
}

/** The checksum of what the parts make; `undefined` when one of them has another. */
export function wholeChecksum({ checksum }: Upload, chosen: readonly Part[]): Checksum | undefined {
  const { algorithm, type } = checksum ?? { algorithm: 'CRC64NVME' as const, type: 'FULL_OBJECT' as const };
  const known = chosen.map(({ checksum: one, content }) => ({ value: one?.value ?? '', sizeBytes: content.sizeBytes }));
  if (chosen.some(({ checksum: one }) => one?.algorithm !== algorithm)) return undefined;
  const value = type === 'COMPOSITE' ? compositeChecksum(algorithm, known) : fullObjectChecksum(algorithm, known);
  return value === undefined ? undefined : { algorithm, value, type };
}
