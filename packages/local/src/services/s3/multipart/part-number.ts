// Numbers of parts, as uploads give them and readers ask for them.
import { invalidArgument } from '../refusals.ts';

/** Source: S3 user guide, "Amazon S3 multipart upload limits". */
const MAX_PART_NUMBER = 10_000;

/** @throws ServiceError `InvalidArgument` */
export function checkPartNumber(number: number): void {
  if (Number.isInteger(number) && number >= 1 && number <= MAX_PART_NUMBER) return;
  throw invalidArgument('Part number must be an integer between 1 and 10000, inclusive', 'partNumber', String(number));
}
