// Reserved concurrency: how many invocations of a function may run at once. More are refused, as in the cloud.
import type { OperationsOf } from '../../../call.ts';
import type { Parts } from '../parts.ts';

export function concurrencyOperations({ functions }: Parts) {
  return {
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
