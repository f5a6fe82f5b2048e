// Exports of stacks, and who imports them.
import { ServiceError } from '@earwitness/protocol/internal/aws/errors';
import type { OperationsOf } from '../../../call.ts';
import { listExports as exportsOf, importersOf } from '../output.ts';
import type { Parts } from '../parts.ts';

export function exportOperations(parts: Parts) {
  return {
    ListExports: (_input, call) => ({
      Exports: exportsOf(parts.stacks, call).map(({ name, value, stackId }) => ({
        ExportingStackId: stackId,
        Name: name,
        Value: value,
      })),
    }),

    ListImports({ ExportName }, call) {
      const users = importersOf(ExportName, parts.stacks, call);
      if (users.length > 0) return { Imports: users };
      throw new ServiceError('ValidationError', `Export '${ExportName}' is not imported by any stack.`);
    },
  } satisfies OperationsOf<'cloudformation'>;
}
