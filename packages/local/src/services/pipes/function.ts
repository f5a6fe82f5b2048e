// A function that a pipe invokes, as enrichment or as target.
import { ServiceError } from '@earwitness/protocol/internal/aws/errors';
import type { Platform } from '../../platform.ts';
import type { Pipe } from './pipe.ts';
import { checkRole, originOf } from './role.ts';

interface Invocation {
  readonly arn: string;
  readonly payload: string;
  readonly type: 'RequestResponse' | 'Event';
}

/** Returns its answer; of an asynchronous invocation nothing. @throws ServiceError when the function failed, too */
export async function invokeFunction(
  platform: Platform,
  pipe: Pipe,
  { arn, payload, type }: Invocation,
): Promise<string> {
  await checkRole(platform, pipe, { action: 'lambda:InvokeFunction', resource: arn });
  const asked = { FunctionName: arn, InvocationType: type, Payload: Buffer.from(payload) };
  const { FunctionError: error, Payload: answer } = await platform.dispatch.call(
    'lambda',
    'Invoke',
    asked,
    originOf(pipe),
  );
  const text = answer === undefined ? '' : Buffer.from(answer).toString();
  if (error !== undefined) throw new ServiceError('FunctionError', `The function ${arn} failed: ${text}`);
  return text;
}
