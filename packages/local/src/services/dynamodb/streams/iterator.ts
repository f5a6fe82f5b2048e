// A shard iterator as text: the stream's ARN, and where to go on. `…/stream/2026-11-28T10:15:30.123|1|MTI6MTc2…`
import { ServiceError } from '@earwitness/protocol/internal/aws/errors';

export interface ShardIterator {
  readonly arn: string;
  /** Place in the log. */
  readonly sequence: number;
  /** Epoch ms. */
  readonly madeAt: number;
}

export function formatIterator({ arn, sequence, madeAt }: ShardIterator): string {
  return `${arn}|1|${Buffer.from(`${sequence}:${madeAt}`).toString('base64')}`;
}

/** @throws ValidationException */
export function parseIterator(text: string): ShardIterator {
  const [arn = '', , place = ''] = text.split('|');
  const [, sequence, madeAt] = /^(\d+):(\d+)$/.exec(Buffer.from(place, 'base64').toString()) ?? [];
  if (sequence === undefined) throw new ServiceError('ValidationException', 'Invalid ShardIterator');
  return { arn, sequence: Number(sequence), madeAt: Number(madeAt) };
}
