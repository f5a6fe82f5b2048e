// Values that no operation would take, found before anything is made: each property is held to the service's model.

import type { ServiceModel } from '@earwitness/protocol/internal/aws/model';
import { loadModel, type ServiceName, type Services } from '@earwitness/protocol/internal/aws/models/services';
import { validateMember } from '@earwitness/protocol/internal/aws/validate';
import { type Refused, refusalsOf } from './finding.ts';
import { meantMember } from './meant-value.ts';
import { readInput } from './parse-input.ts';
import { isRecord } from './properties.ts';
import type { Properties } from './resource.ts';

/** What the model of the first of `operations` that takes a property refuses of its value. */
export async function checkValues<S extends ServiceName>(
  service: S,
  operations: readonly (keyof Services[S] & string)[],
  properties: Properties,
): Promise<Refused[]> {
  const model = await loadModel(service);
  /** The operation that takes a property, and what the property is there. */
  const takerOf = (property: string, value: unknown) => {
    for (const operation of operations) {
      const input = readInput(model, operation, { [property]: value });
      const [taken] = isRecord(input) ? Object.entries(input) : [];
      if (taken === undefined) continue;
      const [name, parsed] = taken;
      return { operation, member: { name, value: parsed } };
    }
    return undefined;
  };
  const found = await Promise.all(
    Object.entries(properties).map(async ([property, value]) => {
      let taker: Taker | undefined;
      const refused = await refusalsOf([property], () => {
        taker = takerOf(property, value);
        if (taker) validateMember(model, taker.operation, taker.member);
      });
      const mend = refused.length > 0 && taker ? mendOf(model, taker) : undefined;
      return refused.map((one) => (mend === undefined ? one : { ...one, mend }));
    }),
  );
  return found.flat();
}

interface Taker {
  readonly operation: string;
  readonly member: { readonly name: string; readonly value: unknown };
}

function mendOf(model: ServiceModel, { operation, member }: Taker): string | undefined {
  const input = model.shapes[model.operations[operation]?.input ?? ''];
  const taken = input?.type === 'structure' ? input.members[member.name] : undefined;
  return taken && meantMember(model, taken.shape, member);
}
