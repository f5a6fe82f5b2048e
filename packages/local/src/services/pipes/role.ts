// A pipe's role: on its behalf the queue is read and everything else is called.
import { parseArn } from '@earwitness/protocol/internal/aws/arn';
import { ServiceError } from '@earwitness/protocol/internal/aws/errors';
import { findRoleRefusal, type RoleQuestion } from '../../permissions/role.ts';
import type { Platform } from '../../platform.ts';
import type { Origin } from '../../polling/queue-poller.ts';
import { type Pipe, pipeArn } from './pipe.ts';
import { standsInFor } from './settings.ts';

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

/** Source: Pipes user guide, "Permissions", Amazon SQS. */
const QUEUE_ACTIONS = ['ReceiveMessage', 'DeleteMessage', 'GetQueueAttributes'];
const QUEUE_REFUSAL =
  'Pipes does not have required permissions to perform Queue operations (sqs:ReceiveMessage, sqs:DeleteMessage and sqs:GetQueueAttributes)';

/** Why a pipe cannot read its source, as StateReason says it; `undefined` when it can. The source alone is asked. */
export async function findSourceFault(platform: Platform, pipe: Pipe): Promise<string | undefined> {
  if (standsInFor(pipe.settings) !== undefined) return undefined;
  const { dispatch, address } = platform;
  const { Source: resource } = pipe.settings;
  const { account = '', resource: name = '' } = parseArn(resource) ?? {};
  try {
    for (const action of QUEUE_ACTIONS) await checkRole(platform, pipe, { action: `sqs:${action}`, resource });
    const asked = { QueueUrl: `${address.http}/${account}/${name}`, AttributeNames: ['QueueArn' as const] };
    await dispatch.call('sqs', 'GetQueueAttributes', asked, originOf(pipe));
    return undefined;
  } catch (error) {
    if (!(error instanceof ServiceError)) throw error;
    return /NO_PERMISSIONS|AccessDenied/.test(error.code) ? QUEUE_REFUSAL : error.message;
  }
}
