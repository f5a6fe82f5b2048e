// A registered consumer of a stream: a row of `kinesis/consumers`. Its ARN names it where a mapping reads from it; a
// throughput of its own it does not have.
import type { ConsumerDescription } from '@earwitness/protocol/internal/aws/models/kinesis.types';
import { type StreamPlace, streamArn } from './stream.ts';

export interface Consumer {
  readonly stream: StreamPlace;
  readonly name: string;
  /** Epoch ms. */
  readonly createdAt: number;
}

/** `…:stream/orders/consumer/audit:1764327600`. Source: botocore, kinesis, ConsumerARN. */
export function consumerArn({ stream, name, createdAt }: Consumer): string {
  return `${streamArn(stream)}/consumer/${name}:${Math.floor(createdAt / 1000)}`;
}

export function describeConsumer(consumer: Consumer): Omit<ConsumerDescription, 'StreamARN'> {
  return {
    ConsumerName: consumer.name,
    ConsumerARN: consumerArn(consumer),
    ConsumerStatus: 'ACTIVE',
    ConsumerCreationTimestamp: consumer.createdAt,
  };
}
