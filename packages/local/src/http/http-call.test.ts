import { getHeapStatistics, setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { findService } from '@earwitness/protocol/internal/aws/find-service';
import { expect, test } from 'vitest';
import { HttpCall } from './http-call.ts';
import { readWhole } from './whole/request.ts';

const CALLS = 600;
const HEAD_BYTES = 15_000;

setFlagsFromString('--expose-gc');
const collectGarbage: () => void = runInNewContext('gc');
function heapBytes(): number {
  collectGarbage();
  return getHeapStatistics().used_heap_size;
}

/** What facts keep of a call whose request has a long head. */
function keptOf(n: number): unknown {
  const head = [
    `POST /orders/abcdef01234567890/${n} HTTP/1.1`,
    'host: localhost',
    `x-amzn-trace-id: Root=1-67891233-abcdef01234567890${n};Sampled=1`,
    'authorization: AWS4-HMAC-SHA256 Credential=000000000000/20261122/ap-northeast-1/events/aws4_request, Signature=0',
    `x-long: ${'x'.repeat(HEAD_BYTES)}`,
    'content-length: 0',
  ];
  const request = readWhole(Buffer.from(`${head.join('\r\n')}\r\n\r\n`), {})?.request;
  if (!request) throw new Error('It is not whole.');
  const { account, region } = findService(request, { account: '000000000000', region: 'us-east-1' });
  const call = new HttpCall({ account, region, principal: { kind: 'account', arn: '' } }, 'id', request);
  return [call.traceId, call.region, request.path];
}

test('what facts keep of a call does not hold on to the head of its request', () => {
  const before = heapBytes();
  const kept = Array.from({ length: CALLS }, (_, n) => keptOf(n));
  expect(heapBytes() - before).toBeLessThan((CALLS * HEAD_BYTES) / 10);
  expect(kept[1]).toEqual([
    'Root=1-67891233-abcdef012345678901;Sampled=1',
    'ap-northeast-1',
    '/orders/abcdef01234567890/1',
  ]);
});
