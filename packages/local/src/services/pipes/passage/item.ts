// What goes through a pipe: a record of its source, or an element of what the enrichment made of the batch.
import { compactJson, memberOf, textOf } from '@earwitness/protocol/internal/events/json-text';
import {
  createPipeTemplate,
  type Holder,
  openBody,
  type PipeContext,
} from '@earwitness/protocol/internal/events/pipe-template';
import { type Pipe, pipeArn } from '../pipe.ts';

/** A record of the source: a message of a queue, or of a stream. */
export interface SourceRecord {
  /** By which answers and the journal know it: `messageId` or `eventID`. */
  readonly id: string;
  /** As JSON text. */
  readonly text: string;
}

export interface Item {
  /** As it goes on: compact JSON, or the text that a template made. */
  readonly text: string;
  /** As templates and parameters see it. */
  readonly open: string;
  /** The record that it came from, where that is known. */
  readonly record: SourceRecord | undefined;
}

/** Kinesis' data, which is base64 in a record. */
const DATA: Holder = { name: 'data', decode: (text) => Buffer.from(text, 'base64').toString() };

export function itemOf(record: SourceRecord): Item {
  const { text } = record;
  const isKinesis = memberOf(text, 'eventSource') === '"aws:kinesis"';
  return { text, open: isKinesis ? openBody(text, DATA) : openBody(text), record };
}

/** An element of an enrichment's answer, which is known by the id that it carries on. */
export function enrichedItem(json: string, records: readonly SourceRecord[]): Item {
  const id = memberOf(json, 'messageId') ?? memberOf(json, 'eventID');
  const record = id === undefined ? undefined : records.find((one) => one.id === textOf(id));
  return { text: json, open: json, record };
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
