// What a pipe makes of a record on its way to an enrichment or a target: input templates, with paths in place of
// variables (`<$.body.id>`), and parameters that are looked up in the record. The language is that of rules
// (input-template.ts): a template that is a JSON object keeps types, any other is text, in which objects lose their
// quotes. Source: EventBridge user guide, "Amazon EventBridge Pipes input transformation".
import { compileTemplate, type InputTemplate, type Source } from './input-template.ts';
import { parseJsonPath, selectValue } from './json-path.ts';
import { compactJson, memberOf, membersOf, textOf } from './json-text.ts';

/** What a template can say beside its record. */
export interface PipeContext {
  readonly pipeArn: string;
  readonly pipeName: string;
  readonly sourceArn: string;
  readonly enrichmentArn: string | undefined;
  readonly targetArn: string;
  /** When the record was received, epoch ms. */
  readonly ingestionTime: number;
}

const PLACEHOLDER = /<(\$[^<>]*|aws\.pipes\.[a-z.-]+)>/g;

const RESERVED: Readonly<Record<string, Source<PipeContext>>> = {
  'aws.pipes.pipe-arn': (_record, { pipeArn }) => JSON.stringify(pipeArn),
  'aws.pipes.pipe-name': (_record, { pipeName }) => JSON.stringify(pipeName),
  'aws.pipes.source-arn': (_record, { sourceArn }) => JSON.stringify(sourceArn),
  'aws.pipes.enrichment-arn': (_record, { enrichmentArn }) => JSON.stringify(enrichmentArn),
  'aws.pipes.target-arn': (_record, { targetArn }) => JSON.stringify(targetArn),
  'aws.pipes.event.ingestion-time': (_record, { ingestionTime }) => `"${new Date(ingestionTime).toISOString()}"`,
  'aws.pipes.event': (record) => record,
  'aws.pipes.event.json': (record) => record,
};

/** Compiles a template. */
export function createPipeTemplate(template: string): InputTemplate<PipeContext> {
  return compileTemplate<PipeContext>(template, {
    placeholder: PLACEHOLDER,
    sourceOf(name) {
      if (!name.startsWith('$')) return Object.hasOwn(RESERVED, name) ? RESERVED[name] : undefined;
      const path = parseJsonPath(name);
      return path && ((record) => selectValue(record, path));
    },
  });
}

/** A member of a record that holds text, which may be JSON. */
export interface Holder {
  readonly name: string;
  /** What the member's text stands for. */
  decode(text: string): string;
}

const BODY: Holder = { name: 'body', decode: (text) => text };

/**
 * A record as templates and paths see it: the body of a queue's message, or whatever else holds text, is parsed when
 * that is JSON. Takes and returns compact JSON.
 */
export function openBody(record: string, { name, decode }: Holder = BODY): string {
  const body = memberOf(record, name);
  const opened = body?.startsWith('"') ? compactJson(decode(textOf(body))) : undefined;
  if (opened === undefined) return record;
  return `{${membersOf(record)
    .map(({ key, value }) => `${JSON.stringify(key)}:${key === name ? opened : value}`)
    .join(',')}}`;
}

/** A parameter: a path (`$.body.group`) is looked up in the record, any other text stands for itself. */
export function resolveParameter(value: string, record: string): string {
  if (!/^\$(\.|\[|$)/.test(value)) return value;
  const path = parseJsonPath(value);
  return path ? textOf(selectValue(record, path) ?? '') : value;
}
