// A fault before a destination of the local cloud, and how it is taken away.
import { demandLocal } from '../local-cloud.ts';
import { askLocal } from './admin.ts';
import { jsonOf } from './json.ts';

/**
 * What happens to whoever calls the destination: an answer with a status from 300 to 599, a wait by the cloud's clock
 * (5 s and more are a time-out of an API destination), or no connection.
 */
export type Fault = { readonly status: number } | { readonly delayMs: number } | 'refused';

/** How often a fault happens. */
export interface FaultOptions {
  /** Default: until it is taken away. */
  readonly times?: number;
}

/** Takes a fault away; `await using` does it at the end of the block. */
export interface FaultRemover extends AsyncDisposable {
  (): Promise<void>;
}

const CALL = 'cloud.fault()';

/** @throws NotLocalError, ConfigurationError, TransportError */
export async function putFault(target: string, fault: Fault, { times }: FaultOptions): Promise<FaultRemover> {
  const url = demandLocal(CALL, {
    why: 'nobody can break what others run',
    instead: 'point the destination at a server of the test that answers so (docs/guide/state.md)',
  });
  const asked = { target, fault, ...(times !== undefined && { times }) };
  const answer = await askLocal(url, 'faults', jsonOf(`${CALL}: the fault`, asked));
  const arn = typeof answer === 'object' && answer !== null && 'target' in answer ? String(answer.target) : target;
  const remove = async () => {
    await askLocal(url, 'faults', JSON.stringify({ target: arn, fault: null }));
  };
  return Object.assign(remove, { [Symbol.asyncDispose]: remove });
}
