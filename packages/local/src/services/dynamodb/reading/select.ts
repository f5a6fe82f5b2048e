// What a Query or Scan is to show. Sentences: moto's tests verified on AWS; paritysuite/dynamodb-conformance.
import type { Projection } from '@earwitness/protocol/internal/dynamodb/expression/projection';
import { projectedNames } from '../items/views.ts';
import { invalid, invalidParameter } from '../refusals.ts';
import type { Index, ItemTable } from '../table.ts';

export interface Selecting {
  readonly Select?: 'ALL_ATTRIBUTES' | 'ALL_PROJECTED_ATTRIBUTES' | 'SPECIFIC_ATTRIBUTES' | 'COUNT' | undefined;
  readonly ProjectionExpression?: string | undefined;
  readonly IndexName?: string | undefined;
}

/** What can be said without the table. @throws ValidationException */
export function checkSelect({ Select: select, ProjectionExpression: projection, IndexName: index }: Selecting): void {
  if (select === 'SPECIFIC_ATTRIBUTES' && projection === undefined) {
    throw invalid('Must specify the AttributesToGet or ProjectionExpression when choosing to get SPECIFIC_ATTRIBUTES');
  }
  if (select !== undefined && select !== 'SPECIFIC_ATTRIBUTES' && projection !== undefined) {
    throw invalid(
      select === 'COUNT'
        ? 'Cannot specify the ProjectionExpression when choosing to get only the Count'
        : `Cannot specify the ProjectionExpression when choosing to get ${select}`,
    );
  }
  if (select === 'ALL_PROJECTED_ATTRIBUTES' && index === undefined) {
    throw invalid('ALL_PROJECTED_ATTRIBUTES can be used only when Querying using an IndexName');
  }
}

/** The index that a request names. @throws ValidationException */
export function findIndex(
  table: ItemTable,
  {
    IndexName: name,
    Select: select,
    ConsistentRead: isConsistent,
  }: Selecting & { readonly ConsistentRead?: boolean | undefined },
): Index | undefined {
  if (name === undefined) return undefined;
  const index = table.indexes.find((one) => one.name === name);
  if (!index) throw invalid(`The table does not have the specified index: ${name}`);
  if (!index.isGlobal) return index;
  if (isConsistent) throw invalid('Consistent reads are not supported on global secondary indexes');
  if (select === 'ALL_ATTRIBUTES' && index.projection.ProjectionType !== 'ALL') {
    throw invalidParameter(
      `Select type ALL_ATTRIBUTES is not supported for global secondary index ${name} because its projection type is not ALL`,
    );
  }
  return index;
}

/**
 * Whether whole items are to be read where an index does not hold all that is asked for; a global index cannot.
 * @throws ValidationException
 */
export function needsWhole(
  table: ItemTable,
  index: Index | undefined,
  { select, attributes }: { readonly select: Selecting['Select']; readonly attributes: readonly string[] },
): boolean {
  if (!index || index.projection.ProjectionType === 'ALL') return false;
  const held = projectedNames(table, index);
  const lacking = attributes.filter((name) => !held.has(name));
  if (!index.isGlobal) return select === 'ALL_ATTRIBUTES' || lacking.length > 0;
  if (lacking.length === 0) return false;
  throw invalidParameter(`Global secondary index ${index.name} does not project [${lacking.join(', ')}]`);
}

/** The attributes that a projection names. */
export function attributesOf(projection: Projection | undefined): string[] {
  return projection ? projection.map(([name]) => String(name)) : [];
}
