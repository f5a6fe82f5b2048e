// An InputTransformer, compiled: a template cut into literal text and placeholders `<name>`.
//
//   {"order": <id>, "note": "for <name>"}   JSON mode: <id> is a value and keeps its type; <name> stands in a string
//   "order <id> for <name>"                 text mode: the value's bare text goes in, unescaped
//
// Placeholders are the keys of InputPathsMap and AWS's own (`aws.events.rule-name` and so on).
import { type JsonPath, parseJsonPath, selectValue } from './json-path.ts';
import { findJsonFault, memberOf, membersOf, textOf } from './json-text.ts';

/**
 * What a target gets; `valid` is false when a transformed input is no JSON: it goes to the dead-letter queue as it is.
 */
export interface ShapedInput {
  readonly text: string;
  readonly valid: boolean;
}

/** What a template can say about a delivery beside its event. */
export interface TemplateContext {
  readonly ruleName: string;
  readonly ruleArn: string;
  /** When the event was accepted, epoch milliseconds. */
  readonly ingestionTime: number;
}

export interface InputTemplate<Context = TemplateContext> {
  (event: string, context: Context): ShapedInput;
  /** The template is a JSON object. */
  readonly isJson: boolean;
  readonly problems: TemplateProblems;
}

/** What PutTargets refuses. */
export interface TemplateProblems {
  /** A placeholder that InputPathsMap does not explain (only looked for when there is a map). */
  readonly unknown: string | undefined;
  /** A placeholder stands where an object's key stands. */
  readonly asKey: boolean;
  /** `<aws.events.event.json>` in text mode. */
  readonly wholeEventInText: boolean;
  /** The template with `null` for each placeholder: it has to be JSON. */
  readonly skeleton: string;
}

/** Gives a placeholder's value as JSON text, or `undefined` when there is none. */
export type Source<Context> = (event: string, context: Context) => string | undefined;

/** Which placeholders templates have. */
export interface Language<Context> {
  /** A global expression, whose first group is the placeholder's name. */
  readonly placeholder: RegExp;
  /** Where a placeholder's value comes from; `undefined` for a name that means nothing: it stays as it is. */
  sourceOf(name: string): Source<Context> | undefined;
}

interface Placeholder<Context> {
  readonly name: string;
  readonly inString: boolean;
  readonly source: Source<Context>;
}

const PLACEHOLDER = /<([A-Za-z0-9_.-]+)>/g;

const RESERVED: Readonly<Record<string, Source<TemplateContext>>> = {
  'aws.events.rule-name': (_event, { ruleName }) => JSON.stringify(ruleName),
  'aws.events.rule-arn': (_event, { ruleArn }) => JSON.stringify(ruleArn),
  'aws.events.event.ingestion-time': (_event, { ingestionTime }) => `"${new Date(ingestionTime).toISOString()}"`,
  'aws.events.event.json': (event) => event,
  'aws.events.event': formatWithoutDetail,
};

export function createTemplate(transformer: {
  readonly InputPathsMap?: Readonly<Record<string, string>> | undefined;
  readonly InputTemplate: string;
}): InputTemplate {
  const { InputTemplate: template, InputPathsMap: map = {} } = transformer;
  const paths = new Map<string, JsonPath>();
  for (const [name, path] of Object.entries(map)) {
    const parsed = parseJsonPath(path);
    if (parsed) paths.set(name, parsed);
  }
  const compiled = compileTemplate(template, { placeholder: PLACEHOLDER, sourceOf: (name) => sourceOf(name, paths) });
  const { problems } = compiled;
  return Object.assign(compiled, { problems: paths.size > 0 ? problems : { ...problems, unknown: undefined } });
}

