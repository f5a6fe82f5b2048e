// Reserved concurrency: how many invocations of a function may run at once. More are refused, as in the cloud.
import type { OperationsOf } from '../../../call.ts';
import { describeCode } from '../../../functions/code/code.ts';
import type { Parts } from '../parts.ts';

/**
 * Source: docs.aws.amazon.com/lambda/latest/dg/gettingstarted-limits.html; of a new account in bytes and invocations.
 */
const LIMITS = { TotalCodeSize: 80_530_636_800, CodeSizeUnzipped: 262_144_000, CodeSizeZipped: 52_428_800 };
const CONCURRENCY = 1000;

export function concurrencyOperations({ functions }: Parts) {
  return {
    /** Recorded on AWS: LocalStack lambda_api TestLambdaAccountSettings (members, and what counts as code). */
    GetAccountSettings(_input, call) {
      const all = functions.list(call);
      const reserved = all.reduce((sum, { reservedConcurrency = 0 }) => sum + reservedConcurrency, 0);
      const sizes = all.flatMap((fn) => [fn.latest, ...fn.versions]).map(({ code }) => describeCode(code).CodeSize);
      return {
        AccountLimit: {
          ...LIMITS,
          ConcurrentExecutions: CONCURRENCY,
          UnreservedConcurrentExecutions: CONCURRENCY - reserved,
        },
        AccountUsage: { TotalCodeSize: sizes.reduce((sum, size) => sum + size, 0), FunctionCount: all.length },
      };
    },

    async PutFunctionConcurrency({ FunctionName, ReservedConcurrentExecutions }, call) {
      const { fn } = functions.find(FunctionName, call);
      await functions.save({ ...fn, reservedConcurrency: ReservedConcurrentExecutions });
      return { ReservedConcurrentExecutions };
    },

    GetFunctionConcurrency({ FunctionName }, call) {
      const { reservedConcurrency } = functions.find(FunctionName, call).fn;
      return reservedConcurrency === undefined ? {} : { ReservedConcurrentExecutions: reservedConcurrency };
    },

    async DeleteFunctionConcurrency({ FunctionName }, call) {
      const { reservedConcurrency: _, ...fn } = functions.find(FunctionName, call).fn;
      await functions.save(fn);
      return {};
    },
  } satisfies OperationsOf<'lambda'>;
}
