import { expect, test } from 'vitest';
import { parseQueueUrl } from './queue.ts';

test.each([
  'https://sqs.eu-west-1.amazonaws.com/123456789012/orders',
  'http://127.0.0.1:4566/123456789012/orders',
  'http://proxy/some/path/123456789012/orders/',
  '/123456789012/orders',
  '123456789012/orders',
])('%s is the queue of an account', (url) => {
  expect(parseQueueUrl(url, '000000000000')).toEqual({ account: '123456789012', name: 'orders' });
});

test("a name alone is a queue of the caller's", () => {
  expect(parseQueueUrl('orders.fifo', '000000000000')).toEqual({ account: '000000000000', name: 'orders.fifo' });
});

test.each(['', 'or ders', 'http://host/12345/orders', 'http://host/123456789012/', 'http://host/123456789012/a?b'])(
  '%s is no queue',
  (url) => {
    expect(parseQueueUrl(url, '000000000000')).toBeUndefined();
  },
);

// Trying each end of the host with each end of the path would be 10^12 steps.
test('a URL of a million characters is looked at once', () => {
  expect(parseQueueUrl(`http://p${'s'.repeat(1_000_000)}`, '000000000000')).toBeUndefined();
  expect(parseQueueUrl(`http://p/${'123456789012/'.repeat(80_000)}#`, '000000000000')).toBeUndefined();
});