/** Compiles a template of any language of placeholders. */
export function compileTemplate<Context>(template: string, language: Language<Context>): InputTemplate<Context> {
  const isJson = template.trimStart().startsWith('{');
  // literals[i] stands before placeholders[i]; the last literal ends the template.
  const literals: string[] = [];
  const placeholders: Placeholder<Context>[] = [];
  let unknown: string | undefined;
  let asKey = false;
  let inString = false;
  let start = 0;
  // Where the string ends that the last placeholder stands in: all placeholders of a string stand in a key, or none
  // does.
  let stringEnd = 0;
  for (const match of template.matchAll(language.placeholder)) {
    const [whole, name = ''] = match;
    const source = language.sourceOf(name);
    if (!source) {
      unknown ??= name;
      continue;
    }
    const literal = template.slice(start, match.index);
    inString = endsInString(literal, inString);
    start = match.index + whole.length;
    literals.push(literal);
    placeholders.push({ name, inString, source });
    if (!isJson || (inString && start < stringEnd)) continue;
    stringEnd = inString ? endOfString(template, start) : start;
    if (isColonAt(template, stringEnd)) asKey = true;
  }
  literals.push(template.slice(start));

  const fill = (event: string, context: Context): ShapedInput => {
    let text = literals[0] ?? '';
    for (const [index, placeholder] of placeholders.entries()) {
      const value = placeholder.source(event, context);
      text += isJson ? asJson(value, placeholder.inString) : asText(value);
      text += literals[index + 1] ?? '';
    }
    return { text, valid: findJsonFault(text, { sequence: !isJson }) < 0 };
  };
  return Object.assign(fill, {
    isJson,
    problems: {
      unknown,
      asKey,
      wholeEventInText: !isJson && placeholders.some(({ name }) => name === 'aws.events.event.json'),
      skeleton: template.replaceAll(language.placeholder, 'null'),
    },
  });
}

function sourceOf(name: string, paths: ReadonlyMap<string, JsonPath>): Source<TemplateContext> | undefined {
  const path = paths.get(name);
  if (path) return (event) => selectValue(event, path);
  return Object.hasOwn(RESERVED, name) ? RESERVED[name] : undefined;
}

function endsInString(text: string, startsInString: boolean): boolean {
  let inString = startsInString;
  for (let index = 0; index < text.length; index++) {
    const sign = text[index];
    if (sign === '"') inString = !inString;
    else if (sign === '\\' && inString) index++;
  }
  return inString;
}

/** The place behind the quote that ends the string around `from`; the template's end when there is none. */
function endOfString(template: string, from: number): number {
  for (let index = from; index < template.length; index++) {
    const sign = template[index];
    if (sign === '"') return index + 1;
    if (sign === '\\') index++;
  }
  return template.length;
}

/** Whether a colon stands there, behind blanks or none: what ends there is an object's key. */
function isColonAt(template: string, at: number): boolean {
  const colon = /\s*:/y;
  colon.lastIndex = at;
  return colon.test(template);
}

/** JSON mode: a value of its own type; inside a string, strings stay escaped and everything else goes in as it is. */
function asJson(value: string | undefined, inString: boolean): string {
  if (!inString) return value ?? '""';
  if (value === undefined) return '';
  return value.startsWith('"') ? value.slice(1, -1) : value;
}

/** Text mode: a string's bare text; objects and arrays lose every quote. */
function asText(value: string | undefined): string {
  if (value === undefined) return '';
  return value.startsWith('{') || value.startsWith('[') ? value.replaceAll('"', '') : textOf(value);
}

/** `<aws.events.event>`: the event without its detail, with other names, another order and the time in milliseconds. */
function formatWithoutDetail(event: string): string {
  const members = new Map(membersOf(event).map(({ key, value }) => [key, value]));
  const time = Date.parse(textOf(memberOf(event, 'time') ?? ''));
  const parts = ['id', 'account', 'detailType', 'time', 'source', 'region', 'resources', 'version'].map((name) => {
    const value = name === 'time' ? String(time) : members.get(name === 'detailType' ? 'detail-type' : name);
    return `"${name}":${value ?? 'null'}`;
  });
  return `{${parts.join(',')}}`;
}
