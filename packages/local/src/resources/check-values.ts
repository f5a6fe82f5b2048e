// Values that no operation would take, found before anything is made: each property is held to the service's model.

import { loadModel, type ServiceName, type Services } from '@earwitness/protocol/internal/aws/models/services';
import { validateMember } from '@earwitness/protocol/internal/aws/validate';
import { type Refused, refusalsOf } from './finding.ts';
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
  const checkValue = (property: string, value: unknown) => {
    for (const operation of operations) {
      const input = readInput(model, operation, { [property]: value });
      const [taken] = isRecord(input) ? Object.entries(input) : [];
      if (taken === undefined) continue;
      const [name, parsed] = taken;
      validateMember(model, operation, { name, value: parsed });
      return;
    }
  };
  const found = await Promise.all(
    Object.entries(properties).map(([name, value]) => refusalsOf([name], () => checkValue(name, value))),
  );
  return found.flat();
}
