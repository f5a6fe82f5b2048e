// The way of one batch: filter → input → enrichment → input → target. What the target did not take goes back to its
// queue; so does all of it when the enrichment fails. Source: EventBridge user guide, "Amazon EventBridge Pipes".
import { ServiceError } from '@earwitness/protocol/internal/aws/errors';
import type { Message } from '@earwitness/protocol/internal/aws/models/sqs.types';
import { fitsFilters } from '../../polling/record.ts';
import type { Callers } from './api-destination.ts';
import { enrich } from './enrichment.ts';
import { applyTemplate, contextOf, type Item, itemOf } from './item.ts';
import { filtersOf, type Pipe, pipeArn } from './pipe.ts';
import { targetMaximum } from './settings.ts';
import { sendToTarget } from './target.ts';

interface Failure {
  readonly code: string;
  readonly message: string;
}

/** Returns the messages that are done with: those that no filter lets through, and those that the target has. */
export async function passBatch(parts: Callers, pipe: Pipe, received: readonly Message[]): Promise<readonly Message[]> {
  const { clock, journal } = parts.platform;
  const filters = filtersOf(pipe.settings);
  const messages = received.filter((message) => fitsFilters(filters, message));
  const dropped = received.filter((message) => !messages.includes(message));
  const about = { pipeArn: pipeArn(pipe), sourceArn: pipe.settings.Source };
  if (dropped.length > 0) journal.record({ kind: 'pipe.filtered', ...about, messageIds: dropped.map(idOf) });
  if (messages.length === 0) return dropped;

  const started = clock.elapsed();
  const { returned, isSkipped, failure } = await pass(parts, pipe, messages);
  journal.record({
    kind: 'pipe.passed',
    ...about,
    targetArn: pipe.settings.Target,
    durationMs: clock.elapsed() - started,
    messageIds: messages.map(idOf),
    returned: returned.map(idOf),
    ...(isSkipped && { isSkipped }),
    ...(failure && { failure }),
  });
  return received.filter((message) => !returned.includes(message));
}

interface Passed {
  readonly returned: readonly Message[];
  readonly isSkipped?: true;
  readonly failure?: Failure;
}

async function pass(parts: Callers, pipe: Pipe, messages: readonly Message[]): Promise<Passed> {
  const { EnrichmentParameters, TargetParameters, Enrichment, Target } = pipe.settings;
  const context = contextOf(pipe, parts.platform.clock.now());
  try {
    let items: readonly Item[] = messages.map((message) => itemOf(pipe, message));
    if (Enrichment) {
      const asked = applyTemplate(items, EnrichmentParameters?.InputTemplate, context);
      items = await enrich(parts, pipe, { items: asked, messages });
      if (items.length === 0) return { returned: [], isSkipped: true };
      if (items.length > targetMaximum(Target)) {
        const message = `The enrichment answered with ${items.length} events, and ${Target} takes ${targetMaximum(Target)} at once.`;
        return { returned: messages, failure: { code: 'ValidationException', message } };
      }
    }
    const { failed, failure } = await sendToTarget(parts, pipe, {
      items: applyTemplate(items, TargetParameters?.InputTemplate, context),
      messages,
    });
    return { returned: failed, ...(failure && { failure }) };
  } catch (error) {
    if (!(error instanceof ServiceError)) {
      const message = parts.platform.journal.fault(`pipe ${pipe.name}`, error);
      return { returned: messages, failure: { code: 'InternalException', message } };
    }
    return { returned: messages, failure: { code: error.code, message: error.message } };
  }
}

function idOf({ MessageId = '' }: Message): string {
  return MessageId;
}
