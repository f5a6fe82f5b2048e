import { expect, test } from 'vitest';
import { findService as find } from './find-service.ts';
import type { WireRequest } from './wire.ts';

const findService = (request: WireRequest) => find(request, { account: '000000000000', region: 'us-east-1' });

function request(parts: Partial<WireRequest> & { readonly body?: string }): WireRequest {
  const { body = '', ...rest } = parts;
  return { method: 'POST', path: '/', query: '', headers: {}, bytes: new Uint8Array(), text: () => body, ...rest };
}

function signed(scope: string, path = '/'): WireRequest {
  const authorization = `AWS4-HMAC-SHA256 Credential=${scope}, SignedHeaders=host, Signature=abc`;
  return request({ path, headers: { authorization } });
}

test('the credential scope tells service, region and, by a key of twelve digits, the account', () => {
  expect(findService(signed('123456789012/20261122/eu-west-1/events/aws4_request'))).toEqual({
    service: 'events',
    signingName: 'events',
    accessKey: '123456789012',
    account: '123456789012',
    region: 'eu-west-1',
  });
  expect(findService(signed('AKIDEXAMPLE/20261122/us-gov-west-1/glue/aws4_request'))).toEqual({
    service: undefined,
    signingName: 'glue',
    accessKey: 'AKIDEXAMPLE',
    account: '000000000000',
    region: 'us-gov-west-1',
  });
});

test('the two API Gateways share a signing name: the path tells them apart', () => {
  const service = (path: string) => findService(signed('k/20261122/eu-west-1/apigateway/aws4_request', path)).service;
  expect([service('/v2/apis'), service('/v2/tags/x'), service('/restapis'), service('/apikeys')]).toEqual([
    'apigatewayv2',
    'apigatewayv2',
    'apigateway',
    'apigateway',
  ]);
});

test('a presigned URL and a SigV4a signature have a scope too', () => {
  const presigned = request({
    method: 'GET',
    query: 'Action=GetCallerIdentity&X-Amz-Credential=111122223333%2F20261122%2Feu-north-1%2Fsts%2Faws4_request',
  });
  expect(findService(presigned)).toEqual({
    service: 'sts',
    signingName: 'sts',
    accessKey: '111122223333',
    account: '111122223333',
    region: 'eu-north-1',
  });
  const authorization =
    'AWS4-ECDSA-P256-SHA256 Credential=k/20261122/events/aws4_request, SignedHeaders=host, Signature=a';
  expect(findService(request({ headers: { authorization, 'x-amz-region-set': 'eu-west-1,us-east-1' } }))).toEqual({
    service: 'events',
    signingName: 'events',
    accessKey: 'k',
    account: '000000000000',
    region: 'eu-west-1',
  });
});

test('a request without a signature is known by its target, its form or its path', () => {
  const service = (parts: Parameters<typeof request>[0]) => findService(request(parts)).service;
  const form = { 'content-type': 'application/x-www-form-urlencoded; charset=utf-8' };
  expect([
    service({ headers: { 'x-amz-target': 'Logs_20140328.PutLogEvents' } }),
    service({ headers: form, body: 'Action=ListQueues&Version=2012-11-05' }),
    service({ headers: form, body: 'Version=2010-05-15&Action=ListStacks' }),
    service({ method: 'GET', query: 'Action=ListRoles&Version=2010-05-08' }),
    service({ path: '/2015-03-31/functions/f/invocations' }),
    service({ path: '/000000000000/my-queue' }),
    service({ path: '/' }),
  ]).toEqual(['logs', 'sqs', 'cloudformation', 'iam', 'lambda', 'sqs', undefined]);
});
