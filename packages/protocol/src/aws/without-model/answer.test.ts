// Forms of errors: smithy.io's pages of the AWS protocols, "Operation error serialization". Clients of S3, Route 53,
// EC2, CloudWatch (CBOR), SNS and Scheduler of @aws-sdk 3 were run against these answers and showed code and sentence.
import { expect, test } from 'vitest';
import { ServiceError } from '../errors.ts';
import type { WireRequest } from '../wire.ts';
import { describeOperation, encodeRefusal } from './answer.ts';

const error = new ServiceError('UnknownServiceException', 'No <s3>.', { status: 501 });
const form = { 'content-type': 'application/x-www-form-urlencoded; charset=utf-8' };

function request(parts: Partial<WireRequest> & { readonly body?: string; readonly signedFor?: string }): WireRequest {
  const { body = '', signedFor, headers, ...rest } = parts;
  const authorization = `AWS4-HMAC-SHA256 Credential=k/20261122/eu-west-1/${signedFor}/aws4_request, SignedHeaders=host`;
  return {
    method: 'POST',
    path: '/',
    query: '',
    headers: { ...(signedFor !== undefined && { authorization }), ...headers },
    bytes: new Uint8Array(),
    text: () => body,
    ...rest,
  };
}

test.each([
  [
    's3',
    {},
    '<Error><Code>UnknownServiceException</Code><Message>No &lt;s3&gt;.</Message><RequestId>r-1</RequestId></Error>',
  ],
  [
    'route53',
    {},
    '<ErrorResponse><Error><Code>UnknownServiceException</Code><Message>No &lt;s3&gt;.</Message></Error><RequestId>r-1</RequestId></ErrorResponse>',
  ],
  [
    'ec2',
    form,
    '<Response><Errors><Error><Code>UnknownServiceException</Code><Message>No &lt;s3&gt;.</Message></Error></Errors><RequestID>r-1</RequestID></Response>',
  ],
  [
    'sns',
    form,
    '<ErrorResponse><Error><Code>UnknownServiceException</Code><Message>No &lt;s3&gt;.</Message></Error><RequestId>r-1</RequestId></ErrorResponse>',
  ],
])('a client of %s reads XML in its own elements', (signedFor, headers, body) => {
  expect(encodeRefusal(request({ signedFor, headers }), error, 'r-1')).toEqual({
    status: 501,
    headers: { 'content-type': 'text/xml' },
    body,
  });
});

test('a client of JSON reads JSON, also when nothing says what it speaks', () => {
  for (const asked of [
    request({ signedFor: 'mediaconvert' }),
    request({ headers: { 'x-amz-target': 'AmazonAthena.ListWorkGroups' } }),
    request({}),
  ]) {
    expect(encodeRefusal(asked, error, 'r-1')).toEqual({
      status: 501,
      headers: { 'content-type': 'application/json', 'x-amzn-errortype': 'UnknownServiceException' },
      body: '{"__type":"UnknownServiceException","message":"No <s3>."}',
    });
  }
});

// The bytes: RFC 8949, appendix A.
test('a client of CBOR reads a map of two texts, however long the sentence is', () => {
  const asked = request({ signedFor: 'monitoring', headers: { 'smithy-protocol': 'rpc-v2-cbor' } });
  const bodyOf = (message: string) => Buffer.from(encodeRefusal(asked, new ServiceError('E', message), 'r-1').body);
  const before = Buffer.concat([
    Buffer.from([0xa2, 0x66]),
    Buffer.from('__type'),
    Buffer.from([0x61]),
    Buffer.from('E'),
    Buffer.from([0x67]),
    Buffer.from('message'),
  ]);
  expect(bodyOf('no')).toEqual(Buffer.concat([before, Buffer.from([0x62]), Buffer.from('no')]));
  expect(bodyOf('ö'.repeat(20))).toEqual(Buffer.concat([before, Buffer.from([0x78, 40]), Buffer.from('ö'.repeat(20))]));
  expect(bodyOf('n'.repeat(300))).toEqual(
    Buffer.concat([before, Buffer.from([0x79, 1, 44]), Buffer.from('n'.repeat(300))]),
  );
  expect(encodeRefusal(asked, error, 'r-1')).toMatchObject({
    status: 501,
    headers: { 'content-type': 'application/cbor', 'smithy-protocol': 'rpc-v2-cbor' },
  });
  expect(
    encodeRefusal(request({ headers: { 'content-type': 'application/x-amz-cbor-1.1' } }), error, 'r').headers,
  ).toEqual({ 'content-type': 'application/cbor', 'smithy-protocol': 'rpc-v2-cbor' });
});

test('the operation is named as the request names it: target, Action, x-id or path', () => {
  expect(
    [
      request({ headers: { 'x-amz-target': 'AmazonAthena.ListWorkGroups' } }),
      request({ headers: form, body: 'Action=ListTopics&Version=2010-03-31' }),
      request({ method: 'GET', query: 'Action=ListTopics&Version=2010-03-31' }),
      request({ method: 'PUT', path: '/bucket/key', query: 'x-id=PutObject' }),
      request({ path: '/service/GraniteServiceVersion20100801/operation/ListMetrics' }),
      request({ method: 'GET', path: '/bucket', query: 'location' }),
    ].map(describeOperation),
  ).toEqual(['ListWorkGroups', 'ListTopics', 'ListTopics', 'PutObject', 'ListMetrics', 'GET /bucket']);
});
