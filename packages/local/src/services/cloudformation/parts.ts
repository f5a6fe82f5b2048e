// What the operations of CloudFormation share.
import { tableOf } from '../../backbone/table.ts';
import { Turns } from '../../backbone/turns.ts';
import type { Platform } from '../../platform.ts';
import { type ChangeSetRecord, type ChangeSetStore, createChangeSetStore } from './change-set.ts';
import { createResponses, type Responses } from './custom/responses.ts';
import { type Background, createBackground } from './deployment/background.ts';
import { Claims } from './deployment/claims.ts';
import { createStackStore, type StackStore } from './stack.ts';
import { createStackEvents, type StackEvents } from './stack-event.ts';

const CHANGE_SETS = tableOf<ChangeSetRecord>('cloudformation/change-sets');

export interface Parts {
  readonly platform: Platform;
  readonly stacks: StackStore;
  readonly events: StackEvents;
  readonly changeSets: ChangeSetStore;
  readonly background: Background;
  readonly claims: Claims;
  readonly turns: Turns;
  /** Of functions that make custom resources. */
  readonly responses: Responses;
  /** Where deployed APIs answer; `undefined` when outputs are to be shown as AWS has them. */
  readonly outputAddress: string | undefined;
}

export interface CloudFormationOptions {
  /** Show URLs of our own APIs in outputs as local ones. */
  readonly rewriteOutputs: boolean;
}

export function createParts(platform: Platform, { rewriteOutputs }: CloudFormationOptions): Parts {
  const stacks = createStackStore(platform);
  return {
    platform,
    stacks,
    events: createStackEvents(platform, stacks),
    changeSets: createChangeSetStore(platform.backbone.table(CHANGE_SETS), stacks),
    background: createBackground(platform),
    claims: new Claims(platform),
    turns: new Turns(),
    responses: createResponses(platform.backbone),
    outputAddress: rewriteOutputs ? platform.address.http : undefined,
  };
}
