// Queues, and where what is received too often goes.
import { deadLetters, factsOf, type MapShare } from '../../../map/share.ts';
import type { Parts } from '../parts.ts';
import { attributeNumber, isFifo, queueArn } from '../queue.ts';
import { redrivePolicyOf } from '../redrive.ts';

export function queueMap({ queues }: Parts): MapShare {
  const all = queues.all();
  return {
    nodes: all.map((record) => ({
      id: queueArn(record),
      kind: 'queue',
      name: record.name,
      made: [`AWS::SQS::Queue ${queues.url(record)}`],
      facts: factsOf({
        URL: queues.url(record),
        Type: isFifo(record) ? 'FIFO' : undefined,
        'Visibility timeout': `${attributeNumber(record, 'VisibilityTimeout')} s`,
      }),
    })),
    edges: all.flatMap((record) => {
      const policy = redrivePolicyOf(record);
      const label = policy && `received ${policy.maxReceiveCount} ${policy.maxReceiveCount === 1 ? 'time' : 'times'}`;
      return deadLetters(queueArn(record), policy?.deadLetterTargetArn, label);
    }),
  };
}
