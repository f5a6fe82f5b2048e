// A change set as it is kept: the request, what it would change, and how far it got. Executing it draws the blueprint
// again.
import { ServiceError } from '@earwitness/protocol/internal/aws/errors';
import type { Change, ChangeSetSummary } from '@earwitness/protocol/internal/aws/models/cloudformation.types';
import type { Table } from '../../backbone/table.ts';
import type { DeployRequest } from './deploy-request.ts';
import type { ImportOrder } from './importing/import-order.ts';
import type { Place, StackParameter, StackStore } from './stack.ts';

export interface ChangeSetRecord {
  readonly id: string;
  readonly name: string;
  readonly stackId: string;
  readonly stackName: string;
  readonly kind: 'CREATE' | 'UPDATE' | 'IMPORT';
  /** What a change set of kind IMPORT takes over. */
  readonly imports?: readonly ImportOrder[];
  readonly createdAt: number;
  readonly includeNestedStacks: boolean;
  readonly description?: string;
  readonly status: NonNullable<ChangeSetSummary['Status']>;
  readonly statusReason?: string;
  readonly executionStatus: NonNullable<ChangeSetSummary['ExecutionStatus']>;
  readonly request: DeployRequest;
  readonly parameters: readonly StackParameter[];
  /** The template after its transforms, as JSON; absent when they failed. */
  readonly processedBody?: string;
  readonly changes: readonly Change[];
  readonly onStackFailure?: 'DO_NOTHING' | 'ROLLBACK' | 'DELETE';
}

export interface ChangeSetName {
  /** Name, or id. */
  readonly ChangeSetName: string;
  readonly StackName?: string | undefined;
}

export interface ChangeSetStore {
  find(name: ChangeSetName, place: Place): ChangeSetRecord | undefined;
  /** @throws ServiceError `ChangeSetNotFound`, `ValidationError` */
  get(name: ChangeSetName, place: Place): ChangeSetRecord;
  /** Oldest first. */
  ofStack(stackId: string): ChangeSetRecord[];
  put(record: ChangeSetRecord): Promise<void>;
  delete(record: ChangeSetRecord): Promise<void>;
}

export function createChangeSetStore(table: Table<ChangeSetRecord>, stacks: StackStore): ChangeSetStore {
  const keyOf = (record: ChangeSetRecord) => `${record.stackId}/${record.id}`;
  const ofStack = (stackId: string) =>
    table
      .list(`${stackId}/`)
      .sort((a, b) => a.value.createdAt - b.value.createdAt || a.revision - b.revision)
      .map((row) => row.value);
  const find = ({ ChangeSetName: name, StackName }: ChangeSetName, place: Place) => {
    if (name.startsWith('arn:')) {
      return table.list('').find((row) => row.value.id === name && isIn(row.value, place))?.value;
    }
    if (StackName === undefined) {
      throw new ServiceError(
        'ValidationError',
        'StackName must be specified if ChangeSetName is not specified as an ARN.',
      );
    }
    const stack = stacks.find(StackName, place);
    if (!stack) throw new ServiceError('ValidationError', `Stack [${StackName}] does not exist`);
    return ofStack(stack.id).find((record) => record.name === name);
  };
  return {
    find,
    get(name, place) {
      const found = find(name, place);
      if (found) return found;
      throw new ServiceError('ChangeSetNotFound', `ChangeSet [${name.ChangeSetName}] does not exist`, { status: 404 });
    },
    ofStack,
    async put(record) {
      await table.put(keyOf(record), record);
    },
    async delete(record) {
      await table.delete(keyOf(record));
    },
  };
}

function isIn({ id }: ChangeSetRecord, { account, region }: Place): boolean {
  return id.startsWith(`arn:`) && id.split(':')[3] === region && id.split(':')[4] === account;
}

export function summarizeChangeSet(record: ChangeSetRecord): ChangeSetSummary {
  return {
    StackId: record.stackId,
    StackName: record.stackName,
    ChangeSetId: record.id,
    ChangeSetName: record.name,
    ExecutionStatus: record.executionStatus,
    Status: record.status,
    CreationTime: record.createdAt,
    IncludeNestedStacks: record.includeNestedStacks,
    ...(record.statusReason !== undefined && { StatusReason: record.statusReason }),
    ...(record.description !== undefined && { Description: record.description }),
  };
}
