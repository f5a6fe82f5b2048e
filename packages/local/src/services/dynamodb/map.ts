// Tables; what reads their streams is told by who reads.
import { factsOf, type MapShare } from '../../map/share.ts';
import type { Parts } from './parts.ts';
import { keyNames, tableArn } from './table.ts';

export function tableMap({ tables }: Parts): MapShare {
  return {
    nodes: tables.all().map((table) => ({
      id: tableArn(table),
      kind: 'table',
      name: table.name,
      made: [`AWS::DynamoDB::Table ${table.name}`, `AWS::DynamoDB::GlobalTable ${table.name}`],
      facts: factsOf({
        Keys: keyNames(table.keys).join(', '),
        Stream: table.stream?.isOn ? table.stream.view : undefined,
        'Time to live': table.ttl,
      }),
    })),
    edges: [],
  };
}
