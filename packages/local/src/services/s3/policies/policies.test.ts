// What S3 refuses of bucket policies, and which ones are public: facts with their sources.
import { ServiceError } from '@earwitness/protocol/internal/aws/errors';
import { describe, expect, test } from 'vitest';
import { checkBucketPolicy } from './bucket-policy.ts';
import { isPublicPolicy } from './public-policy.ts';

const BUCKET = 'arn:aws:s3:::orders';
const READ = { Effect: 'Allow', Principal: '*', Action: 's3:GetObject', Resource: `${BUCKET}/*` };

function refusal(policy: string | object): string {
  try {
    checkBucketPolicy(typeof policy === 'string' ? policy : JSON.stringify(policy), BUCKET);
  } catch (error) {
    if (error instanceof ServiceError) return `${error.code}: ${error.message}`;
    throw error;
  }
  return 'not refused';
}
const statement = (changes: object) => refusal({ Version: '2012-10-17', Statement: [{ ...READ, ...changes }] });

describe('a bucket policy', () => {
  // Recorded on AWS: LocalStack, tests/aws/services/s3/test_s3, MalformedPolicy.
  test('is JSON from its first byte on', () => {
    const first = "MalformedPolicy: Policies must be valid JSON and the first byte must be '{'";
    expect([' {}', 'no', '[]'].map(refusal)).toEqual([first, first, first]);
    expect(refusal('{"a"')).toBe('MalformedPolicy: This policy contains invalid Json');
  });

  // Recorded on AWS: the same test.
  test('has a Statement', () => {
    expect(refusal({})).toBe('MalformedPolicy: Missing required field Statement');
  });

  // Sources: S3 user guide, "Bucket policy elements"; the sentences as AWS's users quote them.
  test('names who may do what to which resource', () => {
    expect(statement({ Principal: undefined })).toBe('MalformedPolicy: Missing required field Principal');
    expect(statement({ Action: undefined })).toBe('MalformedPolicy: Missing required field Action');
    expect(statement({ Resource: undefined })).toBe('MalformedPolicy: Missing required field Resource');
    expect(statement({ Effect: 'Maybe' })).toBe('MalformedPolicy: Invalid effect: Maybe');
    expect(statement({ Wrong: 1 })).toBe('MalformedPolicy: Unknown field Wrong');
    expect(statement({})).toBe('not refused');
  });

  // Source: the same: S3 finds out whether the principals are there; this cloud looks at their form.
  test('names principals that can be', () => {
    expect(statement({ Principal: { AWS: 'arn:aws:iam::1:nobody' } })).toBe(
      'MalformedPolicy: Invalid principal in policy',
    );
    expect(statement({ Principal: { Somebody: 'a' } })).toBe('MalformedPolicy: Invalid principal in policy');
    const good = ['123456789012', 'arn:aws:iam::123456789012:root', 'arn:aws:iam::123456789012:role/a'];
    expect(statement({ Principal: { AWS: good, Service: 'logs.amazonaws.com' } })).toBe('not refused');
  });

  // Source: the same, "Resource": only the bucket and what is in it.
  test('is about its bucket only', () => {
    expect(statement({ Resource: 'arn:aws:s3:::others/*' })).toBe('MalformedPolicy: Policy has invalid resource');
    expect(statement({ Resource: '*' })).toBe('MalformedPolicy: Policy has invalid resource');
    expect(statement({ Action: 'sqs:SendMessage' })).toBe('MalformedPolicy: Policy has invalid action');
  });

  // Source: the same, "Action": an action on objects needs their ARN, one on the bucket the bucket's.
  test('names actions that go with its resources', () => {
    const wrong = 'MalformedPolicy: Action does not apply to any resource(s) in statement';
    expect(statement({ Resource: BUCKET })).toBe(wrong);
    expect(statement({ Action: 's3:ListBucket' })).toBe(wrong);
    expect(statement({ Action: ['s3:ListBucket', 's3:GetObject'], Resource: [BUCKET, `${BUCKET}/*`] })).toBe(
      'not refused',
    );
    expect(statement({ Action: 's3:*', Resource: BUCKET })).toBe('not refused');
  });
});

describe('a policy is public', () => {
  const isPublic = (changes: object) => isPublicPolicy(JSON.stringify({ Statement: { ...READ, ...changes } }));

  // Source: S3 user guide, "The meaning of public".
  test('when it lets everybody in', () => {
    expect(isPublic({})).toBe(true);
    expect(isPublic({ Principal: { AWS: '*' } })).toBe(true);
    expect(isPublic({ Effect: 'Deny' })).toBe(false);
    expect(isPublic({ Principal: { AWS: '123456789012' } })).toBe(false);
    expect(isPublic({ Principal: { Service: 'cloudfront.amazonaws.com' } })).toBe(false);
  });

  // Source: the same page: fixed values of certain keys.
  test('unless a condition names who is meant', () => {
    expect(isPublic({ Condition: { StringEquals: { 'aws:SourceAccount': '123456789012' } } })).toBe(false);
    expect(isPublic({ Condition: { StringLike: { 'aws:SourceVpc': 'vpc-91237329' } } })).toBe(false);
    expect(isPublic({ Condition: { StringLike: { 'aws:SourceVpc': '*' } } })).toBe(true);
    expect(isPublic({ Condition: { IpAddress: { 'aws:SourceIp': '54.0.0.0/8' } } })).toBe(false);
    expect(isPublic({ Condition: { IpAddress: { 'aws:SourceIp': '0.0.0.0/1' } } })).toBe(true);
    expect(isPublic({ Condition: { StringNotEquals: { 'aws:SourceVpc': 'vpc-1' } } })).toBe(true);
    expect(isPublic({ Condition: { Bool: { 'aws:SecureTransport': 'true' } } })).toBe(true);
  });
});
