// One synchronous run of a function: finds its environments, runs the event, writes the log. Invoke, asynchronous
// invocations, function URLs and event source mappings all come here.
import { ServiceError } from '@earwitness/protocol/internal/aws/errors';
import { ProgramError } from '../../functions/program.ts';
import type { InvocationResult } from '../../functions/running-function.ts';
import type { AnswerSink } from '../../functions/streamed-answer.ts';
import type { Platform } from '../../platform.ts';
import type { Fleet } from './fleet.ts';
import { type Found, LATEST, type LambdaFunction } from './function.ts';
import { formatFunctionArn } from './function-name.ts';
import type { LogWriter } from './log-writer.ts';

export interface Run {
  /** JSON text. */
  readonly event: string;
  readonly requestId: string;
  readonly traceId?: string;
  /** The messages that it is for, when a queue set it off. */
  readonly batch?: { readonly queueArn: string; readonly messageIds: readonly string[] };
  /** The records that it is for, when a stream set it off. */
  readonly records?: { readonly sourceArn: string; readonly shardId: string; readonly count: number };
  readonly clientContext?: unknown;
  /** Gets what the function streams, piece by piece. */
  readonly sink?: AnswerSink;
}

export class Invocations {
  #platform: Platform;
  #fleet: Fleet;
  #log: LogWriter;
  #running = new Map<string, number>();

  constructor(platform: Platform, fleet: Fleet, log: LogWriter) {
    this.#platform = platform;
    this.#fleet = fleet;
    this.#log = log;
  }

  /** @throws ServiceError `TooManyRequestsException` when the reserved concurrency is used up. */
  async run({ fn, version, qualifier }: Found, run: Run): Promise<InvocationResult> {
    const arn = formatFunctionArn({ ...fn, ...(qualifier !== LATEST && { qualifier }) });
    const key = `${fn.account}/${fn.region}/${fn.name}`;
    const running = this.#running.get(key) ?? 0;
    if (fn.reservedConcurrency !== undefined && running >= fn.reservedConcurrency) {
      throw new ServiceError('TooManyRequestsException', 'Rate Exceeded.', {
        status: 429,
        fields: { Reason: 'ReservedFunctionConcurrentInvocationLimitExceeded' },
      });
    }
    this.#running.set(key, running + 1);
    try {
      const prepared = await this.#fleet.get(fn, version);
      if ('reason' in prepared) return this.#standIn(fn, run, prepared.reason);
      const result = await prepared.invoke({ ...run, invokedFunctionArn: arn });
      this.#log.write(prepared.settings, result.log, fn);
      return result;
    } catch (error) {
      // The source files changed and no longer compile.
      if (!(error instanceof ProgramError)) throw error;
      const { message } = error;
      return this.#fail(fn.name, run, { outcome: 'failed to load', name: 'Runtime.UserCodeSyntaxError', message });
    } finally {
      this.#running.set(key, (this.#running.get(key) ?? 1) - 1);
    }
  }

  #standIn(fn: LambdaFunction, run: Run, reason: string): InvocationResult {
    const message = `The function ${fn.name} stands in: ${reason}.`;
    this.#platform.standIns.receive({
      via: 'invocation',
      arn: formatFunctionArn(fn),
      input: run.event,
      of: { name: fn.name, type: 'AWS::Lambda::Function' },
      ...(run.traceId !== undefined && { traceId: run.traceId }),
    });
    return this.#fail(fn.name, run, { outcome: 'stands in', name: 'Earwitness.StandIn', message });
  }

  /** An invocation that came to no handler, in the journal and as Lambda's answer. */
  #fail(
    functionName: string,
    run: Run,
    { outcome, name, message }: { outcome: 'failed to load' | 'stands in'; name: string; message: string },
  ): InvocationResult {
    const fact = {
      functionName,
      invocationId: run.requestId,
      ...(run.traceId !== undefined && { traceId: run.traceId }),
    };
    const { batch, records } = run;
    const causes = { ...(batch && { batch }), ...(records && { records }) };
    this.#platform.journal.record({ kind: 'function.invoked', ...fact, ...causes });
    this.#platform.journal.record({
      kind: 'function.finished',
      ...fact,
      durationMs: 0,
      outcome,
      error: { name, message },
    });
    const payload = JSON.stringify({ errorType: name, errorMessage: message, trace: [] });
    return { payload, failed: true, log: [] };
  }
}
