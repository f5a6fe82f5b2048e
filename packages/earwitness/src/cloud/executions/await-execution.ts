// What a test calls to await the end of an execution. It checks what it is given; what asks Step Functions and writes
// pages is loaded then.
import { CallSite } from '../../call-site.ts';
import { ConfigurationError } from '../../errors.ts';
import { compileExpectation } from '../../expectation/compile.ts';
import { printValue } from '../../expectation/print.ts';
import { demandDuration } from '../../hearing/duration.ts';
import { DEFAULT_TIMEOUT_MS } from '../../settings.ts';
import type { Execution, ExecutionOptions, StartedExecution, Wanted } from './execution.ts';

const CALL = 'execution()';

/**
 * Resolves when an execution of a Standard state machine has ended as expected, by Step Functions' own API on both
 * clouds (with `@aws-sdk/client-sfn`).
 * @param which the execution's ARN, or its state machine with what its input has
 * @throws ExecutionError when it ended with another status: the message has its error, cause, and path
 * @throws EventNotReceivedError when it has not ended, or was not started, within `timeoutMs` (default 3000)
 * @throws TransportError when AWS refuses, with its `code`
 * @throws ConfigurationError when no state machine has the name, an option is none, or the package is missing
 * @example
 * const { output, path } = await execution({ stateMachine: 'shop.OrderFlow', input: { detail: { id } } });
 * @example
 * const failed = await execution(executionArn, { status: 'FAILED' });
 * expect(failed.error).toBe('CardDeclined');
 */
export async function execution(
  which: string | StartedExecution,
  { status = 'SUCCEEDED', timeoutMs = DEFAULT_TIMEOUT_MS, signal }: ExecutionOptions = {},
): Promise<Execution> {
  const site = new CallSite(execution);
  demandDuration(timeoutMs, `${CALL}: timeoutMs`);
  checkStatus(status);
  const wanted = read(which);
  const { awaitEnd } = await import('./execution.ts');
  return awaitEnd(wanted, { site, status, timeoutMs, signal });
}

function checkStatus(status: string): void {
  if (['SUCCEEDED', 'FAILED', 'TIMED_OUT', 'ABORTED'].includes(status)) return;
  throw new ConfigurationError(
    `${CALL}: status is SUCCEEDED, FAILED, TIMED_OUT or ABORTED, but got ${printValue(status)}.`,
  );
}

/** @throws ConfigurationError, ExpectationError */
function read(which: string | StartedExecution): Wanted {
  if (typeof which === 'object' && which !== null && typeof which.stateMachine === 'string') {
    const { stateMachine, input } = which;
    if (input === undefined) {
      throw new ConfigurationError(
        `${CALL}: which execution of ${stateMachine}? Say what its input has: ` +
          `execution({ stateMachine: '${stateMachine}', input: { detail: { id } } }); ` +
          'one that the test started has an ARN: execution(executionArn).',
      );
    }
    return { kind: 'started', stateMachine, expectation: compileExpectation(input) };
  }
  if (typeof which === 'string' && /^arn:[^:]*:states:[^:]*:\d{12}:execution:/.test(which)) {
    return { kind: 'arn', arn: which };
  }
  if (typeof which === 'string' && /:express:/.test(which)) {
    throw new ConfigurationError(
      `${CALL}: ${which} is an execution of an Express state machine, which AWS does not describe. ` +
        'Start it with StartSyncExecution, which answers with its end, or await what it does.',
    );
  }
  throw new ConfigurationError(
    `${CALL} takes the ARN of an execution, or { stateMachine, input }, but got ${printValue(which)}.`,
  );
}
