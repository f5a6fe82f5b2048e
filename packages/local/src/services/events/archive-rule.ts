// The rule that EventBridge makes for an archive: visible on the bus, managed by EventBridge, changed only by force.
// Here it is only to be seen (the router passes it over): an archive gets its events where they come in. As AWS's
// looks, from memory; moto has the same.
import { findJsonFault } from '@earwitness/protocol/internal/events/json-text';
import type { Archive } from './archive.ts';
import { type Rule, ruleArn } from './rule.ts';

const MANAGED_BY = 'prod.vhs.events.aws.internal';

export function archiveRuleName({ name }: Pick<Archive, 'name'>): string {
  return `Events-Archive-${name}`;
}

export function createArchiveRule(archive: Archive, now: number): Rule {
  const { bus, arn, id, eventPattern } = archive;
  const name = archiveRuleName(archive);
  const template =
    `{"archive-arn": "${arn}:${id}", "event": <aws.events.event.json>, ` +
    '"ingestion-time": <aws.events.event.ingestion-time>}';
  return {
    name,
    bus,
    arn: ruleArn(bus, name),
    state: 'ENABLED',
    eventPattern: butNotReplayed(eventPattern),
    managedBy: MANAGED_BY,
    tags: {},
    targets: [
      {
        Id: name,
        Arn: `arn:aws:events:${bus.region}:::`,
        InputTransformer: { InputPathsMap: {}, InputTemplate: template },
      },
    ],
    putAt: now,
  };
}

// Replayed events are not archived again. The pattern stays as it was written; what stands behind its closing brace is
// not read (parsePattern says why).
function butNotReplayed(pattern: string | undefined): string {
  const condition = '"replay-name":[{"exists":false}]';
  if (pattern === undefined) return `{${condition}}`;
  const end = findJsonFault(pattern);
  const read = end < 0 ? pattern : pattern.slice(0, end);
  return `${read.trimEnd().slice(0, -1)},${condition}}`;
}
