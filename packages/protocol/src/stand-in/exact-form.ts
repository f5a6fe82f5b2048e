// How the table of exact forms is written, and how a form is filled in. A form is data: texts with placeholders.
//
//   {TableName}           the property, a path into it with dots; none: the whole text has no value
//   {TableName|name}      the first of several that has a value
//   'default'             inside a placeholder: this text
//   {Cluster>/}           the property's part after the last `/`, all of it where there is none
//   {FifoTopic?.fifo:}    the first text when the property is given and not false, else the second
//   {Scope=GLOBAL?a:b}    the first text when the property is GLOBAL
//   {id}                  a value of the form itself; it is filled once, so that Ref and attributes agree
//   {generated:64}        a name as CloudFormation generates it, of at most 64 characters; {generatedLower:63} in lower
//                         case, {generatedWord:128} without dashes
//   {hex:17}              random; also digits, lower, upper, word: see place.ts; {uuid}
//   {arn:sqs}             `arn:<partition>:sqs:<region>:<account>`
//   {partition} {region} {account} {suffix} {time} {seconds} …: see `wordOf`
import { dnsSuffix, randomText, randomUuid, type StandInPlace, shortRegion } from './place.ts';

export interface ExactForm {
  /** Texts that `ref`, `attributes` and later values name; names begin in lower case, those of properties do not. */
  readonly values?: Readonly<Record<string, string>>;
  /** What `Ref` returns. */
  readonly ref: string;
  /** What `Fn::GetAtt` returns, by attribute. */
  readonly attributes?: Readonly<Record<string, string>>;
  /** Attributes that exist only when the property is given, on AWS too: asking for another one is a fault. */
  readonly only?: Readonly<Record<string, string>>;
}

export type Properties = Readonly<Record<string, unknown>>;

export interface FilledForm {
  readonly physicalId: string | undefined;
  readonly attributes: Readonly<Record<string, string>>;
}

export function fillForm(form: ExactForm, properties: Properties, place: StandInPlace): FilledForm {
  const values = new Map<string, string | undefined>();
  const fill = (text: string): string | undefined => {
    let isWhole = true;
    const filled = text.replace(/\{([^{}]+)\}/g, (_, placeholder: string) => {
      const found = choose(placeholder);
      isWhole &&= found !== undefined;
      return found ?? '';
    });
    return isWhole ? filled : undefined;
  };
  const choose = (placeholder: string): string | undefined => {
    for (const choice of placeholder.split('|')) {
      const found = read(choice);
      if (found !== undefined) return found;
    }
    return undefined;
  };
  const read = (choice: string): string | undefined => {
    if (/^'.*'$/.test(choice)) return choice.slice(1, -1);
    if (/^[A-Z]/.test(choice)) return readProperty(choice, properties);
    const value = form.values?.[choice];
    if (value === undefined) return wordOf(choice, place);
    if (!values.has(choice)) values.set(choice, fill(value));
    return values.get(choice);
  };
  const attributes = Object.entries(form.attributes ?? {}).flatMap(([name, text]) => {
    const needed = form.only?.[name];
    const value = needed === undefined || isGiven(properties[needed]) ? fill(text) : undefined;
    return value === undefined ? [] : [[name, value]];
  });
  return { physicalId: fill(form.ref), attributes: Object.fromEntries(attributes) };
}

/** `Path`, `Path>/`, `Path?yes:no` or `Path=value?yes:no`. */
function readProperty(choice: string, properties: Properties): string | undefined {
  const [, path = '', rest = ''] = /^([\w.]+)(.*)$/.exec(choice) ?? [];
  const value = valueAt(path, properties);
  const text = textOf(value);
  if (rest === '') return text;
  if (rest.startsWith('>')) return text?.split(rest.slice(1)).at(-1);
  const [, wanted, yes, no] = /^(?:=([^?]*))?\?([^:]*):(.*)$/.exec(rest) ?? [];
  return (wanted === undefined ? isGiven(value) : text === wanted) ? yes : no;
}

function wordOf(word: string, place: StandInPlace): string {
  const { partition, region, account } = place;
  const [kind = '', argument = ''] = word.split(':');
  const maxLength = Number(argument);
  switch (kind) {
    case 'partition':
    case 'region':
    case 'account':
      return place[kind];
    case 'suffix':
      return dnsSuffix(place);
    case 'shortRegion':
      return shortRegion(place);
    case 'stack':
      return place.stackName;
    case 'logicalId':
      return place.logicalId;
    case 'arn':
      return `arn:${partition}:${argument}:${region}:${account}`;
    case 'time':
      return new Date(place.now).toISOString();
    case 'localTime':
      return new Date(place.now).toISOString().replace('Z', '');
    case 'seconds':
      return String(Math.floor(place.now / 1000));
    case 'uuid':
      return randomUuid(place);
    case 'generated':
      return place.generateName({ maxLength });
    case 'generatedLower':
      return place.generateName({ maxLength }).toLowerCase();
    case 'generatedWord':
      return place.generateName({ maxLength }).replaceAll('-', '');
  }
  const random = randomText(place, kind, maxLength);
  if (random === undefined) throw new Error(`a form names ${word}, which is no value of it and no word: exact-form.ts`);
  return random;
}

/** A property that is text, a number or a boolean, as text; dots lead into objects. `undefined` for anything else. */
export function textProperty(path: string, properties: Properties): string | undefined {
  return textOf(valueAt(path, properties));
}

function valueAt(path: string, properties: Properties): unknown {
  return path
    .split('.')
    .reduce<unknown>((at, name) => (isObject(at) && Object.hasOwn(at, name) ? at[name] : undefined), properties);
}

function textOf(value: unknown): string | undefined {
  if (typeof value === 'string') return value;
  return typeof value === 'number' || typeof value === 'boolean' ? String(value) : undefined;
}

function isGiven(value: unknown): boolean {
  return value !== undefined && value !== null && value !== false && value !== 'false';
}

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null;
}
