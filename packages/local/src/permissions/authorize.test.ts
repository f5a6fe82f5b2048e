import { beforeEach, expect, test } from 'vitest';
import type { Principal } from '../call.ts';
import type { Cloud } from '../cloud.ts';
import { createIamService } from '../services/iam/service.ts';
import { createTestCloud, TEST_ACCOUNT, testCall } from '../test-cloud.ts';

const queue = `arn:aws:sqs:eu-west-1:${TEST_ACCOUNT}:orders`;
const worker = `arn:aws:iam::${TEST_ACCOUNT}:role/worker`;

let cloud: Cloud;
beforeEach(async () => {
  cloud = createTestCloud(createIamService);
  await cloud.dispatch.call('iam', 'CreateRole', { RoleName: 'worker', AssumeRolePolicyDocument: '{}' }, testCall);
});

function statement(Effect: string, more: Record<string, unknown> = {}): string {
  return JSON.stringify({ Statement: [{ Effect, Action: 'sqs:SendMessage', Resource: queue, ...more }] });
}

const grant = (PolicyDocument: string) =>
  cloud.dispatch.call('iam', 'PutRolePolicy', { RoleName: 'worker', PolicyName: 'p', PolicyDocument }, testCall);

/** How the refusal ends, after the resource; `allowed` when there is none. */
async function ask(
  principal: Principal,
  policy?: string,
  { account = TEST_ACCOUNT, delegates = false } = {},
): Promise<string> {
  const call = { ...testCall, account, principal, requestId: 'r' };
  const request = { action: 'sqs:SendMessage', resource: queue, owner: TEST_ACCOUNT, policy, delegates };
  const refusal = await cloud.access.findRefusal(call, request);
  return refusal?.split(`${queue} `)[1] ?? 'allowed';
}

const role: Principal = { kind: 'role', arn: worker };

test("the account's own credentials may do everything to what it owns, another account needs the resource's policy", async () => {
  expect(await ask(testCall.principal)).toBe('allowed');
  const other: Principal = { kind: 'account', arn: 'arn:aws:iam::999999999999:root' };
  expect(await ask(other, undefined, { account: '999999999999' })).toBe(
    'because no resource-based policy allows the sqs:SendMessage action',
  );
  expect(
    await ask(other, statement('Allow', { Principal: { AWS: '999999999999' } }), { account: '999999999999' }),
  ).toBe('allowed');
});

test('a role needs a policy of its own or the one of the resource; a Deny in either wins', async () => {
  expect(await ask(role)).toBe('because no identity-based policy allows the sqs:SendMessage action');
  expect(await ask(role, statement('Allow', { Principal: { AWS: worker } }))).toBe('allowed');
  await grant(statement('Allow'));
  expect(await ask(role)).toBe('allowed');
  expect(await ask(role, statement('Deny', { Principal: '*' }))).toBe(
    'with an explicit deny in a resource-based policy',
  );
  await grant(statement('Deny'));
  expect(await ask(role, statement('Allow', { Principal: '*' }))).toBe(
    'with an explicit deny in an identity-based policy',
  );
});

// Source: KMS developer guide, "Key policies in AWS KMS" and "Default key policy".
test('where the policy delegates, policies of roles count when it allows the account, which allows nobody by itself', async () => {
  const options = { delegates: true };
  const account = statement('Allow', { Principal: { AWS: `arn:aws:iam::${TEST_ACCOUNT}:root` } });
  const noResource = 'because no resource-based policy allows the sqs:SendMessage action';
  expect(await ask(role, account, options)).toBe('because no identity-based policy allows the sqs:SendMessage action');
  expect(await ask(role, statement('Allow', { Principal: { AWS: worker } }), options)).toBe('allowed');
  await grant(statement('Allow'));
  expect(await ask(role, account, options)).toBe('allowed');
  expect(await ask(role, undefined, options)).toBe(noResource);
  expect(await ask(role, statement('Deny', { Principal: { AWS: TEST_ACCOUNT } }), options)).toBe(
    'with an explicit deny in a resource-based policy',
  );
});

test('a role that does not exist acts as the account', async () => {
  expect(await ask({ kind: 'role', arn: `arn:aws:iam::${TEST_ACCOUNT}:role/made-up` })).toBe('allowed');
});

test('a service needs the policy of the resource, which may look at where the call comes from', async () => {
  const rule = `arn:aws:events:eu-west-1:${TEST_ACCOUNT}:rule/r`;
  const events: Principal = { kind: 'service', service: 'events.amazonaws.com', sourceArn: rule };
  const policy = (Condition: unknown) =>
    statement('Allow', { Principal: { Service: 'events.amazonaws.com' }, Condition });
  expect(await ask(events)).toBe('because no resource-based policy allows the sqs:SendMessage action');
  expect(await ask(events, policy({ ArnEquals: { 'aws:SourceArn': rule } }))).toBe('allowed');
  expect(await ask(events, policy({ StringEquals: { 'aws:SourceAccount': TEST_ACCOUNT } }))).toBe('allowed');
  expect(await ask(events, policy({ StringEquals: { 'aws:SourceAccount': '999999999999' } }))).toBe(
    'because no resource-based policy allows the sqs:SendMessage action',
  );
});

// Every resource policy is asked here or by the same evaluation (a function's), so queue, log group, secret and bus are
// alike. Source: IAM guide, "AWS JSON policy elements: Principal".
test('a policy that names {"AWS": "*"} or ["*"] lets in everybody, as "*" does: services, roles and other accounts', async () => {
  const callers: readonly [Principal, string][] = [
    [{ kind: 'service', service: 'events.amazonaws.com' }, TEST_ACCOUNT],
    [role, TEST_ACCOUNT],
    [{ kind: 'account', arn: 'arn:aws:iam::999999999999:root' }, '999999999999'],
  ];
  for (const [caller, account] of callers) {
    for (const Principal of ['*', { AWS: '*' }, { AWS: ['*'] }]) {
      expect(await ask(caller, statement('Allow', { Principal }), { account })).toBe('allowed');
      expect(await ask(caller, statement('Deny', { Principal }), { account })).toBe(
        'with an explicit deny in a resource-based policy',
      );
    }
  }
});

// Source: IAM guide, "AWS global condition context keys", aws:CurrentTime; "Condition operators", IP address.
test('policies may hold for a time, which the clock of the cloud tells', async () => {
  const until = (time: string) => ({ Condition: { DateLessThan: { 'aws:CurrentTime': time } } });
  const tomorrow = new Date(cloud.clock.now() + 86_400_000).toISOString();
  await grant(statement('Allow', until(tomorrow)));
  expect(await ask(role)).toBe('allowed');
  expect(await ask(role, statement('Deny', { Principal: '*', ...until(tomorrow) }))).toBe(
    'with an explicit deny in a resource-based policy',
  );
  await cloud.clock.advance(86_400_000);
  expect(await ask(role)).toBe('because no identity-based policy allows the sqs:SendMessage action');
});

test('a Deny for all but an office keeps out who calls from nowhere', async () => {
  await grant(statement('Allow'));
  const office = { Principal: '*', Condition: { NotIpAddress: { 'aws:SourceIp': '203.0.113.0/24' } } };
  expect(await ask(role, statement('Deny', office))).toBe('with an explicit deny in a resource-based policy');
});
