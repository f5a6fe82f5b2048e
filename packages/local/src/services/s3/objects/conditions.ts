// Conditions of requests: on what is there before a write, and on what is read. Sources: recorded on AWS (LocalStack,
// tests/aws/services/s3: test_s3_api for writes, test_s3_preconditions for reads).
import { noSuchKey, notImplemented, preconditionFailed } from '../refusals.ts';
import type { Version } from './version.ts';

export interface WriteConditions {
  readonly IfMatch?: string | undefined;
  readonly IfNoneMatch?: string | undefined;
}

/** @throws ServiceError `NotImplemented` for conditions that S3 does not have */
export function checkWriteConditions({ IfMatch, IfNoneMatch }: WriteConditions): void {
  if (IfMatch !== undefined && IfNoneMatch !== undefined) {
    throw notImplemented('If-Match,If-None-Match', 'Multiple conditional request headers present in the request');
  }
  if (IfNoneMatch !== undefined && IfNoneMatch !== '*') {
    throw notImplemented('If-None-Match', "We don't accept the provided value of If-None-Match header for this API");
  }
  if (IfMatch === '*') {
    throw notImplemented('If-Match', "We don't accept the provided value of If-Match header for this API");
  }
}

/** @throws ServiceError `PreconditionFailed`, `NoSuchKey` */
export function holdWriteConditions(key: string, current: Version | undefined, conditions: WriteConditions): void {
  const { IfMatch, IfNoneMatch } = conditions;
  const there = current?.isMarker ? undefined : current;
  if (IfNoneMatch !== undefined && there) throw preconditionFailed('If-None-Match');
  if (IfMatch === undefined) return;
  if (!there) throw noSuchKey(key);
  if (bare(IfMatch) !== there.etag) throw preconditionFailed('If-Match');
}

export interface ReadConditions extends WriteConditions {
  /** Epoch milliseconds. */
  readonly IfModifiedSince?: number | undefined;
  readonly IfUnmodifiedSince?: number | undefined;
}

/**
 * @param now epoch milliseconds: a date in the future is no condition
 * @returns `not modified` when the caller has it already
 * @throws ServiceError `PreconditionFailed`
 */
export function holdReadConditions(
  { etag, at }: Version,
  { IfMatch, IfNoneMatch, IfModifiedSince, IfUnmodifiedSince }: ReadConditions,
  now: number,
): 'go on' | 'not modified' {
  const second = Math.floor(at / 1000) * 1000;
  if (IfMatch !== undefined) {
    if (!names(IfMatch, etag)) throw preconditionFailed('If-Match');
  } else if (IfUnmodifiedSince !== undefined && second > IfUnmodifiedSince) {
    throw preconditionFailed('If-Unmodified-Since');
  }
  if (IfNoneMatch !== undefined) return names(IfNoneMatch, etag) ? 'not modified' : 'go on';
  if (IfModifiedSince === undefined || IfModifiedSince > now) return 'go on';
  return second <= IfModifiedSince ? 'not modified' : 'go on';
}

/** The same of a copy's source: whatever fails is a failed precondition. */
export function holdCopyConditions(
  version: Version,
  conditions: {
    readonly CopySourceIfMatch?: string | undefined;
    readonly CopySourceIfNoneMatch?: string | undefined;
    readonly CopySourceIfModifiedSince?: number | undefined;
    readonly CopySourceIfUnmodifiedSince?: number | undefined;
  },
): void {
  const second = Math.floor(version.at / 1000) * 1000;
  const prefix = 'x-amz-copy-source-';
  const { CopySourceIfMatch: match, CopySourceIfNoneMatch: noneMatch } = conditions;
  const { CopySourceIfModifiedSince: modified, CopySourceIfUnmodifiedSince: unmodified } = conditions;
  if (match !== undefined && !names(match, version.etag)) throw preconditionFailed(`${prefix}If-Match`);
  if (noneMatch !== undefined && names(noneMatch, version.etag)) throw preconditionFailed(`${prefix}If-None-Match`);
  if (modified !== undefined && second <= modified) throw preconditionFailed(`${prefix}If-Modified-Since`);
  if (unmodified !== undefined && match === undefined && second > unmodified) {
    throw preconditionFailed(`${prefix}If-Unmodified-Since`);
  }
}

function names(condition: string, etag: string): boolean {
  return condition.trim() === '*' || condition.split(',').some((one) => bare(one.trim()) === etag);
}

export function bare(etag: string): string {
  return etag.replace(/^(W\/)?"?([^"]*)"?$/, '$2');
}
