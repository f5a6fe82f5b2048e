// What there is, for a person: stacks and their resources, those of every account and region.
import type { StackState } from '@earwitness/protocol/internal/admin/cloud-state';
import type { Platform } from '../../platform.ts';
import type { Parts } from './parts.ts';
import { resourceTypeOf } from './resource-type.ts';
import type { StackRecord } from './stack.ts';

/** Stacks that are not deleted, newest first. */
export function stackStates({ stacks, platform }: Parts): StackState[] {
  const all = stacks.table.list().map(({ value }) => value);
  const live = all.filter(({ status }) => status !== 'DELETE_COMPLETE');
  return live.sort((a, b) => b.createdAt - a.createdAt).map((stack) => stateOf(stack, platform));
}

function stateOf({ name, id, status, resources }: StackRecord, platform: Platform): StackState {
  return {
    name,
    arn: id,
    status,
    resources: Object.values(resources).map(({ logicalId, type, made, status }) => ({
      logicalId,
      type,
      ...(made && { physicalId: made.physicalId }),
      status,
      standsIn: made?.standsIn ?? resourceTypeOf(platform, type, 'made')?.standsIn ?? false,
    })),
  };
}
