// Who may put events on a bus. Sentences as AWS writes them; that one refused entry refuses the request is a native
// capture of 2026.
import { expect, test } from 'vitest';
import type { Principal } from '../../call.ts';
import { createTestCloud, refusalOf, TEST_ACCOUNT, testCall } from '../../test-cloud.ts';
import { createIamService } from '../iam/service.ts';
import { createEventsService } from './service.ts';

const OTHER = '999999999999';
const BUS = `arn:aws:events:eu-west-1:${TEST_ACCOUNT}:event-bus/shop`;
const ROLE = `arn:aws:iam::${TEST_ACCOUNT}:role/worker`;
const SESSION = `arn:aws:sts::${TEST_ACCOUNT}:assumed-role/worker/fn`;
const other = {
  ...testCall,
  account: OTHER,
  principal: { kind: 'account', arn: `arn:aws:iam::${OTHER}:root` },
} as const;
const worker: Principal = { kind: 'role', arn: ROLE, session: SESSION };

async function open() {
  const cloud = createTestCloud(createEventsService, createIamService);
  const { dispatch } = cloud;
  await dispatch.call('events', 'CreateEventBus', { Name: 'shop' }, testCall);
  await dispatch.call('iam', 'CreateRole', { RoleName: 'worker', AssumeRolePolicyDocument: '{}' }, testCall);
  const put = (origin: typeof testCall, ...sources: string[]) =>
    refusalOf(
      dispatch.call(
        'events',
        'PutEvents',
        { Entries: sources.map((Source) => ({ Source, DetailType: 'x', Detail: '{}', EventBusName: BUS })) },
        origin,
      ),
    );
  const allow = (Statement: object) =>
    dispatch.call('events', 'PutPermission', { EventBusName: 'shop', Policy: JSON.stringify({ Statement }) }, testCall);
  const grant = (Statement: object) =>
    dispatch.call(
      'iam',
      'PutRolePolicy',
      { RoleName: 'worker', PolicyName: 'p', PolicyDocument: JSON.stringify({ Version: '2012-10-17', Statement }) },
      testCall,
    );
  const denials = () => cloud.journal.read().flatMap((fact) => (fact.kind === 'access.denied' ? [fact.hint] : []));
  return { cloud, dispatch, put, allow, grant, denials };
}

test("another account needs the bus's policy, which may look at the event's source", async () => {
  const { put, dispatch, allow, denials } = await open();
  const refused = `AccessDeniedException: User: arn:aws:iam::${OTHER}:root is not authorized to perform: events:PutEvents on resource: ${BUS} because no resource-based policy allows the events:PutEvents action`;
  expect(await put(testCall, 'a')).toBe('not refused');
  expect(await put(other, 'a')).toBe(refused);
  expect(denials()).toEqual([
    `AWS would refuse, too. The policy of ${BUS} has to allow events:PutEvents to arn:aws:iam::${OTHER}:root.`,
  ]);
  const permission = { EventBusName: 'shop', Action: 'events:PutEvents', Principal: OTHER, StatementId: 's' };
  await dispatch.call('events', 'PutPermission', permission, testCall);
  expect(await put(other, 'a')).toBe('not refused');
  const Condition = { StringEquals: { 'events:source': 'a' } };
  await allow({ Effect: 'Allow', Principal: { AWS: OTHER }, Action: 'events:*', Resource: BUS, Condition });
  expect(await put(other, 'a')).toBe('not refused');
  expect(await put(other, 'a', 'b')).toBe(refused);
});

test('a role needs events:PutEvents; one refused entry refuses the request, and the journal says what is missing', async () => {
  const { cloud, put, grant, denials } = await open();
  const origin = { ...testCall, principal: worker };
  expect(await put(origin, 'a')).toBe(
    `AccessDeniedException: User: ${SESSION} is not authorized to perform: events:PutEvents on resource: ${BUS} because no identity-based policy allows the events:PutEvents action`,
  );
  expect(denials()).toEqual([
    `AWS would refuse, too. The role ${ROLE} needs a policy statement {"Effect": "Allow", "Action": "events:PutEvents", "Resource": "${BUS}"}.`,
  ]);
  const Condition = { StringEquals: { 'events:source': 'a' } };
  await grant({ Effect: 'Allow', Action: 'events:PutEvents', Resource: BUS, Condition });
  expect(await put(origin, 'a')).toBe('not refused');
  expect(await put(origin, 'a', 'b')).toContain('AccessDeniedException');
  expect(cloud.journal.read().filter(({ kind }) => kind === 'event.accepted')).toHaveLength(1);
});

