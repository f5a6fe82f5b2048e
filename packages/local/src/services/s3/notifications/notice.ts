// What is told of one change of an object, whoever hears it: plain data, as it waits for its deliveries.
import type { EventName } from './event-name.ts';

export interface Notice {
  readonly event: EventName;
  /** Epoch milliseconds. */
  readonly at: number;
  readonly bucket: NoticeBucket;
  readonly object: NoticeObject;
  readonly requestId: string;
  /** The answer's `x-amz-id-2`. */
  readonly hostId: string;
  /** Whose credentials it was, as IAM numbers them: `AROA…:session`, or an account. Absent when S3 itself did it. */
  readonly userId?: string;
  /** The account whose credentials it was; a service's name when that did it. */
  readonly requester: string;
  /** Absent when no request did it. */
  readonly sourceIp?: string;
  /** The request's `X-Amzn-Trace-Id`. */
  readonly traceId?: string;
}

export interface NoticeBucket {
  readonly name: string;
  readonly region: string;
  /** The owner's. */
  readonly account: string;
  /** Tags whose names begin with `aws:`, which only CloudFormation gives. */
  readonly awsTags: Readonly<Record<string, string>>;
}

export interface NoticeObject {
  /** As it is. */
  readonly key: string;
  readonly size?: number;
  /** Without quotes. */
  readonly etag?: string;
  /** Absent in buckets that never were versioned, and for the version `null`. */
  readonly versionId?: string;
  /** Grows with each change of the key. Absent where the order does not matter: tags and ACLs. */
  readonly sequencer?: string;
}

/** `arn:aws:s3:::orders`: a bucket's ARN names neither region nor account. */
export function bucketArn(name: string, partition = 'aws'): string {
  return `arn:${partition}:s3:::${name}`;
}
