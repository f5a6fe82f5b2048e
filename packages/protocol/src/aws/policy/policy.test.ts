// biome-ignore-all lint/suspicious/noTemplateCurlyInString: policies have variables of that form
import { describe, expect, test } from 'vitest';
import { evaluatePolicy, type PolicyRequest, PolicySyntaxError, parsePolicy } from './policy.ts';

const rule = 'arn:aws:events:eu-west-1:123456789012:rule/orders/to-queue';
const queue = 'arn:aws:sqs:eu-west-1:123456789012:orders';
const send: PolicyRequest = {
  action: 'sqs:SendMessage',
  resource: queue,
  principal: { kind: 'service', service: 'events.amazonaws.com' },
  context: { 'aws:SourceArn': rule, 'aws:SourceAccount': '123456789012' },
};

function decide(statement: Record<string, unknown>, request: PolicyRequest = send): string {
  const allow = { Effect: 'Allow', Principal: { Service: 'events.amazonaws.com' }, Action: 'sqs:*', Resource: '*' };
  return evaluatePolicy(parsePolicy({ Version: '2012-10-17', Statement: { ...allow, ...statement } }), request).effect;
}

describe('actions and resources', () => {
  test.each([
    [{ Action: 'sqs:SendMessage' }, 'Allow'],
    [{ Action: 'SQS:sendmessage' }, 'Allow'],
    [{ Action: ['sns:Publish', 'sqs:Send*'] }, 'Allow'],
    [{ Action: 'sqs:Receive?essage' }, 'none'],
    [{ Action: undefined, NotAction: 'sqs:DeleteQueue' }, 'Allow'],
    [{ Action: undefined, NotAction: ['sqs:SendMessage'] }, 'none'],
    [{ Resource: queue }, 'Allow'],
    [{ Resource: 'arn:aws:sqs:*:*:ord*' }, 'Allow'],
    [{ Resource: `${queue}-2` }, 'none'],
    [{ Resource: undefined, NotResource: queue }, 'none'],
    [{ Effect: 'Deny' }, 'Deny'],
  ])('%j decides %s', (statement, effect) => {
    expect(decide(statement)).toBe(effect);
  });

  test('an explicit Deny wins, wherever it stands', () => {
    const policy = parsePolicy({
      Statement: [
        { Sid: 'all', Effect: 'Allow', Principal: '*', Action: '*', Resource: '*' },
        { Sid: 'not this', Effect: 'Deny', Principal: '*', Action: 'sqs:SendMessage', Resource: queue },
      ],
    });
    expect(evaluatePolicy(policy, send)).toEqual({ effect: 'Deny', sid: 'not this' });
    expect(evaluatePolicy(policy, { ...send, action: 'sqs:ReceiveMessage' })).toEqual({ effect: 'Allow', sid: 'all' });
  });
});

describe('principals', () => {
  const role = {
    ...send,
    principal: { kind: 'aws' as const, arn: 'arn:aws:iam::123456789012:role/r', account: '123456789012' },
  };
  test.each([
    [{ Principal: '*' }, send, 'Allow'],
    [{ Principal: { Service: ['lambda.amazonaws.com', 'events.amazonaws.com'] } }, send, 'Allow'],
    [{ Principal: { Service: 'lambda.amazonaws.com' } }, send, 'none'],
    // Equivalent to "*", for services too. Source: IAM guide, "AWS JSON policy elements: Principal".
    [{ Principal: { AWS: '*' } }, send, 'Allow'],
    [{ Principal: { AWS: ['*'] } }, send, 'Allow'],
    [{ Principal: { AWS: ['123456789012', '*'], Service: 'lambda.amazonaws.com' } }, send, 'Allow'],
    [{ Principal: { AWS: '*' } }, role, 'Allow'],
    [{ Principal: { Service: '*' } }, role, 'none'],
    [{ Principal: undefined, NotPrincipal: { AWS: '*' } }, send, 'none'],
    [{ Principal: { AWS: '123456789012' } }, role, 'Allow'],
    [{ Principal: { AWS: 'arn:aws:iam::123456789012:root' } }, role, 'Allow'],
    [{ Principal: { AWS: 'arn:aws:iam::123456789012:role/r' } }, role, 'Allow'],
    [{ Principal: { AWS: 'arn:aws:iam::999999999999:root' } }, role, 'none'],
    [{ Principal: undefined }, role, 'none'],
    [{ Principal: undefined }, { ...role, principal: undefined }, 'Allow'],
  ])('%j for %j decides %s', (statement, request, effect) => {
    const { principal, ...rest } = request;
    expect(decide(statement, principal === undefined ? rest : { ...rest, principal })).toBe(effect);
  });
});

