// A stack as it is kept: what was asked for, what was made of it, and where it stands. Plain data in a table, one row a
// stack; deleted stacks stay for a while (deleted-stacks.ts), as ListStacks shows them and they can be described by id.
import { formatArn } from '@earwitness/protocol/internal/aws/arn';
import { ServiceError } from '@earwitness/protocol/internal/aws/errors';
import type { Stack } from '@earwitness/protocol/internal/aws/models/cloudformation.types';
import type { ParameterValue } from '@earwitness/protocol/internal/template/parameter';
import { type Table, tableOf } from '../../backbone/table.ts';
import { updateRow } from '../../backbone/update.ts';
import type { Call } from '../../call.ts';
import type { Platform } from '../../platform.ts';
import type { Made, Properties } from '../../resources/resource.ts';
import type { DeployRequest } from './deploy-request.ts';

const STACKS = tableOf<StackRecord>('cloudformation/stacks');

export type StackStatus = Stack['StackStatus'];

export interface StackRecord {
  readonly id: string;
  readonly name: string;
  readonly account: string;
  readonly region: string;
  readonly status: StackStatus;
  readonly statusReason?: string;
  readonly createdAt: number;
  readonly updatedAt?: number;
  readonly deletedAt?: number;
  readonly description?: string;
  readonly parameters: readonly StackParameter[];
  readonly capabilities: readonly ('CAPABILITY_IAM' | 'CAPABILITY_NAMED_IAM' | 'CAPABILITY_AUTO_EXPAND')[];
  readonly tags: readonly { readonly Key: string; readonly Value: string }[];
  readonly notificationArns: readonly string[];
  readonly roleArn?: string;
  readonly disableRollback: boolean;
  readonly terminationProtection: boolean;
  readonly changeSetId?: string;
  readonly clientRequestToken?: string;
  /** The template as it was sent. */
  readonly templateBody: string;
  /** The template after its transforms, as JSON. */
  readonly processedBody: string;
  readonly resources: Readonly<Record<string, ResourceRecord>>;
  readonly outputs: readonly OutputRecord[];
  /** Names of exports that this stack uses. */
  readonly imports: readonly string[];
  /** Ids of the stack whose resource this one is, and of the outermost one. */
  readonly parentId?: string;
  readonly rootId?: string;
  /** What a nested stack was before its last update: its parent's rollback brings it back to that. */
  readonly former?: DeployRequest;
}

/** A parameter with the value that was read from the parameter store, when its type says so. */
export interface StackParameter extends ParameterValue {
  readonly stored?: string;
}

export interface ResourceRecord {
  readonly logicalId: string;
  readonly type: string;
  readonly status: ResourceStatus;
  readonly statusReason?: string;
  readonly updatedAt: number;
  /** What exists; absent until it was created, and after it was deleted. */
  readonly made?: Made;
  /** Resolved but for dynamic references: secrets are read again whenever they are needed. */
  readonly properties: Properties;
  /** Logical ids of the resources that this one needs. */
  readonly needs: readonly string[];
  readonly deletionPolicy: string;
  readonly updateReplacePolicy: string;
  readonly metadata?: string;
}

export type ResourceStatus =
  | `${'CREATE' | 'UPDATE' | 'DELETE' | 'IMPORT'}_${'IN_PROGRESS' | 'COMPLETE' | 'FAILED'}`
  | `IMPORT_ROLLBACK_${'IN_PROGRESS' | 'COMPLETE'}`
  | 'DELETE_SKIPPED';

export interface OutputRecord {
  readonly key: string;
  /** The value as AWS has it. */
  readonly value: string;
  /** The value is secret: it is used, and not shown. */
  readonly isHidden?: boolean;
  readonly description?: string;
  readonly exportName?: string;
}

