import type { PatchOperation } from '@earwitness/protocol/internal/aws/models/apigateway.types';

/** Sets what stands at a path. */
export function replace(path: string, value: string): PatchOperation {
  return { op: 'replace', path, value };
}
