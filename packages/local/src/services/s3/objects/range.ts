// Which bytes a reader asks for. Source: recorded on AWS (LocalStack, tests/aws/services/s3/test_s3_api,
// test_get_object_range).
import { refused } from '../refusals.ts';

/** `end` is not among them. */
export interface ByteRange {
  readonly start: number;
  readonly end: number;
}

/**
 * @param header `bytes=0-8`, `bytes=-5`, `bytes=3-`; of several ranges, and of what is none, S3 gives the whole object
 * @throws ServiceError `InvalidRange` when it begins behind the end
 */
export function parseRange(header: string, sizeBytes: number): ByteRange | undefined {
  const [, first = '', last = ''] = /^bytes=(\d*)-(\d*)$/.exec(header.trim()) ?? [];
  if (first === '' && last === '') return undefined;
  const unsatisfiable = () =>
    refused('InvalidRange', 'The requested range is not satisfiable', {
      status: 416,
      ActualObjectSize: sizeBytes,
      RangeRequested: header,
    });
  if (first === '') {
    if (Number(last) === 0 || sizeBytes === 0) throw unsatisfiable();
    return { start: Math.max(sizeBytes - Number(last), 0), end: sizeBytes };
  }
  const start = Number(first);
  if (last !== '' && Number(last) < start) return undefined;
  if (start >= sizeBytes) throw unsatisfiable();
  return { start, end: last === '' ? sizeBytes : Math.min(Number(last) + 1, sizeBytes) };
}
