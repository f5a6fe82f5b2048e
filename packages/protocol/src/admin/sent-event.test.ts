import { expect, test } from 'vitest';
import { InvalidSentEventError, parseSentEvents } from './sent-event.ts';

function refusalOf(text: string): string {
  try {
    parseSentEvents(text);
  } catch (error) {
    if (error instanceof InvalidSentEventError) return error.message;
    throw error;
  }
  return 'not refused';
}

const minimal = { source: 'a', 'detail-type': 'b', detail: {} };

test('an event is one envelope, or an array of them', () => {
  const parsed = { source: 'a', detailType: 'b', detail: '{}', resources: [] };
  expect(parseSentEvents(JSON.stringify(minimal))).toEqual([parsed]);
  expect(parseSentEvents(` [ ${JSON.stringify(minimal)} ,\n ${JSON.stringify(minimal)} ] `)).toEqual([parsed, parsed]);
});

test('the detail stays as it was written: numbers and keys are not changed', () => {
  const [event] = parseSentEvents('{"source":"a","detail-type":"b","detail":{ "b": 1.0, "a": 12345678901234567890 }}');
  expect(event?.detail).toBe('{"b":1.0,"a":12345678901234567890}');
});

test('an event that was copied from a bus is taken, but for its id and version', () => {
  const copied = {
    version: '0',
    id: '7bf73129-1428-4cd3-a780-95db273d1602',
    'detail-type': 'Object Created',
    source: 'aws.s3',
    account: '123456789012',
    time: '2026-11-22T14:00:00Z',
    region: 'eu-west-1',
    resources: ['arn:aws:s3:::images'],
    detail: { bucket: { name: 'images' } },
  };
  expect(parseSentEvents(JSON.stringify(copied))).toEqual([
    {
      source: 'aws.s3',
      detailType: 'Object Created',
      detail: '{"bucket":{"name":"images"}}',
      resources: ['arn:aws:s3:::images'],
      time: Date.UTC(2026, 10, 22, 14),
      account: '123456789012',
      region: 'eu-west-1',
    },
  ]);
});

const EXPECTED =
  'Expected is an event, {"source":"…","detail-type":"…","detail":{…}} and perhaps resources, bus, time, account, region; or an array of events.';

test.each([
  ['', `The body is not JSON from character 1 on. ${EXPECTED}`],
  ['{"source":', `The body is not JSON from character 11 on. ${EXPECTED}`],
  ['7', `The body is neither an object nor an array. ${EXPECTED}`],
  ['[]', `The array is empty. ${EXPECTED}`],
  ['[{"source":"a","detail-type":"b","detail":{}},[]]', `Event 2 is not an object. ${EXPECTED}`],
  ['{}', 'The event has no source.'],
  ['{"source":""}', 'The event has source "", not a text.'],
  ['{"source":7}', 'The event has source 7, not a text.'],
  ['{"source":"a","detail-type":"b"}', 'The event has no detail.'],
  ['{"source":"a","detailType":"b"}', 'The event has a member "detailType"; did you mean "detail-type"?'],
  ['{"Source":"a"}', 'The event has a member "Source"; did you mean "source"?'],
  ['{"EventBusName":"a"}', 'The event has a member "EventBusName"; did you mean "bus"?'],
  [
    '{"constructor":"a"}',
    'The event has a member "constructor"; there are source, detail-type, detail, resources, bus, time, account, region.',
  ],
])('%s is refused', (text, message) => {
  expect(refusalOf(text)).toBe(message);
});

test.each([
  [{ detail: [] }, 'has detail [], not an object.'],
  [{ detail: '{}' }, 'has detail "{}", not an object.'],
  [{ resources: 'a' }, 'has resources "a", not an array of texts.'],
  [{ resources: [1] }, 'has resources [1], not an array of texts.'],
  [{ account: '1' }, 'has account "1", not 12 digits.'],
  [{ region: 'a"b' }, 'has region "a\\"b", not one such as "eu-west-1".'],
  [{ time: 'noon' }, 'has time "noon", not a time such as "2026-11-22T14:00:00Z".'],
  [{ 'detail-type': 'x'.repeat(129) }, 'has a detail-type of 129 characters; EventBridge takes 128.'],
  [{ detail: { a: 'x'.repeat(1_048_576) } }, 'is larger than 1 MB, the most that EventBridge takes.'],
])('an event with %o is refused', (change, message) => {
  expect(refusalOf(JSON.stringify({ ...minimal, ...change }))).toBe(`The event ${message}`);
});
