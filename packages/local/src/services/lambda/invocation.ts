// One synchronous run of a function: finds its workers, runs the event, writes the log. Invoke, asynchronous
// invocations, function URLs and event source mappings all come here.
import { ServiceError } from '@earwitness/protocol/internal/aws/errors';
import { BundleError } from '../../functions/bundle.ts';
import type { InvocationResult } from '../../functions/running-function.ts';
import type { Platform } from '../../platform.ts';
import type { Fleet } from './fleet.ts';
import { type Found, LATEST } from './function.ts';
import { formatFunctionArn } from './function-name.ts';
import type { LogWriter } from './log-writer.ts';

export interface Run {
  /** JSON text. */
  readonly event: string;
  readonly requestId: string;
  readonly traceId?: string;
  readonly clientContext?: unknown;
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
      const result = await prepared.invoke({ ...run, invokedFunctionArn: arn });
      this.#log.write(prepared.settings, result.log, fn);
      return result;
    } catch (error) {
      // The source files changed and no longer compile.
      if (!(error instanceof BundleError)) throw error;
      return this.#failToLoad(fn.name, run, error);
    } finally {
      this.#running.set(key, (this.#running.get(key) ?? 1) - 1);
    }
  }

  #failToLoad(functionName: string, run: Run, error: BundleError): InvocationResult {
    const name = 'Runtime.UserCodeSyntaxError';
    const fact = {
      functionName,
      invocationId: run.requestId,
      ...(run.traceId !== undefined && { traceId: run.traceId }),
    };
    this.#platform.journal.record({ kind: 'function.invoked', ...fact });
    this.#platform.journal.record({
      kind: 'function.finished',
      ...fact,
      durationMs: 0,
      outcome: 'failed to load',
      error: { name, message: error.message },
    });
    const payload = JSON.stringify({ errorType: name, errorMessage: error.message, trace: [] });
    return { payload, failed: true, log: [] };
  }
}
