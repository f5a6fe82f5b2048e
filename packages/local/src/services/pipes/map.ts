// Pipes: what they read, by what they are enriched, and where they lead.
import { deadLetters, delivers, factsOf, type MapShare, type SharedNode } from '../../map/share.ts';
import type { Parts } from './parts.ts';
import { filtersOf, type Pipe, pipeArn } from './pipe.ts';
import { standsInFor } from './settings.ts';

export function pipeMap({ pipes }: Parts): MapShare {
  const all = pipes.table.list().map(({ value }) => value);
  return {
    nodes: all.map(nodeOf),
    edges: all.flatMap((pipe) => {
      const id = pipeArn(pipe);
      const { Source, Enrichment, Target, SourceParameters = {} } = pipe.settings;
      const { DynamoDBStreamParameters: table, KinesisStreamParameters: stream } = SourceParameters;
      return [
        delivers(Source, id, filtersOf(pipe.settings).length > 0 ? 'filtered' : undefined),
        ...(Enrichment ? [delivers(id, Enrichment, 'enrichment')] : []),
        delivers(id, Target),
        ...deadLetters(id, table?.DeadLetterConfig?.Arn ?? stream?.DeadLetterConfig?.Arn),
      ];
    }),
  };
}

function nodeOf(pipe: Pipe): SharedNode {
  const { name, state, reason, settings } = pipe;
  const standIn = standsInFor(settings);
  return {
    id: pipeArn(pipe),
    kind: 'pipe',
    name,
    made: [`AWS::Pipes::Pipe ${name}`],
    ...(standIn !== undefined && { standsIn: `${standIn} is not served` }),
    ...(state !== 'RUNNING' && { state }),
    facts: factsOf({ Description: settings.Description, Reason: reason, Filters: filtersOf(settings).join(' or ') }),
  };
}
