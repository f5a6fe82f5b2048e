// AddPermission and RemovePermission: the short way to a statement in the topic's policy.
import type { OperationsOf } from '../../../call.ts';
import type { Parts } from '../parts.ts';
import { addStatement, defaultPolicy, removeStatement } from '../policy.ts';
import type { Topic } from '../topic.ts';

export function permissionOperations({ topics }: Parts) {
  const changePolicy = (topic: Topic, change: (policy: string) => string) =>
    topics.change(topic, (row) => {
      const policy = row.attributes['Policy'] ?? defaultPolicy(row);
      return { ...row, attributes: { ...row.attributes, Policy: change(policy) } };
    });

  return {
    async AddPermission({ TopicArn: arn, Label: label, AWSAccountId: accounts, ActionName: actions }, call) {
      const topic = await topics.open(arn, call, 'AddPermission');
      await changePolicy(topic, (policy) => addStatement(policy, topic, { label, accounts, actions }));
      return {};
    },

    async RemovePermission({ TopicArn: arn, Label: label }, call) {
      const topic = await topics.open(arn, call, 'RemovePermission');
      await changePolicy(topic, (policy) => removeStatement(policy, label));
      return {};
    },
  } satisfies OperationsOf<'sns'>;
}
