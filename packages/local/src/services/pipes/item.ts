// What goes through a pipe: a record of its source, or an element of what the enrichment made of the batch.
import type { Message } from '@earwitness/protocol/internal/aws/models/sqs.types';
import { compactJson, memberOf, textOf } from '@earwitness/protocol/internal/events/json-text';
import { createPipeTemplate, openBody, type PipeContext } from '@earwitness/protocol/internal/events/pipe-template';
import { createRecord } from '../../polling/record.ts';
import { type Pipe, pipeArn } from './pipe.ts';

export interface Item {
  /** As it goes on: compact JSON, or the text that a template made. */
  readonly text: string;
  /** As templates and parameters see it. */
  readonly open: string;
  /** The message that it came from, where that is known. */
  readonly message: Message | undefined;
}

export function itemOf({ settings, region }: Pipe, message: Message): Item {
  const text = JSON.stringify(createRecord({ queueArn: settings.Source, region }, message));
  return { text, open: openBody(text), message };
}

/** An element of an enrichment's answer, which is known by the id that it carries on. */
export function enrichedItem(json: string, messages: readonly Message[]): Item {
  const id = memberOf(json, 'messageId');
  const message = id === undefined ? undefined : messages.find(({ MessageId }) => MessageId === textOf(id));
  return { text: json, open: json, message };
}

/** The items as a template gives them on. */
export function applyTemplate(
  items: readonly Item[],
  template: string | undefined,
  context: PipeContext,
): readonly Item[] {
  if (template === undefined || template === '') return items;
  const fill = createPipeTemplate(template);
  return items.map((item) => ({ ...item, text: fill(item.open, context).text }));
}

/** The array that functions get. An item that a template made of plain text stands there as it is, as on AWS. */
export function batchText(items: readonly Item[]): string {
  return `[${items.map(({ text }) => compactJson(text) ?? text).join(',')}]`;
}

export function contextOf(pipe: Pipe, ingestionTime: number): PipeContext {
  const { Source, Target, Enrichment } = pipe.settings;
  return {
    pipeArn: pipeArn(pipe),
    pipeName: pipe.name,
    sourceArn: Source,
    enrichmentArn: Enrichment || undefined,
    targetArn: Target,
    ingestionTime,
  };
}
