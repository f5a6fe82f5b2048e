// What unit tests of services stand on: a cloud with a frozen clock, and a refusal as one line of text. Used by tests
// only.
import { ServiceError } from '@earwitness/protocol/internal/aws/errors';
import type { ServiceName, Services } from '@earwitness/protocol/internal/aws/models/services';
import type { Call, InputOf, OutputOf } from './call.ts';
import { createClock } from './clock/clock.ts';
import { type Cloud, createCloud } from './cloud.ts';
import { createIds } from './ids.ts';
import { createJournal } from './journal/journal.ts';
import type { Platform } from './platform.ts';
import type { Service } from './service.ts';
import type { StandInSettings } from './stand-ins/stand-in.ts';
import { behindOneAddress, createTwoNodes } from './two-nodes.ts';

/** Epoch ms at which a test cloud's clock stands. */
export const TEST_START = Date.UTC(2026, 0, 1);
export const TEST_ACCOUNT = '123456789012';
export const TEST_REGION = 'eu-west-1';

/** A call with the account's own credentials. */
export const testCall: Omit<Call, 'requestId'> = {
  account: TEST_ACCOUNT,
  region: TEST_REGION,
  principal: { kind: 'account', arn: `arn:aws:iam::${TEST_ACCOUNT}:root` },
};

/** One node; or, where the tests run with TWO_NODES_SEED, two behind one address, which write one journal. */
export function createTestCloud(...services: readonly ((platform: Platform) => Service)[]): Cloud {
  return createTestCloudWith({}, ...services);
}

/** The same, told what becomes of things that are not served. */
export function createTestCloudWith(
  standIns: StandInSettings,
  ...services: readonly ((platform: Platform) => Service)[]
): Cloud {
  const options = {
    standIns,
    ids: createIds(),
    address: { http: 'http://127.0.0.1:4566', https: 'https://127.0.0.1:4567' },
    services,
  };
  const seed = process.env['TWO_NODES_SEED'];
  if (seed === undefined) return createCloud({ ...options, clock: createClock({ frozenAt: TEST_START }) });
  return behindOneAddress(createTwoNodes({ ...options, frozenAt: TEST_START, seed: Number(seed) }, createJournal));
}

/** Says, and prints why, that a test is of one node alone: `test.skipIf(isSkippedOnTwoNodes(…))`. */
export function isSkippedOnTwoNodes(what: string, reason: string): boolean {
  const isSkipped = process.env['TWO_NODES_SEED'] !== undefined;
  if (isSkipped) console.info(`Skipped on two nodes: ${what}: ${reason}.`);
  return isSkipped;
}

/**
 * Calls operations of one service, with the account's own credentials unless told otherwise. `cloud()` is asked at each
 * call.
 */
export function callerOf<S extends ServiceName>(service: S, cloud: () => Cloud) {
  return <Name extends keyof Services[S] & string>(
    operation: Name,
    input: InputOf<S, Name>,
    call: Omit<Call, 'requestId'> = testCall,
  ): Promise<OutputOf<S, Name>> => cloud().dispatch.call(service, operation, input, call);
}

/** `Code: message` of the ServiceError with which a call was refused; `not refused` when it was not. */
export async function refusalOf(call: Promise<unknown>): Promise<string> {
  try {
    await call;
  } catch (error) {
    if (error instanceof ServiceError) return `${error.code}: ${error.message}`;
    throw error;
  }
  return 'not refused';
}

/**
 * Creates or updates a stack as any client of the API does, without an assessment before; resolves when it has come to
 * rest.
 */
export async function putStack(cloud: Cloud, name: string, template: string): Promise<void> {
  let stop = () => {};
  const atRest = new Promise<void>((resolve) => {
    stop = cloud.journal.listen((fact) => {
      if (fact.kind !== 'stack' || !fact.physicalId?.includes(`:stack/${name}/`)) return;
      if (/_(COMPLETE|FAILED)$/.test(fact.status)) resolve();
    });
  });
  const input = { StackName: name, TemplateBody: template, Capabilities: ['CAPABILITY_NAMED_IAM' as const] };
  try {
    const { Stacks = [] } = await cloud.dispatch.call('cloudformation', 'DescribeStacks', {}, testCall);
    const exists = Stacks.some(({ StackName }) => StackName === name);
    await cloud.dispatch.call('cloudformation', exists ? 'UpdateStack' : 'CreateStack', input, testCall);
    await atRest;
  } finally {
    stop();
  }
}