describe('conditions', () => {
  test.each([
    [{ ArnEquals: { 'aws:SourceArn': rule } }, 'Allow'],
    [{ ArnLike: { 'AWS:SOURCEARN': 'arn:aws:events:*:123456789012:rule/orders/*' } }, 'Allow'],
    // A wildcard does not reach over a colon.
    [{ ArnLike: { 'aws:SourceArn': 'arn:aws:events:*:rule/orders/to-queue' } }, 'none'],
    [{ ArnNotEquals: { 'aws:SourceArn': rule } }, 'none'],
    [{ StringEquals: { 'aws:SourceAccount': ['1', '123456789012'] } }, 'Allow'],
    [{ StringEquals: { 'aws:SourceAccount': '999999999999' } }, 'none'],
    [{ StringNotEquals: { 'aws:SourceAccount': '999999999999' } }, 'Allow'],
    [{ StringLike: { 'aws:SourceArn': '*to-queue' } }, 'Allow'],
    [{ StringEquals: { 'aws:PrincipalOrgID': 'o-1' } }, 'none'],
    [{ StringEqualsIfExists: { 'aws:PrincipalOrgID': 'o-1' } }, 'Allow'],
    [{ StringNotEquals: { 'aws:PrincipalOrgID': 'o-1' } }, 'Allow'],
    [{ Null: { 'aws:PrincipalOrgID': 'true' } }, 'Allow'],
    [{ Null: { 'aws:SourceArn': true } }, 'none'],
    [{ Bool: { 'aws:SecureTransport': 'true' } }, 'none'],
    [{ 'ForAnyValue:StringEquals': { 'aws:SourceAccount': '123456789012' } }, 'Allow'],
    [{ 'ForAllValues:StringEquals': { 'aws:CalledVia': 'events.amazonaws.com' } }, 'Allow'],
    [{ ArnEquals: { 'aws:SourceArn': rule }, StringEquals: { 'aws:SourceAccount': '999999999999' } }, 'none'],
  ])('%j decides %s', (condition, effect) => {
    expect(decide({ Condition: condition })).toBe(effect);
  });

  // Source: IAM guide, "IAM JSON policy elements: Condition operators". Dates are compared down to the second.
  test.each([
    [{ NumericLessThanEquals: { 's3:max-keys': '10' } }, 'Allow'],
    [{ NumericLessThan: { 's3:max-keys': 10 } }, 'none'],
    [{ NumericGreaterThan: { 's3:max-keys': '9.5' } }, 'Allow'],
    [{ NumericEquals: { 's3:max-keys': ['9', '10.0'] } }, 'Allow'],
    [{ NumericNotEquals: { 's3:max-keys': '10' } }, 'none'],
    [{ NumericNotEquals: { 's3:none': '10' } }, 'Allow'],
    [{ NumericGreaterThan: { 's3:max-keys': 'many' } }, 'none'],
    [{ DateLessThan: { 'aws:CurrentTime': '2026-11-30T00:00:01Z' } }, 'Allow'],
    [{ DateLessThan: { 'aws:CurrentTime': '2026-11-30T00:00:00Z' } }, 'none'],
    [{ DateGreaterThanEquals: { 'aws:CurrentTime': '2026-11-30' } }, 'Allow'],
    [{ DateGreaterThan: { 'aws:CurrentTime': '1795996799' } }, 'Allow'],
    [{ DateEquals: { 'aws:EpochTime': '2026-11-30T00:00:00Z' } }, 'Allow'],
    [{ DateLessThanIfExists: { 'aws:TokenIssueTime': '2020-01-01T00:00:00Z' } }, 'Allow'],
    [{ IpAddress: { 'aws:SourceIp': '203.0.113.0/24' } }, 'Allow'],
    [{ IpAddress: { 'aws:SourceIp': ['10.0.0.0/8', '203.0.113.7'] } }, 'Allow'],
    [{ NotIpAddress: { 'aws:SourceIp': '203.0.113.0/24' } }, 'none'],
    [{ NotIpAddress: { 'aws:VpcSourceIp': '203.0.113.0/24' } }, 'Allow'],
    [{ BinaryEquals: { 'my:key': 'QmluYXJ5' } }, 'Allow'],
    [{ stringequals: { 's3:max-keys': '10' } }, 'Allow'],
  ])('%j decides %s', (condition, effect) => {
    const context = {
      's3:max-keys': '10',
      'aws:CurrentTime': '2026-11-30T00:00:00Z',
      'aws:EpochTime': '1795996800',
      'aws:SourceIp': '203.0.113.7',
      'my:key': 'QmluYXJ5',
    };
    expect(decide({ Condition: condition }, { ...send, context })).toBe(effect);
  });

  test('there is no other operator: a policy with one is refused', () => {
    const condition = { 'ForAnyValue:StringResembles': { 'aws:SourceArn': rule } };
    expect(() => decide({ Condition: condition })).toThrow(
      new PolicySyntaxError('There is no condition operator ForAnyValue:StringResembles.'),
    );
  });
});

