// The way of one batch that has passed the filters: input → enrichment → input → target. What the target did not take
// goes back to its source; so does all of it when the enrichment fails. Source: EventBridge user guide, "Amazon
// EventBridge Pipes".
import { ServiceError } from '@earwitness/protocol/internal/aws/errors';
import { type Pipe, pipeArn } from '../pipe.ts';
import { targetMaximum } from '../settings.ts';
import type { Callers } from './api-destination.ts';
import { enrich } from './enrichment.ts';
import { applyTemplate, contextOf, type Item, itemOf, type SourceRecord } from './item.ts';
import { sendToTarget } from './target.ts';

interface Failure {
  readonly code: string;
  readonly message: string;
}

export interface Passed {
  /** The records that the target does not have. */
  readonly returned: readonly SourceRecord[];
  readonly isSkipped?: true;
  readonly failure?: Failure;
  readonly durationMs: number;
}

/** Takes records that the filters let through. */
export async function passBatch(parts: Callers, pipe: Pipe, records: readonly SourceRecord[]): Promise<Passed> {
  const { clock } = parts.platform;
  const started = clock.elapsed();
  const passed = await pass(parts, pipe, records);
  return { ...passed, durationMs: clock.elapsed() - started };
}

export function tellPassed(
  { platform: { journal } }: Callers,
  pipe: Pipe,
  { records, passed }: { readonly records: readonly SourceRecord[]; readonly passed: Passed },
): void {
  const { returned, isSkipped, failure, durationMs } = passed;
  journal.record({
    kind: 'pipe.passed',
    pipeArn: pipeArn(pipe),
    sourceArn: pipe.settings.Source,
    targetArn: pipe.settings.Target,
    durationMs,
    messageIds: records.map(({ id }) => id),
    returned: returned.map(({ id }) => id),
    ...(isSkipped && { isSkipped }),
    ...(failure && { failure }),
  });
}

async function pass(parts: Callers, pipe: Pipe, records: readonly SourceRecord[]): Promise<Omit<Passed, 'durationMs'>> {
  const { EnrichmentParameters, TargetParameters, Enrichment, Target } = pipe.settings;
  const context = contextOf(pipe, parts.platform.clock.now());
  try {
    let items: readonly Item[] = records.map(itemOf);
    if (Enrichment) {
      const asked = applyTemplate(items, EnrichmentParameters?.InputTemplate, context);
      items = await enrich(parts, pipe, { items: asked, records });
      if (items.length === 0) return { returned: [], isSkipped: true };
      if (items.length > targetMaximum(Target)) {
        const message = `The enrichment answered with ${items.length} events, and ${Target} takes ${targetMaximum(Target)} at once.`;
        return { returned: records, failure: { code: 'ValidationException', message } };
      }
    }
    const { failed, failure } = await sendToTarget(parts, pipe, {
      items: applyTemplate(items, TargetParameters?.InputTemplate, context),
      records,
    });
    return { returned: failed, ...(failure && { failure }) };
  } catch (error) {
    if (!(error instanceof ServiceError)) {
      const message = parts.platform.journal.fault(`pipe ${pipe.name}`, error);
      return { returned: records, failure: { code: 'InternalException', message } };
    }
    return { returned: records, failure: { code: error.code, message: error.message } };
  }
}
