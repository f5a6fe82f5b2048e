// A fault that somebody put before a function meets who feeds it from a queue or a stream, too.
import type { Platform } from '../../../platform.ts';
import type { Mapping } from './mapping.ts';

/** @throws ServiceError, as a call of Invoke would */
export async function meetFault({ faults }: Pick<Platform, 'faults'>, mapping: Mapping): Promise<void> {
  if (!faults.isAny) return;
  const asked = { service: 'lambda', operation: 'Invoke', input: { FunctionName: mapping.functionName } };
  await faults.strike(asked, mapping, () => {});
}