test('a role of another account needs both policies', async () => {
  const { dispatch, put, allow } = await open();
  const guest = { ...other, principal: { kind: 'role', arn: `arn:aws:iam::${OTHER}:role/guest` } as const };
  await dispatch.call('iam', 'CreateRole', { RoleName: 'guest', AssumeRolePolicyDocument: '{}' }, other);
  await allow({ Effect: 'Allow', Principal: { AWS: OTHER }, Action: 'events:PutEvents', Resource: BUS });
  expect(await put(guest, 'a')).toContain('because no identity-based policy allows');
});

test('an event forwarded to a bus of another account needs the policy of that bus', async () => {
  const { cloud, dispatch, grant } = await open();
  const RoleArn = ROLE;
  const trust = { Effect: 'Allow', Principal: { Service: 'events.amazonaws.com' }, Action: 'sts:AssumeRole' };
  const PolicyDocument = JSON.stringify({ Version: '2012-10-17', Statement: trust });
  await dispatch.call('iam', 'UpdateAssumeRolePolicy', { RoleName: 'worker', PolicyDocument }, testCall);
  await grant({ Effect: 'Allow', Action: 'events:PutEvents', Resource: '*' });
  await dispatch.call('events', 'CreateEventBus', { Name: 'theirs' }, other);
  const Arn = `arn:aws:events:eu-west-1:${OTHER}:event-bus/theirs`;
  await dispatch.call('events', 'PutRule', { Name: 'on', EventPattern: '{"source":["a"]}' }, testCall);
  await dispatch.call('events', 'PutTargets', { Rule: 'on', Targets: [{ Id: 't', Arn, RoleArn }] }, testCall);
  const send = async () => {
    const entry = { Source: 'a', DetailType: 'x', Detail: '{}' };
    await dispatch.call('events', 'PutEvents', { Entries: [entry] }, testCall);
    await cloud.clock.advance(0);
    return cloud.journal.read().flatMap((fact) => (fact.kind === 'delivery.attempted' ? [fact.outcome] : []));
  };
  expect(await send()).toEqual(['failed']);
  const permission = { EventBusName: 'theirs', Action: 'events:PutEvents', Principal: TEST_ACCOUNT, StatementId: 's' };
  await dispatch.call('events', 'PutPermission', permission, other);
  expect(await send()).toEqual(['failed', 'delivered']);
});

// Recorded on AWS: LocalStack, test_remove_permission_non_existing_sid (four cases),
// test_put_permission_non_existing_event_bus, March 2025.
test('RemovePermission says that the statement does not exist, with a policy or without one', async () => {
  const { dispatch } = await open();
  const remove = (EventBusName: string, StatementId = 'none') =>
    refusalOf(dispatch.call('events', 'RemovePermission', { EventBusName, StatementId }, testCall));
  const missing = 'ResourceNotFoundException: Statement with the provided id does not exist.';
  expect([await remove('shop'), await remove('default')]).toEqual([missing, missing]);
  const permission = { Action: 'events:PutEvents', Principal: '*', StatementId: 's' };
  await dispatch.call('events', 'PutPermission', { EventBusName: 'shop', ...permission }, testCall);
  expect([await remove('shop'), await remove('shop', 's'), await remove('shop', 's')]).toEqual([
    missing,
    'not refused',
    missing,
  ]);
  expect(await remove('nowhere')).toBe('ResourceNotFoundException: Event bus nowhere does not exist.');
});

// Source: public templates with several policies on one bus, made in parallel.
test('permissions that are put at once all stay', async () => {
  const { dispatch } = await open();
  const ids = ['a', 'b', 'c', 'd'];
  const put = (StatementId: string) => ({
    Action: 'events:PutEvents',
    Principal: '*',
    StatementId,
    EventBusName: 'shop',
  });
  await Promise.all(ids.map((id) => dispatch.call('events', 'PutPermission', put(id), testCall)));
  const statements = async () => {
    const { Policy = '{}' } = await dispatch.call('events', 'DescribeEventBus', { Name: 'shop' }, testCall);
    return (JSON.parse(Policy).Statement ?? []).map(({ Sid }: { Sid: string }) => Sid).sort();
  };
  expect(await statements()).toEqual(ids);
  const removal = (StatementId: string) => ({ StatementId, EventBusName: 'shop' });
  await Promise.all(['a', 'c'].map((id) => dispatch.call('events', 'RemovePermission', removal(id), testCall)));
  expect(await statements()).toEqual(['b', 'd']);
});
