// Functions that `isolation` of the configuration names and that are not there: a name that was misspelt is taken
// without a word otherwise.
import { type IsolationSetting, unknownIn } from '@earwitness/protocol/internal/functions/isolation';
import { nearest } from '@earwitness/protocol/internal/text/nearest';

/** A sentence for each name that is no function's. `functions`: all that there are, with their names as deployed. */
export function idleIsolations(
  isolation: IsolationSetting | undefined,
  functions: readonly { readonly name: string }[],
): string[] {
  const names = functions.map(({ name }) => name);
  // A name that CloudFormation made has the logical id in the middle: `shop-Orders-0F7Q…`.
  const logicalIds = names.flatMap((name) => /-([A-Za-z0-9]+)-[A-Z0-9]{12}$/.exec(name)?.[1] ?? []);
  return unknownIn(isolation, names).map((name) => {
    const meant = nearest(name, [...names, ...logicalIds]);
    const hint = meant === undefined ? '' : ` Did you mean '${meant}'?`;
    return `isolation['${name}'] in the configuration has no effect: no function has this name or logical id.${hint}`;
  });
}
