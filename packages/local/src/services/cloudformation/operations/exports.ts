// ListExports and ListImports.
import { ServiceError } from '@earwitness/protocol/internal/aws/errors';
import type {
  ListExportsInput,
  ListExportsOutput,
  ListImportsInput,
  ListImportsOutput,
} from '@earwitness/protocol/internal/aws/models/cloudformation.types';
import type { Operation } from '../../../call.ts';
import type { Control } from '../control.ts';
import { listExports as exportsOf, importersOf } from '../output.ts';

export function listExports(control: Control): Operation<ListExportsInput, ListExportsOutput> {
  return (_input, call) => ({
    Exports: exportsOf(control.stacks, call).map(({ name, value, stackId }) => ({
      ExportingStackId: stackId,
      Name: name,
      Value: value,
    })),
  });
}

export function listImports(control: Control): Operation<ListImportsInput, ListImportsOutput> {
  return ({ ExportName }, call) => {
    const users = importersOf(ExportName, control.stacks, call);
    if (users.length > 0) return { Imports: users };
    throw new ServiceError('ValidationError', `Export '${ExportName}' is not imported by any stack.`);
  };
}
