// Documents that stand as text in the members of AWS calls: policies, input transformers, schedules, OpenAPI.
import { ref } from '../input.ts';
import type { Random } from '../prng.ts';
import { plainText } from './text.ts';
import { type Value, writeJson } from './value.ts';

export const arn = (service: string, resource: string) => `arn:aws:${service}:us-east-1:000000000000:${resource}`;
export const ROLE_ARN = 'arn:aws:iam::000000000000:role/fuzz-role';
export const FUNCTION_ARN = arn('lambda', 'function:fuzz-web');

const ACTIONS = [
  '*',
  'sqs:SendMessage',
  'sqs:*',
  'events:PutEvents',
  'lambda:InvokeFunction',
  'secretsmanager:Get*',
  'logs:?reateLogStream',
];
const RESOURCES = [
  '*',
  arn('sqs', 'fuzz-queue'),
  arn('events', 'event-bus/fuzz-bus'),
  arn('sqs', 'fuzz-*'),
  FUNCTION_ARN,
  `arn:aws:iam::*:role/\${aws:username}`,
];
const OPERATORS = [
  'StringEquals',
  'StringLike',
  'ArnLike',
  'ArnEquals',
  'Bool',
  'NumericLessThan',
  'DateGreaterThan',
  'IpAddress',
  'Null',
  'StringEqualsIfExists',
  'ForAnyValue:StringLike',
  'ForAllValues:StringEquals',
];
const KEYS = [
  'aws:SourceArn',
  'aws:SourceAccount',
  'aws:PrincipalArn',
  'aws:CurrentTime',
  'aws:SourceIp',
  'events:source',
  'aws:SecureTransport',
];

const oneOrMore = (random: Random, list: readonly string[]): Value =>
  random.chance(0.5) ? random.pick(list) : [random.pick(list), random.pick(list)];

function statement(random: Random, hasPrincipal: boolean): Value {
  const principal: Value = random.pick<Value>([
    '*',
    { AWS: '*' },
    { AWS: ['000000000000', ROLE_ARN] },
    { Service: 'events.amazonaws.com' },
  ]);
  const condition = {
    [random.pick(OPERATORS)]: {
      [random.pick(KEYS)]: oneOrMore(random, [
        '000000000000',
        'true',
        '2026-01-01T00:00:00Z',
        '10.0.0.0/8',
        'arn:aws:events:*',
        '5',
      ]),
    },
  };
  return {
    ...(random.chance(0.5) && { Sid: `s${random.whole(0, 99)}` }),
    Effect: random.pick(['Allow', 'Allow', 'Deny']),
    ...(hasPrincipal && { Principal: principal }),
    [random.chance(0.9) ? 'Action' : 'NotAction']: oneOrMore(random, ACTIONS),
    [random.chance(0.9) ? 'Resource' : 'NotResource']: oneOrMore(random, RESOURCES),
    ...(random.chance(0.4) && { Condition: condition }),
  };
}

function policy(random: Random, hasPrincipal: boolean): string {
  const statements = Array.from({ length: random.whole(1, 3) }, () => statement(random, hasPrincipal));
  return writeJson({
    Version: '2012-10-17',
    Statement: statements.length === 1 && random.chance(0.3) ? (statements[0] ?? null) : statements,
  });
}

export const identityPolicy = (random: Random): string => policy(random, false);
export const resourcePolicy = (random: Random): string => policy(random, true);

export function trustPolicy(random: Random): string {
  const service = random.pick(['lambda.amazonaws.com', 'events.amazonaws.com']);
  return writeJson({
    Version: '2012-10-17',
    Statement: [{ Effect: 'Allow', Principal: { Service: service }, Action: 'sts:AssumeRole' }],
  });
}

export const schedule = (random: Random): string =>
  random.pick([
    ...['rate(1 day)', 'rate(7 hours)', 'rate(90 minutes)', 'cron(0 12 * * ? *)', 'cron(0/15 8-17 ? * MON-FRI *)'],
    ...[
      'cron(0 0 L * ? 2030)',
      'cron(15 10 ? * 6L 2026-2030)',
      'cron(0 0 1W * ? *)',
      'cron(0 9 ? * 2#1 *)',
      'cron(59 23 29 2 ? 2096)',
    ],
  ]);

export const inputPath = (random: Random): string =>
  random.pick([
    '$',
    '$.detail',
    '$.detail.id',
    '$.resources[0]',
    '$.detail.items[*].sku',
    '$.detail-type',
    "$['detail']['id']",
    '$.detail.items[0]',
  ]);

export const inputTemplate = (random: Random): string =>
  random.pick([
    ...[
      '"<id> at <time>"',
      '{"id": <id>, "all": <aws.events.event.json>}',
      '"<aws.events.rule-name>"',
      '{"list": [<id>, "<id>"]}',
    ],
    ...['"text"', '{"nested": {"deep": "<time>-<id>"}}', '<id>', String.raw`"a \"<id>\" b"`],
  ]);

/** OpenAPI, for REST APIs and for HTTP APIs. */
export function openApi(random: Random): string {
  const integration = {
    'x-amazon-apigateway-integration': {
      type: random.pick(['aws_proxy', 'AWS_PROXY', 'mock']),
      httpMethod: 'POST',
      uri: `arn:aws:apigateway:us-east-1:lambda:path/2015-03-31/functions/${FUNCTION_ARN}/invocations`,
      payloadFormatVersion: random.pick(['1.0', '2.0']),
      ...(random.chance(0.3) && {
        requestTemplates: { 'application/json': '{"statusCode":200}' },
        responses: { default: { statusCode: '200' } },
      }),
    },
    responses: {},
  };
  const paths = random
    .some(['/', '/orders', '/orders/{id}', '/{proxy+}', '/a/{b}/c'], 0.5)
    .map((path): [string, Value] => [
      path,
      { [random.pick(['get', 'post', 'options', 'x-amazon-apigateway-any-method'])]: integration },
    ]);
  return writeJson({
    [random.chance(0.5) ? 'openapi' : 'swagger']: random.pick(['3.0.1', '2.0']),
    info: { title: plainText(random), version: '1' },
    paths: Object.fromEntries(paths),
    ...(random.chance(0.3) && { 'x-amazon-apigateway-cors': { allowOrigins: ['*'], allowMethods: ['*'], maxAge: 3 } }),
    ...(random.chance(0.2) && { 'x-amazon-apigateway-binary-media-types': ['*/*'] }),
  });
}

/** Where an API destination may post: the fuzz's own server, or a port where nobody listens. */
export const endpoint = (random: Random): string =>
  random.pick([
    `${ref('sink')}/ok`,
    `${ref('sink')}/slow-down`,
    `${ref('sink')}/*/a`,
    'http://127.0.0.1:1/closed',
    `${ref('sink')}/broken?x=1`,
  ]);
