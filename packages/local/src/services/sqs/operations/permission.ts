// AddPermission and RemovePermission: the short way to a statement in the queue's policy.
import type { OperationsOf } from '../../../call.ts';
import { mergeAttributes } from '../attributes.ts';
import type { Parts } from '../parts.ts';
import { type Queue, queueArn } from '../queue.ts';
import { invalidValue } from '../refusals.ts';

type PolicyJson = { readonly Statement?: unknown } & Readonly<Record<string, unknown>>;

export function permissionOperations(parts: Parts) {
  const { queues } = parts;
  return {
    async AddPermission({ QueueUrl: url, Label: label, AWSAccountIds: accounts, Actions: actions }, call) {
      const queue = await queues.open(url, call, 'AddPermission');
      const policy = readPolicy(queue);
      const statements = statementsOf(policy);
      if (statements.some((statement) => statement['Sid'] === label)) {
        throw invalidValue('Label', label, 'Already exists.');
      }
      const arn = queueArn(queue.record);
      const statement = {
        Sid: label,
        Effect: 'Allow',
        Principal: { AWS: oneOrMany(accounts.map((account) => `arn:aws:iam::${account}:root`)) },
        Action: oneOrMany(actions.map((action) => `SQS:${action}`)),
        Resource: arn,
      };
      const base = policy ?? { Version: '2008-10-17', Id: `${arn}/SQSDefaultPolicy` };
      await savePolicy(parts, queue, { ...base, Statement: [...statements, statement] });
      return {};
    },

    async RemovePermission({ QueueUrl: url, Label: label }, call) {
      const queue = await queues.open(url, call, 'RemovePermission');
      const policy = readPolicy(queue);
      const statements = statementsOf(policy);
      const kept = statements.filter((statement) => statement['Sid'] !== label);
      if (kept.length === statements.length) throw invalidValue('Label', label, "can't find label.");
      await savePolicy(parts, queue, kept.length === 0 ? undefined : { ...policy, Statement: kept });
      return {};
    },
  } satisfies OperationsOf<'sqs'>;
}

function readPolicy({ record }: Queue): PolicyJson | undefined {
  const text = record.attributes['Policy'];
  return text === undefined ? undefined : (JSON.parse(text) as PolicyJson);
}

function statementsOf(policy: PolicyJson | undefined): readonly Readonly<Record<string, unknown>>[] {
  const statement = policy?.Statement ?? [];
  const statements: readonly unknown[] = Array.isArray(statement) ? statement : [statement];
  return statements.filter((one): one is Record<string, unknown> => typeof one === 'object' && one !== null);
}

async function savePolicy(
  { platform, queues }: Parts,
  { record }: Queue,
  policy: PolicyJson | undefined,
): Promise<void> {
  const Policy = policy === undefined ? '' : JSON.stringify(policy);
  const attributes = mergeAttributes(record.attributes, { Policy });
  await queues.save({ ...record, attributes, modifiedAt: platform.clock.now() });
}

function oneOrMany(values: readonly string[]): string | readonly string[] {
  const [only] = values;
  return values.length === 1 && only !== undefined ? only : values;
}
