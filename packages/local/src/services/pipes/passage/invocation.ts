// A function that a pipe invokes and a state machine that it starts, as enrichment or as target.
import { ServiceError } from '@earwitness/protocol/internal/aws/errors';
import type { Platform } from '../../../platform.ts';
import type { Pipe } from '../pipe.ts';
import { checkRole, originOf } from '../role.ts';

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

interface Start {
  readonly arn: string;
  readonly input: string;
  /** Whether the pipe waits for the output, which only Express executions have for it. */
  readonly isSynchronous: boolean;
}

/**
 * Returns the execution's output; of one that is not waited for nothing. Source: Pipes API reference,
 * PipeTargetStateMachineParameters.
 * @throws ServiceError when the execution failed, too
 */
export async function startExecution(platform: Platform, pipe: Pipe, { arn, input, isSynchronous }: Start) {
  const operation = isSynchronous ? 'StartSyncExecution' : 'StartExecution';
  await checkRole(platform, pipe, { action: `states:${operation}`, resource: arn });
  const asked = { stateMachineArn: arn, input };
  if (!isSynchronous) {
    await platform.dispatch.call('stepfunctions', 'StartExecution', asked, originOf(pipe));
    return '';
  }
  const ended = await platform.dispatch.call('stepfunctions', 'StartSyncExecution', asked, originOf(pipe));
  if (ended.status === 'SUCCEEDED') return ended.output ?? '';
  const why = [ended.error, ended.cause].filter((part) => part !== undefined).join(': ');
  throw new ServiceError(ended.error ?? ended.status, `The execution ${ended.executionArn} ${ended.status}: ${why}`);
}
