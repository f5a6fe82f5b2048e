// Recorded on AWS: LocalStack, Secrets Manager, test_no_client_request_token, test_secret_not_found,
// test_invalid_secret_name; what the SDK reads of such errors is in codec.test.ts.
import { expect, test } from 'vitest';
import { ServiceError } from '../errors.ts';
import { dynamodbModel } from '../models/dynamodb.ts';
import { eventsModel } from '../models/events.ts';
import { secretsmanagerModel } from '../models/secretsmanager.ts';
import { jsonCodec } from './json.ts';
import { readOutput, WrittenOutput } from './written-output.ts';

test("an error that Secrets Manager's model has says Message; another error, and another service's, says message", () => {
  const written = (code: string, model = secretsmanagerModel) =>
    jsonCodec.encodeError(model, new ServiceError(code, 'No.'), 'r').body;
  expect([
    written('ResourceNotFoundException'),
    written('InvalidRequestException'),
    written('ValidationException'),
    written('ResourceNotFoundException', eventsModel),
  ]).toEqual([
    '{"__type":"ResourceNotFoundException","Message":"No."}',
    '{"__type":"InvalidRequestException","Message":"No."}',
    '{"__type":"ValidationException","message":"No."}',
    '{"__type":"ResourceNotFoundException","message":"No."}',
  ]);
});

test.each([
  ['CreateSecret', { Name: 's' }],
  ['UpdateSecret', { SecretId: 's' }],
  ['PutSecretValue', { SecretId: 's' }],
])('a %s that is written by hand has to bring a ClientRequestToken', (operation, input) => {
  const decode = (body: object) =>
    jsonCodec.decode(secretsmanagerModel, {
      method: 'POST',
      path: '/',
      query: '',
      headers: { 'x-amz-target': `secretsmanager.${operation}` },
      bytes: new Uint8Array(),
      text: () => JSON.stringify(body),
    });
  expect(() => decode(input)).toThrow('You must provide a ClientRequestToken value. We recommend a UUID-type value.');
  const whole = { ...input, ClientRequestToken: 'x'.repeat(32) };
  expect(decode(whole)).toEqual({ operation, input: whole });
});

// Sources: botocore's retries (the checksum of `{}`; clients compare it); recorded on AWS: LocalStack, DynamoDB,
// test_transaction_write_canceled (Message); dynalite's tests (namespaces).
test("DynamoDB's answers carry a checksum, and its errors the namespace of who refuses", () => {
  const { body, checksumHeader } = jsonCodec.encodeOutput(dynamodbModel, 'PutItem', {}, 'r');
  expect([body, checksumHeader]).toEqual(['{}', 'x-amz-crc32']);
  const written = (code: string, fields = {}) =>
    jsonCodec.encodeError(dynamodbModel, new ServiceError(code, 'No.', { fields }), 'r').body;
  expect([
    written('ConditionalCheckFailedException', { Item: { id: { B: new Uint8Array([1]) } } }),
    written('TransactionCanceledException', { CancellationReasons: [{ Code: 'None' }] }),
    written('ValidationException'),
    written('SerializationException'),
  ]).toEqual([
    '{"__type":"com.amazonaws.dynamodb.v20120810#ConditionalCheckFailedException","message":"No.","Item":{"id":{"B":"AQ=="}}}',
    '{"__type":"com.amazonaws.dynamodb.v20120810#TransactionCanceledException","Message":"No.","CancellationReasons":[{"Code":"None"}]}',
    '{"__type":"com.amazon.coral.validate#ValidationException","message":"No."}',
    '{"__type":"com.amazon.coral.service#SerializationException","message":"No."}',
  ]);
});

test('an output that is JSON already goes out as it is, and is read for who asks from inside', () => {
  const output = new WrittenOutput('{"Item":{"id":{"B":"AQ=="}},"ConsumedCapacity":null}');
  expect(jsonCodec.encodeOutput(dynamodbModel, 'GetItem', output, 'r').body).toBe(output.text);
  expect(readOutput(dynamodbModel, 'GetItem', output)).toEqual({ Item: { id: { B: new Uint8Array([1]) } } });
  expect(readOutput(dynamodbModel, 'GetItem', { Item: {} })).toEqual({ Item: {} });
});

test('values in one another are read as deep as 500 levels, whatever a body brings', () => {
  const read = (levels: number) => {
    const body = `{"Item":{"z":${'{"L":['.repeat(levels)}{"S":"x"}${']}'.repeat(levels)}}}`;
    const { input } = jsonCodec.decode(dynamodbModel, {
      method: 'POST',
      path: '/',
      query: '',
      headers: { 'x-amz-target': 'DynamoDB_20120810.PutItem' },
      bytes: new Uint8Array(),
      text: () => body,
    });
    return JSON.stringify(input).split('"L"').length - 1;
  };
  expect([32, 499, 2500, 100_000, 32].map(read)).toEqual([32, 499, 501, 501, 32]);
});