/** The stacks of every account and region. */
export interface StackStore {
  readonly table: Table<StackRecord>;
  /** The live stack of that name, or any stack of that id. */
  find(nameOrId: string, place: Place): StackRecord | undefined;
  /** @throws ServiceError `ValidationError` when there is none. */
  get(nameOrId: string, place: Place): StackRecord;
  /** Every stack of the place, newest first. */
  list(place: Place): StackRecord[];
  put(record: StackRecord): Promise<void>;
  /** Writes what `change` makes of the stack's row as it is now. */
  change(id: string, change: (record: StackRecord) => StackRecord): Promise<StackRecord>;
  /** Forgets a stack of which nothing was made. */
  remove(id: string): Promise<void>;
  /** Resolves when the work on a stack has ended, on whichever node, after `limitMs` at the latest. */
  rest(id: string, limitMs: number): Promise<void>;
}

export type Place = Pick<Call, 'account' | 'region'>;

export function createStackStore({ backbone, clock }: Platform): StackStore {
  const table = backbone.table(STACKS);
  const list = (place: Place) =>
    table
      .list(`${place.account}/${place.region}/`)
      .map((row) => row.value)
      .sort((a, b) => b.createdAt - a.createdAt);
  const find = (nameOrId: string, place: Place) => {
    const stacks = list(place);
    return nameOrId.startsWith('arn:')
      ? stacks.find((stack) => stack.id === nameOrId)
      : stacks.find((stack) => stack.name === nameOrId && stack.status !== 'DELETE_COMPLETE');
  };
  const put = async (record: StackRecord) => {
    await table.put(keyOf(record.id), record);
  };
  return {
    table,
    list,
    find,
    get(nameOrId, place) {
      const found = find(nameOrId, place);
      if (found) return found;
      throw new ServiceError('ValidationError', `Stack with id ${nameOrId} does not exist`);
    },
    put,
    async change(id, change) {
      const { value } = await updateRow(table, keyOf(id), (stack) => {
        if (!stack) throw new Error(`The stack ${id} is gone.`);
        return change(stack);
      });
      return value;
    },
    async remove(id) {
      await table.delete(keyOf(id));
    },
    async rest(id, limitMs) {
      const patience = new AbortController();
      const stop = table.watch(
        (_key, row) => {
          if (!row || !isInProgress(row.value)) patience.abort();
        },
        { prefix: keyOf(id) },
      );
      await clock.sleep(limitMs, { signal: patience.signal }).catch(() => {});
      stop();
    },
  };
}

// Ids hold account and region: arn:aws:cloudformation:<region>:<account>:stack/<name>/<uuid>
function keyOf(id: string): string {
  const [, , , region, account] = id.split(':');
  return `${account}/${region}/${id}`;
}

export function makeStackId(name: string, place: Place, uuid: string): string {
  return formatArn({ service: 'cloudformation', ...place, resource: `stack/${name}/${uuid}` });
}

/** Whether work on the stack is under way. */
export function isInProgress({ status }: StackRecord): boolean {
  return status.endsWith('_IN_PROGRESS') && status !== 'REVIEW_IN_PROGRESS';
}

const UPDATABLE: readonly StackStatus[] = [
  'CREATE_COMPLETE',
  'CREATE_FAILED',
  'UPDATE_COMPLETE',
  'UPDATE_FAILED',
  'UPDATE_ROLLBACK_COMPLETE',
  'IMPORT_COMPLETE',
  'IMPORT_ROLLBACK_COMPLETE',
];

/** @throws ServiceError `ValidationError` when the stack's state does not allow an update. */
export function checkUpdatable({ id, status }: StackRecord): void {
  if (UPDATABLE.includes(status)) return;
  throw new ServiceError('ValidationError', `Stack:${id} is in ${status} state and can not be updated.`);
}

/** The request that would make the stack what it is. */
export function requestOf({
  parameters,
  tags,
  capabilities,
  notificationArns,
  templateBody,
}: StackRecord): DeployRequest {
  return {
    ...{ tags, capabilities, notificationArns, templateBody },
    given: parameters.map(({ key, text }) => ({ key, value: text })),
  };
}
