// A JSON Schema as expectation, of drafts 2020-12, 2019-09 and 07. It is judged by ajv, which the project installs; ajv
// is loaded when the first schema is compiled. ajv's strict mode is on, because a misspelt keyword would accept
// everything.
import { createRequire } from 'node:module';
import { ConfigurationError } from '../errors.ts';
import type { EventOf, KnownEvents } from '../event.ts';
import { isMissingPackage } from '../missing-package.ts';
import type { StandardSchema } from './decider.ts';
import { type Expectation, ExpectationError, type Finding } from './expectation.ts';
import { type Path, printPath, readPath } from './path.ts';
import { printBlock, printValue } from './print.ts';
import { recordSchema } from './recorded.ts';

/**
 * A JSON Schema where an expectation or a Standard Schema may stand: for a whole message, or for a field of a partial
 * object.
 */
export interface JsonSchemaExpectation<Output> extends Expectation, StandardSchema<Output> {}

/**
 * Expects what a JSON Schema accepts. Needs the package `ajv` (version 8), and `ajv-formats` for `format`.
 *
 * @param schema `$schema` names its draft; without it, the draft is 2020-12
 * @throws ExpectationError when it is not a valid schema, or is asynchronous
 * @throws ConfigurationError when ajv is not installed
 * @example
 * const order = jsonSchema({ properties: { detail: { required: ['id'] } }, required: ['detail'] });
 * await events.waitForMessageMatching(order);
 */
export function jsonSchema<Output = EventOf<KnownEvents>>(schema: object): JsonSchemaExpectation<Output> {
  const validate = compile(schema);
  const name = ['title', '$id'].map((key) => readPath(schema, [key])).find((value) => typeof value === 'string');
  const title = `an event valid for the JSON schema${name === undefined ? '' : ` ${printValue(name)}`}`;
  const compare = (value: unknown): Finding[] => {
    const issues = issuesOf(validate, value);
    const failed = issues.map((issue) => findingOf(issue, value));
    const within = (field: Path) => issues.some(({ path }) => field.every((step, index) => path[index] === step));
    const passed = fieldsOf(schema, []).flatMap((field) => (within(field) ? [] : passedAt(field, value)));
    return failed.length + passed.length > 0
      ? [...failed, ...passed]
      : [{ ...PASSED, expected: title, received: title }];
  };
  return {
    title,
    text: shorten(printBlock(schema)),
    matches: (message) => validate(message),
    compare,
    record: () => recordSchema(schema),
    '~standard': {
      version: 1,
      vendor: 'JSON',
      validate: (value) => (validate(value) ? { value: value as Output } : { issues: issuesOf(validate, value) }),
    },
  };
}

/** A function that ajv compiled, with what it found wrong in the last value. */
interface Validate {
  (value: unknown): boolean;
  errors?: readonly AjvError[] | null;
}

/** The part of ajv's errors that is read. */
interface AjvError {
  /** JSON pointer into the value. */
  readonly instancePath: string;
  readonly schemaPath: string;
  readonly keyword: string;
  readonly params: Readonly<Record<string, unknown>>;
  readonly message?: string;
}

interface Ajv {
  compile(schema: object): Validate;
  removeSchema(schema: object): void;
}

type CreateAjv = new (options: object) => Ajv;

/**
 * Drafts by what `$schema` says, and where ajv 8 keeps each. Its main module is not used: an older ajv has one, too.
 */
