// The rule that EventBridge makes for an archive: visible on the bus, managed by EventBridge, changed only by force. Here it is only to be
// seen (the router passes it over): an archive gets its events where they come in. As AWS's looks, from memory; moto has the same.
import type { Archive } from './archive.ts';
import { type Rule, ruleArn } from './rule.ts';

const MANAGED_BY = 'prod.vhs.events.aws.internal';

export function archiveRuleName({ name }: Pick<Archive, 'name'>): string {
  return `Events-Archive-${name}`;
}

export function createArchiveRule(archive: Archive, now: number): Rule {
  const { bus, arn, id, eventPattern = '{}' } = archive;
  const name = archiveRuleName(archive);
  const template =
    `{"archive-arn": "${arn}:${id}", "event": <aws.events.event.json>, ` +
    '"ingestion-time": <aws.events.event.ingestion-time>}';
  return {
    name,
    bus,
    arn: ruleArn(bus, name),
    state: 'ENABLED',
    // Replayed events are not archived again.
    eventPattern: JSON.stringify({ ...JSON.parse(eventPattern), 'replay-name': [{ exists: false }] }),
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
