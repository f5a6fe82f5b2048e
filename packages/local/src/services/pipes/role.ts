// A pipe's role: on its behalf the queue is read and everything else is called.
import { parseArn } from '@earwitness/protocol/internal/aws/arn';
import { ServiceError } from '@earwitness/protocol/internal/aws/errors';
import { findRoleRefusal, type RoleQuestion } from '../../permissions/role.ts';
import type { Platform } from '../../platform.ts';
import type { Origin } from '../../polling/queue-poller.ts';
import { type Pipe, pipeArn } from './pipe.ts';
import { placeAt, standsInFor } from './settings.ts';

export function originOf({ account, region, settings }: Pipe): Origin {
  return { account, region, principal: { kind: 'role', arn: settings.RoleArn } };
}

/** @throws ServiceError: what the role may not */
export async function checkRole(platform: Platform, pipe: Pipe, asked: Omit<RoleQuestion, 'roleArn'>): Promise<void> {
  const use = { service: 'pipes.amazonaws.com', title: 'EventBridge Pipes', sourceArn: pipeArn(pipe) };
  const question = { ...asked, roleArn: pipe.settings.RoleArn };
  const refused = await findRoleRefusal(platform, { ...use, account: pipe.account, region: pipe.region }, question);
  if (refused) throw new ServiceError(refused.code, `${refused.message} ${refused.hint ?? ''}`.trim());
}

/**
 * What a source needs. Sources: Pipes user guide, "Permissions"; the sentence of queues is AWS's, those of streams are
 * made after it.
 */
const NEEDED = {
  queue: {
    actions: ['sqs:ReceiveMessage', 'sqs:DeleteMessage', 'sqs:GetQueueAttributes'],
    refusal:
      'Pipes does not have required permissions to perform Queue operations (sqs:ReceiveMessage, sqs:DeleteMessage and sqs:GetQueueAttributes)',
  },
  'table-stream': {
    actions: ['dynamodb:DescribeStream', 'dynamodb:GetRecords', 'dynamodb:GetShardIterator'],
    refusal:
      'Pipes does not have required permissions to perform Stream operations (dynamodb:DescribeStream, dynamodb:GetRecords, dynamodb:GetShardIterator and dynamodb:ListStreams)',
  },
  stream: {
    actions: ['kinesis:GetRecords', 'kinesis:GetShardIterator', 'kinesis:ListShards'],
    refusal:
      'Pipes does not have required permissions to perform Stream operations (kinesis:DescribeStream, kinesis:GetRecords, kinesis:GetShardIterator, kinesis:ListShards and kinesis:ListStreams)',
  },
};
/** Source: Pipes user guide, "Troubleshooting", StateReason. */
const NO_STREAM = 'Stream not found. To resume processing please delete the pipe and create a new one.';

/** Why a pipe cannot read its source, as StateReason says it; `undefined` when it can. The source alone is asked. */
export async function findSourceFault(platform: Platform, pipe: Pipe): Promise<string | undefined> {
  if (standsInFor(pipe.settings) !== undefined) return undefined;
  const { Source: resource } = pipe.settings;
  const place = placeAt(resource);
  if (place !== 'queue' && place !== 'stream' && place !== 'table-stream') return undefined;
  const { actions, refusal } = NEEDED[place];
  try {
    for (const action of actions) await checkRole(platform, pipe, { action, resource });
    await find(platform, pipe, place);
    return undefined;
  } catch (error) {
    if (!(error instanceof ServiceError)) throw error;
    if (/NO_PERMISSIONS|AccessDenied/.test(error.code)) return refusal;
    return place !== 'queue' && error.code === 'ResourceNotFoundException' ? NO_STREAM : error.message;
  }
}

/** @throws ServiceError when there is no such source */
async function find({ dispatch, address }: Platform, pipe: Pipe, place: keyof typeof NEEDED): Promise<void> {
  const { Source: resource } = pipe.settings;
  const { account = '', resource: name = '' } = parseArn(resource) ?? {};
  const origin = originOf(pipe);
  if (place === 'queue') {
    const asked = { QueueUrl: `${address.http}/${account}/${name}`, AttributeNames: ['QueueArn' as const] };
    await dispatch.call('sqs', 'GetQueueAttributes', asked, origin);
  } else if (place === 'stream') {
    const [, consumer] = name.split('/consumer/');
    if (consumer !== undefined) {
      const owner = { kind: 'account', arn: `arn:aws:iam::${account}:root` } as const;
      const asked = { ...origin, account, region: parseArn(resource)?.region ?? origin.region, principal: owner };
      await dispatch.call('kinesis', 'DescribeStreamConsumer', { ConsumerARN: resource }, asked);
    }
    await dispatch.call('kinesis', 'ListShards', { StreamARN: resource }, origin);
  } else await dispatch.call('dynamodbstreams', 'DescribeStream', { StreamArn: resource }, origin);
}