const DRAFTS: readonly (readonly [RegExp, string, string])[] = [
  [/^https?:\/\/json-schema\.org\/draft\/2020-12\/schema#?$/, 'ajv/dist/2020.js', 'Ajv2020'],
  [/^https?:\/\/json-schema\.org\/draft\/2019-09\/schema#?$/, 'ajv/dist/2019.js', 'Ajv2019'],
  [/^https?:\/\/json-schema\.org\/draft-07\/schema#?$/, 'ajv/dist/ajv.js', 'Ajv'],
];

const validators = new Map<string, Ajv>();

function compile(schema: object): Validate {
  const draft = readPath(schema, ['$schema']) ?? 'https://json-schema.org/draft/2020-12/schema';
  const [, module, name] = DRAFTS.find(([uri]) => uri.test(String(draft))) ?? [];
  if (module === undefined || name === undefined) {
    throw new ExpectationError(`jsonSchema() knows the drafts 2020-12, 2019-09 and 07, not ${printValue(draft)}.`);
  }
  if (readPath(schema, ['$async']) === true) {
    throw new ExpectationError('The JSON schema validates asynchronously, but an expectation must decide at once.');
  }
  const ajv = validators.get(module) ?? createAjv(module, name);
  validators.set(module, ajv);
  try {
    const validate = ajv.compile(schema);
    // What ajv keeps of it would refuse the next schema with the same $id.
    ajv.removeSchema(schema);
    return validate;
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message : String(cause);
    const hint = load('ajv-formats') ? '' : ' ("format" needs the package ajv-formats)';
    throw new ExpectationError(`The JSON schema cannot be compiled: ${reason}${hint}.`, { cause });
  }
}

function createAjv(module: string, name: string): Ajv {
  const exports = load(module) as Readonly<Record<string, CreateAjv>> | undefined;
  const Constructor = exports?.[name];
  if (!Constructor)
    throw new ConfigurationError('jsonSchema() needs the package ajv, version 8: npm install -D ajv ajv-formats');
  const ajv = new Constructor({
    allErrors: true,
    strict: true,
    strictTypes: false,
    strictTuples: false,
    logger: false,
  });
  const formats = load('ajv-formats') as { readonly default: (ajv: Ajv) => void } | undefined;
  formats?.default(ajv);
  return ajv;
}

/** Both packages are CommonJS: requiring them keeps jsonSchema() synchronous. */
function load(module: string): unknown {
  try {
    return createRequire(import.meta.url)(module);
  } catch (error) {
    if (isMissingPackage(error)) return undefined;
    throw error;
  }
}

interface Issue {
  readonly path: Path;
  readonly message: string;
}

/** What is wrong with a value, once for each field. What was wrong inside each branch of a choice is left out. */
function issuesOf(validate: Validate, value: unknown): Issue[] {
  validate(value);
  const errors = (validate.errors ?? []).filter(({ schemaPath }) => !/\/(anyOf|oneOf)\/\d+\//.test(schemaPath));
  const byField = new Map<string, Issue>();
  for (const error of errors) {
    const { path, message } = issueOf(error, value);
    const known = byField.get(printPath(path));
    byField.set(printPath(path), { path, message: known ? `${known.message}, ${message}` : message });
  }
  return [...byField.values()];
}

function issueOf({ instancePath, keyword, params, message = keyword }: AjvError, value: unknown): Issue {
  const { missingProperty, additionalProperty, unevaluatedProperty, allowedValue, allowedValues } = params;
  const path = pathOf(instancePath, value);
  const stranger = additionalProperty ?? unevaluatedProperty;
  if (keyword === 'required') return { path: [...path, String(missingProperty)], message: 'required' };
  if (stranger !== undefined) return { path: [...path, String(stranger)], message: 'no such field' };
  if (keyword === 'const') return { path, message: printValue(allowedValue) };
  if (!Array.isArray(allowedValues)) return { path, message };
  return { path, message: allowedValues.map((one) => printValue(one)).join(' or ') };
}

/** `/detail/items/0` is `detail.items[0]` when the items are an array. */
function pathOf(pointer: string, root: unknown): Path {
  const path: (string | number)[] = [];
  for (const part of pointer.split('/').slice(1)) {
    const step = part.replaceAll('~1', '/').replaceAll('~0', '~');
    path.push(Array.isArray(readPath(root, path)) ? Number(step) : step);
  }
  return path;
}

const PASSED = { path: '', pass: true, closeness: 1 } as const;

function findingOf({ path, message }: Issue, root: unknown): Finding {
  const received = readPath(root, path);
  return {
    path: printPath(path),
    pass: false,
    expected: message,
    received: printValue(received, { key: String(path.at(-1) ?? '') }),
    closeness: received === undefined ? 0 : 0.2,
  };
}

/** The fields that a schema names, the deepest ones: they show what a near miss got right. */
function fieldsOf(schema: unknown, path: Path): Path[] {
  const properties = readPath(schema, ['properties']);
  if (typeof properties !== 'object' || properties === null) return path.length === 0 ? [] : [path];
  return Object.entries(properties).flatMap(([name, child]) => fieldsOf(child, [...path, name]));
}

function passedAt(path: Path, root: unknown): Finding[] {
  const value = readPath(root, path);
  if (value === undefined) return [];
  const printed = printValue(value, { key: String(path.at(-1) ?? '') });
  return [{ ...PASSED, path: printPath(path), expected: printed, received: printed }];
}

/** Lines of a schema on a page, which has other things to show. Ours. */
const MAX_LINES = 24;

function shorten(text: string): string {
  const lines = text.split('\n');
  if (lines.length <= MAX_LINES) return text;
  return [...lines.slice(0, MAX_LINES), `… ${lines.length - MAX_LINES} more lines`].join('\n');
}
