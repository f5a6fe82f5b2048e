// Source: EventBridge user guide, "Amazon EventBridge Pipes input transformation", whose examples these are.
import { describe, expect, test } from 'vitest';
import { createPipeTemplate, openBody, resolveParameter } from './pipe-template.ts';

const context = {
  pipeArn: 'arn:aws:pipes:eu-west-1:123456789012:pipe/orders',
  pipeName: 'orders',
  sourceArn: 'arn:aws:sqs:eu-west-1:123456789012:in',
  enrichmentArn: undefined,
  targetArn: 'arn:aws:sqs:eu-west-1:123456789012:out',
  ingestionTime: Date.UTC(2026, 0, 1),
};

const BODY = '{"id":1,"name":"Ann","tags":["a"],"of":{"x":1.10}}';
const record = (body = BODY) => openBody(JSON.stringify({ messageId: 'm', body, attributes: { SentTimestamp: '5' } }));
const fill = (template: string, body?: string) => createPipeTemplate(template)(record(body), context).text;

describe('a template', () => {
  test('that is a JSON object keeps the types of what is put in, and the spelling of numbers', () => {
    expect(fill('{"n": <$.body.id>, "name": <$.body.name>, "tags": <$.body.tags>, "of": <$.body.of>}')).toBe(
      '{"n": 1, "name": "Ann", "tags": ["a"], "of": {"x":1.10}}',
    );
  });

  test('inserts text inside quotes', () => {
    expect(fill('{"text": "order <$.body.id> of <$.body.name>"}')).toBe('{"text": "order 1 of Ann"}');
  });

  test('wraps the whole body, when it is JSON', () => {
    expect(fill('{"data": <$.body>}')).toBe(`{"data": ${BODY}}`);
    expect(fill('{"data": <$.body>}', 'plain')).toBe('{"data": "plain"}');
  });

  test('that is the body alone loses the quotes of an object', () => {
    expect(fill('<$.body>', '{"key":"value"}')).toBe('{key:value}');
  });

  test('reaches elements of lists and members of the record itself', () => {
    expect(fill('{"first": <$.body.tags[0]>, "at": <$.attributes.SentTimestamp>, "id": "<$.messageId>"}')).toBe(
      '{"first": "a", "at": "5", "id": "m"}',
    );
  });

  test('knows the words of its pipe', () => {
    expect(
      fill('{"a":"<aws.pipes.pipe-name>","b":"<aws.pipes.source-arn>","c":<aws.pipes.event.ingestion-time>}'),
    ).toBe('{"a":"orders","b":"arn:aws:sqs:eu-west-1:123456789012:in","c":"2026-01-01T00:00:00.000Z"}');
    expect(fill('{"e": <aws.pipes.event.json>}', 'x')).toBe(
      '{"e": {"messageId":"m","body":"x","attributes":{"SentTimestamp":"5"}}}',
    );
  });

  test('leaves other words in angle brackets as they are', () => {
    expect(fill('{"a": "<b>", "c": "<aws.pipes.nothing>"}')).toBe('{"a": "<b>", "c": "<aws.pipes.nothing>"}');
  });
});

test('a parameter is a path as a whole, or stands for itself', () => {
  expect(resolveParameter('$.body.name', record())).toBe('Ann');
  expect(resolveParameter('group', record())).toBe('group');
  expect(resolveParameter('$5', record())).toBe('$5');
});