// Source: IAM guide, "IAM policy elements: Variables and tags".
describe('variables', () => {
  const secret = 'arn:aws:secretsmanager:eu-west-1:123456789012:secret:blue/key-abcdef';
  const request: PolicyRequest = {
    action: 'secretsmanager:GetSecretValue',
    resource: secret,
    context: { 'secretsmanager:ResourceTag/App': 'a', 'aws:PrincipalTag/App': 'a', 'aws:PrincipalTag/Team': 'blue' },
  };
  const decideBy = (statement: Record<string, unknown>, Version = '2012-10-17') =>
    evaluatePolicy(
      parsePolicy({ Version, Statement: { Effect: 'Allow', Action: '*', Resource: '*', ...statement } }),
      request,
    ).effect;
  const app = (value: string) => ({ Condition: { StringEquals: { 'secretsmanager:ResourceTag/App': value } } });
  test.each([
    [app('a'), 'Allow'],
    [app('b'), 'none'],
    [app('${aws:PrincipalTag/App}'), 'Allow'],
    [app('${aws:PrincipalTag/Team}'), 'none'],
    // A variable without a value equals nothing; it may have a default.
    [app('${aws:PrincipalTag/None}'), 'none'],
    [app("${aws:PrincipalTag/None, 'a'}"), 'Allow'],
    [{ Resource: 'arn:aws:secretsmanager:*:*:secret:${aws:PrincipalTag/Team}/*' }, 'Allow'],
    [{ Resource: 'arn:aws:secretsmanager:*:*:secret:${aws:PrincipalTag/App}/*' }, 'none'],
    [{ Condition: { StringLike: { 'aws:PrincipalTag/Team': '${aws:PrincipalTag/App}*' } } }, 'none'],
    [{ Condition: { StringEquals: { 'aws:PrincipalTag/Team': ['red', '${aws:PrincipalTag/Team}'] } } }, 'Allow'],
  ])('%j decides %s', (statement, effect) => {
    expect(decideBy(statement)).toBe(effect);
  });

  test('are text in a policy of Version 2008-10-17', () => {
    expect(decideBy(app('${aws:PrincipalTag/App}'), '2008-10-17')).toBe('none');
  });
});

test('a document without a statement decides nothing', () => {
  expect(evaluatePolicy(parsePolicy('{}'), send)).toEqual({ effect: 'none' });
});

test.each([
  ['{', 'The policy is not valid JSON.'],
  ['[]', 'The policy is not a JSON object.'],
  [
    '{"Version":"2020-01-01","Statement":{}}',
    "The policy's Version '2020-01-01' is not one of 2012-10-17, 2008-10-17.",
  ],
  ['{"Statement":{"Effect":"Maybe"}}', "A Statement's Effect is not Allow or Deny."],
  ['{"Statement":{"Effect":"Allow"}}', 'A Statement has neither Action nor NotAction.'],
  ['{"Statement":{"Effect":"Allow","Action":{}}}', 'Action holds something other than text.'],
])('%s is refused: %s', (text, message) => {
  expect(() => parsePolicy(text)).toThrow(message);
});
