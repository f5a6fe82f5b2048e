// With what a form begins: an event to be sent again, or the resource that the reader came from.

import { compactJson, membersOf } from '@earwitness/protocol/internal/events/json-text';
import { parseTree } from '@earwitness/protocol/internal/pattern/tree';
import { indentTree } from '../parts/json-text.ts';

export interface EventDraft {
  /** ARN or name. */
  readonly bus: string;
  readonly source: string;
  readonly detailType: string;
  /** JSON on lines. */
  readonly detail: string;
  /** JSON of an array. */
  readonly resources: string;
}

/** Ours: characters up to which a detail is set out on lines. */
const SMALL = 100_000;

/** @param envelope of an event, JSON text: what is no text in it stays as it was written */
export function draftOf(envelope: string, bus: string): EventDraft {
  const members = new Map(membersOf(compactJson(envelope) ?? '{}').map(({ key, value }) => [key, value]));
  const text = (name: string) => {
    const value: unknown = JSON.parse(members.get(name) ?? '""');
    return typeof value === 'string' ? value : '';
  };
  const detail = members.get('detail') ?? '{}';
  return {
    bus,
    source: text('source'),
    detailType: text('detail-type'),
    detail: detail.length > SMALL ? detail : indentTree(parseTree(detail)),
    resources: members.get('resources') ?? '[]',
  };
}

/** The body of `POST events`: the detail goes as it was typed, so that its numbers keep their digits. */
export function sentText({ bus, source, detailType, detail, resources }: EventDraft): string {
  const members = [
    `"bus":${JSON.stringify(bus)}`,
    `"source":${JSON.stringify(source)}`,
    `"detail-type":${JSON.stringify(detailType)}`,
    `"resources":${resources}`,
    `"detail":${detail}`,
  ];
  return `{${members.join(',')}}`;
}

/** What is wrong with the text of a JSON object; `undefined` of what is one. */
export function jsonProblem(text: string): string | undefined {
  try {
    const value: unknown = JSON.parse(text);
    if (typeof value === 'object' && value !== null && !Array.isArray(value)) return undefined;
    return 'It has to be a JSON object: { … }.';
  } catch (error) {
    return `It is no JSON: ${error instanceof Error ? error.message : String(error)}.`;
  }
}
