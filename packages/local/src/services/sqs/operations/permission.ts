// AddPermission and RemovePermission: the short way to a statement in the queue's policy.
import type { OperationsOf } from '../../../call.ts';
import { mergeAttributes } from '../attributes.ts';
import type { Parts } from '../parts.ts';
import { type Queue, type QueueRecord, queueArn } from '../queue.ts';
import { invalidValue } from '../refusals.ts';

type PolicyJson = { readonly Statement?: unknown } & Readonly<Record<string, unknown>>;

export function permissionOperations({ platform, queues }: Parts) {
  const changePolicy = (queue: Queue, change: (policy: PolicyJson | undefined) => PolicyJson | undefined) =>
    queues.change(queue, (record) => {
      const policy = change(readPolicy(record));
      const attributes = mergeAttributes(record.attributes, {
        Policy: policy === undefined ? '' : JSON.stringify(policy),
      });
      return { ...record, attributes, modifiedAt: platform.clock.now() };
    });

  return {
    async AddPermission({ QueueUrl: url, Label: label, AWSAccountIds: accounts, Actions: actions }, call) {
      const queue = await queues.open(url, call, 'AddPermission');
      const arn = queueArn(queue.record);
      const statement = {
        Sid: label,
        Effect: 'Allow',
        Principal: { AWS: oneOrMany(accounts.map((account) => `arn:aws:iam::${account}:root`)) },
        Action: oneOrMany(actions.map((action) => `SQS:${action}`)),
        Resource: arn,
      };
      await changePolicy(queue, (policy) => {
        const statements = statementsOf(policy);
        if (statements.some(({ Sid }) => Sid === label)) throw invalidValue('Label', label, 'Already exists.');
        const base = policy ?? { Version: '2008-10-17', Id: `${arn}/SQSDefaultPolicy` };
        return { ...base, Statement: [...statements, statement] };
      });
      return {};
    },

    async RemovePermission({ QueueUrl: url, Label: label }, call) {
      const queue = await queues.open(url, call, 'RemovePermission');
      await changePolicy(queue, (policy) => {
        const statements = statementsOf(policy);
        const kept = statements.filter(({ Sid }) => Sid !== label);
        if (kept.length === statements.length) throw invalidValue('Label', label, "can't find label.");
        return kept.length === 0 ? undefined : { ...policy, Statement: kept };
      });
      return {};
    },
  } satisfies OperationsOf<'sqs'>;
}

function readPolicy({ attributes }: QueueRecord): PolicyJson | undefined {
  const text = attributes['Policy'];
  return text === undefined ? undefined : (JSON.parse(text) as PolicyJson);
}

function statementsOf(policy: PolicyJson | undefined): readonly { readonly Sid?: unknown }[] {
  const statement = policy?.Statement ?? [];
  const statements: readonly unknown[] = Array.isArray(statement) ? statement : [statement];
  return statements.filter((one): one is { readonly Sid?: unknown } => typeof one === 'object' && one !== null);
}

function oneOrMany(values: readonly string[]): string | readonly string[] {
  const [only] = values;
  return values.length === 1 && only !== undefined ? only : values;
}
