import { expect, test } from 'vitest';
import { linkTo, parseRoute, type Route } from './route.ts';

const routes: readonly Route[] = [
  { page: 'list' },
  { page: 'map' },
  { page: 'queues' },
  { page: 'do' },
  { page: 'event', id: '8c7d1f0e-5a3c-4c1b-9c0e-2f6f4c1a9b11' },
  { page: 'request', id: 'arn:aws:states:us-east-1:000000000000:execution:orders:a/b %' },
  { page: 'queue', id: 'arn:aws:sqs:us-east-1:000000000000:orders.fifo' },
  { page: 'node', id: 'momento:earwitness/events' },
  { page: 'prefilled', id: '8c7d1f0e-5a3c-4c1b-9c0e-2f6f4c1a9b11' },
];

test.each(routes)('a link to $page leads there', (route) => {
  expect(parseRoute(linkTo(route))).toEqual(route);
});

test.each(['', '#', '#/'])('%j leads to the list', (hash) => {
  expect(parseRoute(hash)).toEqual({ page: 'list' });
});

test.each(['#/nowhere', '#/queue', '#/execution/x', '#/event/', '#/event', '#x'])('%j is told of', (hash) => {
  expect(parseRoute(hash)).toEqual({ page: 'nowhere', id: hash });
});

test('what was not encoded well is taken as it stands', () => {
  expect(parseRoute('#/event/%E0%A4%A')).toEqual({ page: 'event', id: '%E0%A4%A' });
});
