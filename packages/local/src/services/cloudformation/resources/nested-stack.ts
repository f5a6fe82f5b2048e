// CloudFormation: AWS::CloudFormation::Stack (Ref: the nested stack's id; Fn::GetAtt: `Outputs.Name`). One whose
// template is elsewhere stands in.
import { ServiceError } from '@earwitness/protocol/internal/aws/errors';
import type { Made, ResourceType } from '../../../resources/resource.ts';
import { examineNested, foreseeNested } from '../nested/nested-examination.ts';
import { readNestedOrder } from '../nested/nested-order.ts';
import type { Parts } from '../parts.ts';

const TYPE = 'AWS::CloudFormation::Stack';

/** `check` says what becomes of a nested stack, and makes none. */
const loadWork = () => import('../nested/nested-work.ts');

export function nestedStackResource(parts: Parts): ResourceType {
  const { platform, stacks } = parts;
  const standIn = () => platform.standIns.resourceType(TYPE);
  return {
    type: 'AWS::CloudFormation::Stack',
    serves: ['NotificationARNs', 'Parameters', 'Tags', 'TemplateURL'],
    // Here nothing takes minutes but what waits for an answer, and that has a time-out of its own.
    ignores: ['TimeoutInMinutes'],
    alwaysUpdates: true,
    examine: (properties, place) => examineNested(parts, properties, place),
    foresee: (properties, place) => foreseeNested(parts, properties, place),
    async create(properties, place) {
      const order = await readNestedOrder(properties, place, platform);
      if (order.kind === 'order') return await (await loadWork()).createNested(parts, order.request, place);
      const made = order.kind === 'elsewhere' ? await standIn()?.create(properties, place) : undefined;
      if (made) return { ...made, standsIn: true };
      throw new ServiceError('ValidationError', order.message);
    },
    async update(made, properties, place) {
      const nested = stacks.find(made.physicalId, place.call);
      if (!nested) return await updateStandIn(made, () => standIn()?.update?.(made, properties, place));
      const { updateNested } = await loadWork();
      if (place.restores) return await updateNested(parts, nested, { request: undefined, place });
      const order = await readNestedOrder(properties, place, platform);
      if (order.kind === 'order') return await updateNested(parts, nested, { request: order.request, place });
      throw new ServiceError('ValidationError', order.message);
    },
    async delete(made, place) {
      const nested = stacks.find(made.physicalId, place.call);
      if (nested) await (await loadWork()).deleteNested(parts, nested, place);
      else await standIn()?.delete(made, place);
    },
  };
}

async function updateStandIn(made: Made, update: () => Promise<Made> | undefined): Promise<Made> {
  return { ...((await update()) ?? made), standsIn: true };
}
