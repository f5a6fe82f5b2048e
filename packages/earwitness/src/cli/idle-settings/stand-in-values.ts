// Values of stand-ins (`standIns` in the configuration) that are of nothing: a name that was misspelt is taken without
// an effect.
import { nearest } from '@earwitness/protocol/internal/text/nearest';
import type { EarwitnessConfig } from '../../config.ts';
import type { AssessedStack } from '../assess-plan.ts';

/** A sentence for each name that no resource of the stacks has which stands in. */
export function idleStandIns(standIns: EarwitnessConfig['standIns'], assessed: readonly AssessedStack[]): string[] {
  const names = assessed.flatMap(({ name, assessment }) =>
    assessment.standsIn.flatMap(({ resource, property }) =>
      property === undefined ? [resource, `${name}.${resource}`] : [],
    ),
  );
  return Object.keys(standIns ?? {}).flatMap((name) => {
    if (names.includes(name)) return [];
    const meant = nearest(name, names);
    const hint = meant === undefined ? '' : ` Did you mean '${meant}'?`;
    return [`standIns['${name}'] in the configuration has no effect: no resource of this name stands in.${hint}`];
  });
}
