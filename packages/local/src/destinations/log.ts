// A CloudWatch log group as a target: one log event each, in a stream per rule. A transformed input says itself what is
// written: {"timestamp": …, "message": …}. Source: native captures, September 2026.
import { parseArn } from '@earwitness/protocol/internal/aws/arn';
import { ServiceError } from '@earwitness/protocol/internal/aws/errors';
import type { Delivery, Destination } from '../delivery/destination.ts';
import type { RoleCheck } from '../permissions/role.ts';
import type { Platform } from '../platform.ts';
import { callTarget, type Origin } from './service-call.ts';

export function createLogDestination({ dispatch, clock }: Platform, checkRole: RoleCheck): Destination {
  const target = { sdkName: 'AWSLogs', action: 'logs:PutLogEvents', checkRole };

  async function write(delivery: Delivery, input: string, origin: Origin): Promise<undefined> {
    const { region = '', resource = '' } = parseArn(delivery.target.Arn) ?? {};
    const logGroupName = resource.replace(/^log-group:/, '').replace(/:\*$/, '');
    const logStreamName = delivery.rule;
    const here = { ...origin, region };
    try {
      await dispatch.call('logs', 'CreateLogStream', { logGroupName, logStreamName }, here);
    } catch (error) {
      if (!(error instanceof ServiceError) || error.code !== 'ResourceAlreadyExistsException') throw error;
    }
    const logEvents = [
      delivery.target.InputTransformer ? parseLogEvent(input) : { timestamp: clock.now(), message: input },
    ];
    await dispatch.call('logs', 'PutLogEvents', { logGroupName, logStreamName, logEvents }, here);
  }

  return {
    accepts: ({ service }) => service === 'logs',
    attempt: (delivery, input) => callTarget(delivery, target, (origin) => write(delivery, input, origin)),
  };
}

function parseLogEvent(input: string): { timestamp: number; message: string } {
  const event: unknown = JSON.parse(input);
  if (event !== null && typeof event === 'object' && 'timestamp' in event && 'message' in event) {
    const { timestamp, message } = event;
    if (typeof timestamp === 'number' && typeof message === 'string') return { timestamp, message };
  }
  throw new ServiceError('InvalidParameterException', 'A log event needs a timestamp and a message.');
}
