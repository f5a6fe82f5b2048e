// Attributes that are known before anything is made, in the order in which resources would be made: an output of one
// nested stack may be a parameter of the next.
import { problemsOf } from '@earwitness/protocol/internal/template/problem';
import { resolveMember, type Scope } from '@earwitness/protocol/internal/template/resolve';
import type { AssessmentOrder } from '../../../assessment/assessment.ts';
import type { Call } from '../../../call.ts';
import { ownEntry } from '../../../own-entry.ts';
import type { Beside, Properties } from '../../../resources/resource.ts';
import type { Blueprint, PlannedResource } from '../blueprint/blueprint.ts';
import type { Parts } from '../parts.ts';

interface Foreseeing {
  readonly blueprint: Blueprint;
  readonly call: Call;
  readonly order: AssessmentOrder & Pick<Beside, 'assessed'>;
  /** Answers with what is in `foreseen` already. */
  readonly scope: Scope;
}

export async function foreseeAttributes(
  { platform }: Parts,
  { blueprint, call, order, scope }: Foreseeing,
  foreseen: Map<string, Readonly<Record<string, string>>>,
): Promise<void> {
  const { assessed, directory, stackName, within } = order;
  for (const logicalId of blueprint.waves.flat()) {
    const resource = ownEntry(blueprint.resources, logicalId);
    if (!resource?.type.foresee) continue;
    const place = {
      ...{ call, dispatch: platform.dispatch, standIns: platform.standIns, stackName, logicalId, assessed, directory },
      generateName: () => `${stackName}-${logicalId}`,
      ...(within && { within }),
    };
    foreseen.set(logicalId, await resource.type.foresee(knownProperties(resource, scope), place));
  }
}

/** Those that can be resolved. What is wrong with the others is told when the resource is examined. */
function knownProperties({ properties, line }: PlannedResource, scope: Scope): Properties {
  const known = Object.keys(properties).flatMap((name) => {
    try {
      const value = resolveMember(properties, name, { scope, line });
      return value === undefined ? [] : [[name, value] as const];
    } catch (error) {
      // Throws what is no refusal.
      problemsOf(error);
      return [];
    }
  });
  return Object.fromEntries(known);
}
