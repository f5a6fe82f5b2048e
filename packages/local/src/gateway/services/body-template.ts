// Mapping templates as far as they place values in a text: references to the request and to what `#set` has named,
// and functions of `$util` that turn one text into another. Conditions, loops and all else of the Velocity Template
// Language are not run: a template with them is none of these.
//
//   #set($data = $util.escapeJavaScript($input.json('$')))
//   {"input": "$data", "name": "$context.requestId", "stateMachineArn": "…"}
//
// Source: API Gateway developer guide, "API Gateway mapping template and access logging variable reference".
import { isRecord } from '../../resources/properties.ts';

/** What a template sees. */
export interface TemplateView {
  /** What is at a path of the body; `$` is all of it. `undefined`: nothing is. */
  member(path: string): unknown;
  readonly body: string;
  /** Of the path, the query or a header. */
  parameter(name: string): string;
  /** `context.requestId`, `stageVariables.name`, `AWS::Region`. */
  variable(name: string): string;
}

/** Fills the template. */
export type BodyTemplate = (view: TemplateView) => string;

/** A value that an expression has: a text, or what was parsed. */
type Value = unknown;

type Evaluate = (view: TemplateView, names: Map<string, Value>) => Value;

/** `undefined` for a template that does more. */
export function parseBodyTemplate(template: string): BodyTemplate | undefined {
  try {
    const pieces = new Reader(template).template();
    return (view) => {
      const names = new Map<string, Value>();
      return pieces.map((piece) => print(piece(view, names))).join('');
    };
  } catch (error) {
    if (error instanceof NotPlacing) return undefined;
    throw error;
  }
}

class NotPlacing extends Error {}

const UTIL: Readonly<Record<string, (value: Value) => Value>> = {
  // A slash is escaped, too. Source: Apache Commons, StringEscapeUtils.escapeJavaScript.
  escapeJavaScript: (value) => JSON.stringify(print(value)).slice(1, -1).replaceAll('/', '\\/').replaceAll("'", "\\'"),
  base64Encode: (value) => Buffer.from(print(value)).toString('base64'),
  base64Decode: (value) => Buffer.from(print(value), 'base64').toString(),
  urlEncode: (value) => encodeURIComponent(print(value)),
  urlDecode: (value) => decode(print(value)),
  parseJson: (value) => parse(print(value)),
};

/** Reads a template from its first sign to its last. */
class Reader {
  readonly #text: string;
  #at = 0;

  constructor(text: string) {
    this.#text = text;
  }

  template(): Evaluate[] {
    const pieces: Evaluate[] = [];
    while (this.#at < this.#text.length) {
      const plain = this.#take(/[^$#]+/y);
      if (plain !== undefined) pieces.push(() => plain);
      else if (this.#take(/#set\s*\(\s*/y) !== undefined) pieces.push(this.#assignment());
      else if (this.#text.startsWith('#', this.#at)) pieces.push(this.#sign(/#(?![a-zA-Z#*[{])/y));
      else pieces.push(this.#isReference() ? this.#reference() : this.#sign(/\$(?![a-zA-Z{!])/y));
    }
    return pieces;
  }

  /** `$name = a + b)`, and the end of its line. Headers of the call name an operation, which is known without them. */
  #assignment(): Evaluate {
    const name = this.#need(/\$(\w+)\s*=\s*|\$(context\.requestOverride\.header\.[\w-]+)\s*=\s*/y);
    const parts = [this.#operand()];
    while (this.#take(/\s*\+\s*/y) !== undefined) parts.push(this.#operand());
    this.#need(/\s*(\))[ \t]*\n?/y);
    return (view, names) => {
      const [first, ...more] = parts.map((part) => part(view, names));
      names.set(name, more.length === 0 ? first : [first, ...more].map(print).join(''));
      return '';
    };
  }

  #operand(): Evaluate {
    const text = this.#take(/'([^']*)'|"([^"$#]*)"/y);
    return text === undefined ? this.#reference() : () => text;
  }

  #isReference(): boolean {
    return /\$!?\{?[a-zA-Z]/y.test(this.#text.slice(this.#at, this.#at + 4));
  }

  /** `$util.f(…)`, `$input.json('$')`, `$context.requestId`, `$name.member`, each also as `$!…` and `${…}`. */
  #reference(): Evaluate {
    const isBraced = this.#need(/\$!?(\{?)/y) === '{';
    const evaluate = this.#value();
    if (isBraced) this.#need(/(\})/y);
    return evaluate;
  }

  #value(): Evaluate {
    const util = this.#take(/util\.(\w+)\(\s*/y);
    if (util !== undefined) return this.#mended(this.#call(util));
    const call = this.#take(/input\.(json|path|params)\(\s*/y);
    if (call !== undefined) return this.#members(this.#input(call));
    if (this.#take(/input\.body\b/y) !== undefined) return (view) => view.body;
    const variable = this.#take(/((?:context|stageVariables)(?:\.\w+)+|AWS::(?:Region|AccountId))/y);
    if (variable !== undefined) return (view) => view.variable(variable);
    const name = this.#need(/(\w+)/y);
    if (['util', 'input', 'context', 'stageVariables'].includes(name)) throw new NotPlacing();
    // What nothing has named stays as it stands.
    const named: Evaluate = (_, names) => (names.has(name) ? names.get(name) : `$${name}`);
    return this.#mended(this.#members(named));
  }

  #call(name: string): Evaluate {
    const apply = Object.hasOwn(UTIL, name) ? UTIL[name] : undefined;
    const operand = this.#operand();
    this.#need(/\s*(\))/y);
    if (!apply) throw new NotPlacing();
    return (view, names) => apply(operand(view, names));
  }

  #input(call: string): Evaluate {
    const name = this.#need(/(?:'([^']*)'|"([^"]*)")\s*\)/y);
    if (call === 'params') return (view) => view.parameter(name);
    if (call === 'path') return (view) => view.member(name);
    return (view) => JSON.stringify(view.member(name)) ?? '';
  }

  /** `.a.b` of a value. */
  #members(of: Evaluate): Evaluate {
    const member = this.#take(/\.((?!replaceAll\b)[a-zA-Z_]\w*)(?!\w*\()/y);
    if (member === undefined) return of;
    return this.#members((view, names) => {
      const value = of(view, names);
      return isRecord(value) && Object.hasOwn(value, member) ? value[member] : undefined;
    });
  }

  /** `.replaceAll("\\'", "'")`: what escapeJavaScript escapes too often. */
  #mended(of: Evaluate): Evaluate {
    if (this.#take(/\.replaceAll\(\s*"\\+'"\s*,\s*"'"\s*\)/y) === undefined) return of;
    return (view, names) => print(of(view, names)).replaceAll("\\'", "'");
  }

  #sign(pattern: RegExp): Evaluate {
    const sign = this.#take(pattern);
    if (sign === undefined) throw new NotPlacing();
    return () => sign;
  }

  /** What stands here: the group that matched, or all of it. `undefined`: it does not. */
  #take(pattern: RegExp): string | undefined {
    pattern.lastIndex = this.#at;
    const found = pattern.exec(this.#text);
    if (!found) return undefined;
    this.#at = pattern.lastIndex;
    return found.slice(1).find((group) => group !== undefined) ?? found[0];
  }

  #need(pattern: RegExp): string {
    const taken = this.#take(pattern);
    if (taken === undefined) throw new NotPlacing();
    return taken;
  }
}

function print(value: Value): string {
  if (value === undefined) return '';
  return typeof value === 'string' ? value : JSON.stringify(value);
}

function parse(text: string): Value {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

function decode(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}
