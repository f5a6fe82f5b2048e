// Tables, and the data streams that they tell of their changes; what reads their streams is told by who reads.
import { delivers, factsOf, type MapShare } from '../../map/share.ts';
import type { Parts } from './parts.ts';
import { activeDestination } from './streams/kinesis-destination.ts';
import { keyNames, tableArn } from './table.ts';

export function tableMap({ tables }: Parts): MapShare {
  const all = tables.all();
  return {
    nodes: all.map((table) => ({
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
    edges: all.flatMap((table) => {
      const destination = activeDestination(table);
      return destination ? [delivers(tableArn(table), destination.streamArn)] : [];
    }),
  };
}
