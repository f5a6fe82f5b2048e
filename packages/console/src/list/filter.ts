// What a reader types above the list: words, fields, or an event pattern.
//   order 1234            rows that have both words
//   source:shop id:o-1    rows whose event has these fields; a path or its last name
//   {"source":["shop"]}   events that this pattern matches
import { createLinearMatcher } from '@earwitness/protocol/internal/pattern/linear';
import { parsePattern } from '@earwitness/protocol/internal/pattern/parse';
import { outcomeOf, type Row } from '../journal/row.ts';

export interface Filter {
  /** Why what was typed is no filter yet; it lets all rows through then. */
  readonly problem?: string;
  passes(row: Row): boolean;
}

const ALL: Filter = { passes: () => true };

export function parseFilter(text: string): Filter {
  const typed = text.trim();
  if (typed === '') return ALL;
  return typed.startsWith('{') ? patternFilter(typed) : wordFilter(typed);
}

function patternFilter(text: string): Filter {
  try {
    const matcher = createLinearMatcher<true>();
    matcher.add(true, parsePattern(text));
    return { passes: ({ event }) => event !== undefined && matcher.matchJson(event).length > 0 };
  } catch (error) {
    return { ...ALL, problem: error instanceof Error ? error.message : String(error) };
  }
}

function wordFilter(text: string): Filter {
  const tests = text.split(/\s+/).map((word) => {
    const [, field = '', value = ''] = /^([\w.-]+):(.+)$/.exec(word) ?? [];
    return field === '' ? wordTest(word.toLowerCase()) : fieldTest(field, value.toLowerCase());
  });
  return { passes: (row) => tests.every((passes) => passes(row)) };
}

function wordTest(word: string): (row: Row) => boolean {
  return (row) =>
    [row.title, row.source, row.bus, row.id, row.event, outcomeOf(row).text].some((text) =>
      text?.toLowerCase().includes(word),
    );
}

/** Fields of the line itself, by the names of its columns. */
const COLUMNS: Readonly<Record<string, (row: Row) => string | undefined>> = {
  type: ({ title }) => title,
  source: ({ source }) => source,
  bus: ({ bus }) => bus,
  kind: ({ kind }) => kind,
  outcome: (row) => outcomeOf(row).text,
};

function fieldTest(field: string, value: string): (row: Row) => boolean {
  const column = COLUMNS[field];
  if (column) return (row) => column(row)?.toLowerCase().includes(value) ?? false;
  const path = field.split('.');
  return ({ event }) => event?.toLowerCase().includes(value) === true && has(JSON.parse(event), path, value);
}

/** Whether the path leads to the value, from the event's root or from anywhere in it. */
function has(node: unknown, path: readonly string[], value: string): boolean {
  if (typeof node !== 'object' || node === null) return false;
  const found = path.reduce<unknown>((at, name) => (at as Record<string, unknown> | undefined)?.[name], node);
  if (found !== undefined && found !== null && String(found).toLowerCase().includes(value)) return true;
  return Object.values(node).some((below) => has(below, path, value));
}
