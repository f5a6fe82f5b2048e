// The functions of a running local cloud, by every name that people call them.
import type { CloudState, FunctionState } from '@earwitness/protocol/internal/admin/cloud-state';
import { findNamed, type Nameable, resourcesOf, stackNames } from './find-named.ts';

export interface NamedFunction {
  readonly fn: FunctionState;
  /** Alias or version, when one was named. */
  readonly qualifier?: string;
}

/**
 * `ReserveStock`, `shop.ReserveStock`, a name or an ARN, with `:alias` behind it or without.
 * @param by what a test called, for the sentence
 * @throws ConfigurationError when no function has the name, or several have
 */
export function findFunction(state: CloudState, name: string, by?: string): NamedFunction {
  const all = nameableFunctions(state);
  const asked = { what: 'function', ...(by !== undefined && { by }) };
  const [, whole = '', qualifier] = /^(.+):([^:]+)$/.exec(name) ?? [];
  const isQualified = !all.some(({ names }) => names.includes(name));
  if (isQualified && qualifier !== undefined && all.some(({ names }) => names.includes(whole))) {
    return { fn: findNamed({ ...asked, name: whole }, all), qualifier };
  }
  return { fn: findNamed({ ...asked, name }, all) };
}

function nameableFunctions(state: CloudState): Nameable<FunctionState>[] {
  const resources = resourcesOf(state, 'AWS::Lambda::Function');
  return state.functions.map((fn) => {
    // The same name may be there in two regions; a stack's ARN has its own.
    const own = resources.find(({ resource }) => resource.physicalId === fn.name);
    return { thing: fn, names: own ? [...stackNames(own), fn.name, fn.arn] : [fn.name, fn.arn] };
  });
}
