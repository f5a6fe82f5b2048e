// S3.
import { arn, endpoint, FUNCTION_ARN, resourcePolicy } from '../content/documents.ts';
import { oddText, plainText } from '../content/text.ts';
import { ref } from '../input.ts';
import { base64, type HintRow, spare } from './hint.ts';

const KEYS = ['fuzz-object', 'fuzz-object', 'a/b', 'a/../b//c', '😀', plainText, oddText];
const VERSIONS = ['null', 'null', '0'.repeat(32)];

export const STORAGE_HINTS: readonly HintRow[] = [
  [/^s3\.(Create|Delete)Bucket\.Bucket$/, [spare, 'fuzz-versioned']],
  [/^s3\..*\.Bucket$/, ['fuzz-bucket', 'fuzz-bucket', 'fuzz-versioned', spare]],
  [/^s3\.(UploadPart|UploadPartCopy|Complete\w+|Abort\w+|ListParts)\.Key$/, ['fuzz-upload']],
  [/^s3\..*\.Key$/, KEYS],
  [/^s3\..*\.(Prefix|Marker|KeyMarker|StartAfter)$/, ['a', 'a/', 'fuzz', '😀', '']],
  [/^s3\..*\.Delimiter$/, ['/', '/', 'b', '😀']],
  [/^s3\..*\.(MaxKeys|MaxParts|MaxUploads|MaxBuckets)$/, [0, 1, 2, 1000, 2000]],
  [/^s3\..*\.(VersionId|VersionIdMarker)$/, VERSIONS, 'rarely'],
  [/^s3\..*\.UploadId$/, [ref('uploadId')]],
  [/^s3\..*\.PartNumber$/, [1, 2, 10_000, 0]],
  [/^s3\..*\.CopySource$/, ['fuzz-bucket/fuzz-object', '/fuzz-bucket/fuzz-object', 'fuzz-bucket/%F0%9F%98%80']],
  [/^s3\..*\.(Range|CopySourceRange)$/, ['bytes=0-1', 'bytes=-2', 'bytes=3-', 'bytes=9-99', 'bytes=1-0']],
  [/^s3\..*\.(IfMatch|IfNoneMatch)$/, ['*', '"5d41402abc4b2a76b9719d911017c592"'], 'rarely'],
  [/^s3\..*\.ETag$/, ['"5d41402abc4b2a76b9719d911017c592"']],
  [/^s3\..*\.Checksum(CRC32|CRC32C)$/, ['NhCmhg==', 'AAAAAA=='], 'rarely'],
  [/^s3\..*\.(Checksum\w+|ContentMD5)$/, [base64('x')], 'rarely'],
  [/^s3\..*\.ContentLength$/, [], 'rarely'],
  [/^s3\..*\.(Grant\w+|ObjectLock\w+|SSECustomer\w+|CopySourceSSE\w+|WriteOffsetBytes|If\w+|MFA)$/, [], 'rarely'],
  [/^s3\..*\.(ExpectedBucketOwner|ExpectedSourceBucketOwner)$/, ['000000000000', '111122223333'], 'rarely'],
  [/^s3\..*\.(Tagging)$/, ['team=blue', 'a=1&a=2', 'a=%ff', '&&=']],
  [/^s3\..*\.Policy$/, [resourcePolicy]],
  [/^s3\..*\.(QueueArn|Queue)$/, [arn('sqs', 'fuzz-queue')]],
  [/^s3\..*\.(TopicArn|Topic)$/, [arn('sns', 'fuzz-topic')]],
  [/^s3\..*\.(LambdaFunctionArn|CloudFunction)$/, [FUNCTION_ARN]],
  [/^s3\..*\.(AllowedOrigins|AllowedOrigin)$/, ['*', 'https://*.example.com', endpoint]],
  [/^s3\..*\.EncodingType$/, ['url'], 'rarely'],
  [/^s3\..*\.(ContinuationToken|Token)$/, [base64('1a'), 'x'], 'rarely'],
];
