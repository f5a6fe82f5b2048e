// CloudFormation: AWS::Kinesis::StreamConsumer (Ref: the ARN).
import { serviceResource } from '../../../resources/service-resource.ts';

export const consumerResource = serviceResource('kinesis', {
  type: 'AWS::Kinesis::StreamConsumer',
  takenBy: ['RegisterStreamConsumer'],
  serves: ['ConsumerName', 'StreamARN'],
  gone: 'ResourceNotFoundException',
  async create(properties, { parse, run }) {
    const input = await parse('RegisterStreamConsumer', properties);
    const { Consumer } = await run('RegisterStreamConsumer', input);
    const { ConsumerARN, ConsumerStatus, ConsumerCreationTimestamp } = Consumer;
    return {
      physicalId: ConsumerARN,
      attributes: {
        ConsumerARN,
        ConsumerStatus,
        ConsumerCreationTimestamp: String(Math.floor(ConsumerCreationTimestamp / 1000)),
        ConsumerName: Consumer.ConsumerName,
        StreamARN: input.StreamARN,
      },
    };
  },
  // Each property replaces.
  update: async (made) => made,
  delete: ({ physicalId: ConsumerARN }, { run }) => run('DeregisterStreamConsumer', { ConsumerARN }),
});
