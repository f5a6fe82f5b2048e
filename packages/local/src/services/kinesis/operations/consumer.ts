// Registered consumers.
import { ServiceError } from '@earwitness/protocol/internal/aws/errors';
import type { Call, OperationsOf } from '../../../call.ts';
import { createPager } from '../../../page.ts';
import { type Consumer, consumerArn, describeConsumer } from '../consumer.ts';
import type { Parts } from '../parts.ts';
import { invalid, placeOfArn, streamArn } from '../stream.ts';

interface Named {
  readonly StreamARN?: string | undefined;
  readonly ConsumerName?: string | undefined;
  readonly ConsumerARN?: string | undefined;
}

const takePage = createPager({
  token: 'NextToken',
  limit: 'MaxResults',
  /** Source: Kinesis API reference, ListStreamConsumers, MaxResults. */
  size: 100,
  refusal: () => invalid('Invalid NextToken.'),
});

export function consumerOperations({ platform, streams }: Parts) {
  async function open(named: Named, call: Call, action: string): Promise<Consumer> {
    const { StreamARN, ConsumerName: name, ConsumerARN: arn } = named;
    if (arn === undefined && (StreamARN === undefined || name === undefined)) {
      throw invalid('Either ConsumerARN, or StreamARN and ConsumerName are needed.');
    }
    const stream = await streams.open({ StreamARN: streamArn(placeOfArn(arn ?? StreamARN ?? '')) }, call, action);
    const isMeant = (one: Consumer) => (arn === undefined ? one.name === name : consumerArn(one) === arn);
    const consumer = streams.consumersOf(stream).find(isMeant);
    if (consumer) return consumer;
    throw new ServiceError('ResourceNotFoundException', `Consumer ${arn ?? name} of stream ${stream.name} not found.`);
  }

  return {
    async RegisterStreamConsumer(input, call) {
      const stream = await streams.open(input, call, 'RegisterStreamConsumer');
      if (input.Tags !== undefined) throw invalid('Earwitness does not keep tags of consumers.');
      const { account, region, name } = stream;
      const consumer = { stream: { account, region, name }, name: input.ConsumerName, createdAt: platform.clock.now() };
      await streams.addConsumer(consumer);
      return { Consumer: describeConsumer(consumer) };
    },

    async DescribeStreamConsumer(input, call) {
      const consumer = await open(input, call, 'DescribeStreamConsumer');
      return { ConsumerDescription: { ...describeConsumer(consumer), StreamARN: streamArn(consumer.stream) } };
    },

    async ListStreamConsumers(input, call) {
      const stream = await streams.open(input, call, 'ListStreamConsumers');
      const { page, next } = takePage(streams.consumersOf(stream), input, { keyOf: ({ name }) => name });
      return { Consumers: page.map(describeConsumer), ...next };
    },

    async DeregisterStreamConsumer(input, call) {
      await streams.removeConsumer(await open(input, call, 'DeregisterStreamConsumer'));
      return {};
    },
  } satisfies OperationsOf<'kinesis'>;
}
