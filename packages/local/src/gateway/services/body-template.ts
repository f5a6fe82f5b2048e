// Mapping templates in the Velocity Template Language, as far as APIs use it: references to the request and to what
// `#set` has named, functions of `$util`, `#if`, `#foreach`, comparisons and the methods in `template-value.ts`. A
// template with anything else (macros, other methods) is none of these.
//
//   #set($data = $util.escapeJavaScript($input.json('$')))
//   {"input": "$data", "ids": [#foreach($one in $input.path('$.items'))"$one.id"#if($foreach.hasNext),#end#end]}
//
// Source: API Gateway developer guide, "API Gateway mapping template and access logging variable reference"; Velocity
// 1.7 user guide.
import { checkPieces, join, withinBounds } from './template-overrun.ts';
import { holds, isEqual, itemsOf, METHODS, memberOf, print, UTIL, type Value } from './template-value.ts';

/** What a template sees. */
export interface TemplateView {
  /** What is at a path of the body; `$` is all of it. `undefined`: nothing is. */
  member(path: string): unknown;
  readonly body: string;
  /** Of the path, the query or a header. */
  parameter(name: string): string;
  /** Of `path`, `querystring` and `header`. */
  parameters(): Readonly<Record<string, Readonly<Record<string, string>>>>;
  /** `context.requestId`, `stageVariables.name`, `AWS::Region`. */
  variable(name: string): string;
}

/** Fills the template. @throws TemplateOverrun */
export type BodyTemplate = (view: TemplateView) => string;

/** Turns of one loop, which then ends. Source: API Gateway quotas, "Number of iterations in a #foreach … #end loop". */
const LOOP_MAX_TURNS = 1000;
interface Filling {
  /** What `#set` and loops have named. */
  readonly names: Map<string, Value>;
  pieces: number;
}
type Evaluate = (view: TemplateView, filling: Filling) => Value;

/** `undefined` for a template that does more, or is nested too deep. */
export function parseBodyTemplate(template: string): BodyTemplate | undefined {
  try {
    const fill = new Reader(template).template();
    return (view) => withinBounds(() => fill(view, { names: new Map(), pieces: 0 }));
  } catch (error) {
    if (error instanceof NotServedHere || error instanceof RangeError) return undefined;
    throw error;
  }
}

class NotServedHere extends Error {}

/** Directives that are not run. Any other word behind a `#` is text. */
const OTHERS = /#\{?(?:break|define|evaluate|include|macro|parse|set|stop|if|else|elseif|end|foreach)\b/y;

const COMPARISONS: Readonly<Record<string, (left: Value, right: Value) => boolean>> = {
  '==': isEqual,
  '!=': (left, right) => !isEqual(left, right),
  '>=': (left, right) => Number(left) >= Number(right),
  '<=': (left, right) => Number(left) <= Number(right),
  '>': (left, right) => Number(left) > Number(right),
  '<': (left, right) => Number(left) < Number(right),
};

/** Reads a template from its first sign to its last. */
class Reader {
  readonly #text: string;
  #at = 0;

  constructor(text: string) {
    this.#text = text;
  }

  /** All of it. */
  template(): (view: TemplateView, filling: Filling) => string {
    const whole = this.#block();
    if (this.#at < this.#text.length) throw new NotServedHere();
    return whole;
  }

  /** Up to the end, or to what ends a block. */
  #block(): (view: TemplateView, filling: Filling) => string {
    const pieces: Evaluate[] = [];
    while (this.#at < this.#text.length && !this.#isAt(/#\{?(?:end|else|elseif)\b/y)) pieces.push(this.#piece());
    return (view, filling) => {
      filling.pieces += pieces.length;
      checkPieces(filling.pieces);
      return join(pieces.map((piece) => print(piece(view, filling))));
    };
  }

  #piece(): Evaluate {
    const plain = this.#take(/[^$#]+/y);
    if (plain !== undefined) return () => plain;
    if (this.#take(/##[^\n]*\n?|#\*[\s\S]*?\*#/y) !== undefined) return () => '';
    if (this.#take(/#set\s*\(\s*/y) !== undefined) return this.#assignment();
    if (this.#take(/#if\s*\(\s*/y) !== undefined) return this.#choice();
    if (this.#take(/#foreach\s*\(\s*/y) !== undefined) return this.#loop();
    if (this.#isAt(OTHERS)) throw new NotServedHere();
    if (this.#isAt(/\$!?\{?[a-zA-Z]/y)) return this.#reference();
    const sign = this.#need(/(#|\$(?![{!]))/y);
    return () => sign;
  }

  /** `$name = value)`, and the end of its line. Headers of the call name an operation, which is known without them. */
  #assignment(): Evaluate {
    const name = this.#need(/\$(\w+)\s*=\s*|\$(context\.requestOverride\.header\.[\w-]+)\s*=\s*/y);
    const value = this.#condition();
    this.#need(/\s*(\))[ \t]*\n?/y);
    return (view, filling) => {
      filling.names.set(name, value(view, filling));
      return '';
    };
  }

  /** `condition) … #elseif(…) … #else … #end` */
  #choice(): Evaluate {
    const condition = this.#condition();
    this.#need(/\s*(\))/y);
    const yes = this.#block();
    let no: Evaluate = () => '';
    if (this.#take(/#elseif\s*\(\s*/y) !== undefined) no = this.#choice();
    else {
      if (this.#take(/#(?:else\b|\{else\})/y) !== undefined) no = this.#block();
      this.#need(/(#(?:end\b|\{end\}))/y);
    }
    return (view, filling) => (holds(condition(view, filling)) ? yes : no)(view, filling);
  }

  /** `$one in $list) … #end` */
  #loop(): Evaluate {
    const name = this.#need(/\$\{?(\w+)\}?\s+in\s+/y);
    const list = this.#operand();
    this.#need(/\s*(\))/y);
    const body = this.#block();
    this.#need(/(#(?:end\b|\{end\}))/y);
    return (view, filling) => {
      const { names } = filling;
      const outer = names.get('foreach');
      const items = itemsOf(list(view, filling));
      const texts = items.slice(0, LOOP_MAX_TURNS).map((item, index) => {
        const place = { index, count: index + 1, hasNext: index + 1 < items.length, first: index === 0 };
        names
          .set(name, item)
          .set('foreach', { ...place, last: !place.hasNext })
          .set('velocityCount', index + 1);
        return body(view, filling);
      });
      names.set('foreach', outer);
      return join(texts);
    };
  }

  #condition(): Evaluate {
    const first = this.#conjunction();
    if (this.#take(/\s*\|\|\s*/y) === undefined) return first;
    const rest = this.#condition();
    return (view, filling) => holds(first(view, filling)) || holds(rest(view, filling));
  }

  #conjunction(): Evaluate {
    const first = this.#comparison();
    if (this.#take(/\s*&&\s*/y) === undefined) return first;
    const rest = this.#conjunction();
    return (view, filling) => holds(first(view, filling)) && holds(rest(view, filling));
  }

  #comparison(): Evaluate {
    if (this.#take(/!\s*(?!=)/y) !== undefined) {
      const denied = this.#comparison();
      return (view, filling) => !holds(denied(view, filling));
    }
    const left = this.#sum();
    const compare = COMPARISONS[this.#take(/\s*([=!<>]=|[<>])\s*/y) ?? ''];
    if (!compare) return left;
    const right = this.#sum();
    return (view, filling) => compare(left(view, filling), right(view, filling));
  }

  /** `a + b`: of numbers their sum, else one text. */
  #sum(): Evaluate {
    const parts = [this.#operand()];
    while (this.#take(/\s*\+\s*/y) !== undefined) parts.push(this.#operand());
    return (view, filling) => {
      const values = parts.map((part) => part(view, filling));
      if (values.length === 1) return values[0];
      const areNumbers = values.every((value) => typeof value === 'number');
      return areNumbers ? values.reduce((sum, value) => Number(sum) + Number(value)) : join(values.map(print));
    };
  }

  #operand(): Evaluate {
    const fixed = this.#take(/'([^']*)'/y);
    if (fixed !== undefined) return () => fixed;
    const filled = this.#take(/"([^"]*)"/y);
    if (filled !== undefined) return new Reader(filled).template();
    const literal = this.#take(/-?\d+(?:\.\d+)?|(?:true|false|null)\b|\[\s*\]|\{\s*\}/y);
    if (literal !== undefined) return () => JSON.parse(literal);
    if (this.#take(/\(\s*/y) === undefined) return this.#reference();
    const inner = this.#condition();
    this.#need(/\s*(\))/y);
    return inner;
  }

  /** `$util.f(…)`, `$input.json('$')`, `$context.requestId`, `$name.member`, each also as `$!…` and `${…}`. */
  #reference(): Evaluate {
    const isBraced = this.#need(/\$!?(\{?)/y) === '{';
    const evaluate = this.#members(this.#root());
    if (isBraced) this.#need(/(\})/y);
    return evaluate;
  }

  #root(): Evaluate {
    const util = this.#take(/util\.(\w+)\(\s*/y);
    if (util !== undefined) return this.#utility(util);
    if (this.#take(/input\.params\(\s*\)/y) !== undefined) return (view) => view.parameters();
    const call = this.#take(/input\.(json|path|params)\(\s*/y);
    if (call !== undefined) return this.#input(call);
    if (this.#take(/input\.body\b/y) !== undefined) return (view) => view.body;
    const variable = this.#take(/((?:context|stageVariables)(?:\.\w+)+|AWS::(?:Region|AccountId))/y);
    if (variable !== undefined) return (view) => view.variable(variable);
    const name = this.#need(/(\w+)/y);
    if (['util', 'input', 'context', 'stageVariables'].includes(name)) throw new NotServedHere();
    // What nothing has named stays as it stands.
    return (_, { names }) => (names.has(name) ? names.get(name) : `$${name}`);
  }

  #utility(name: string): Evaluate {
    const apply = Object.hasOwn(UTIL, name) ? UTIL[name] : undefined;
    const operand = this.#condition();
    this.#need(/\s*(\))/y);
    if (!apply) throw new NotServedHere();
    return (view, filling) => apply(operand(view, filling));
  }

  #input(call: string): Evaluate {
    const given = this.#condition();
    this.#need(/\s*(\))/y);
    return (view, filling) => {
      const name = print(given(view, filling));
      if (call === 'params') return view.parameter(name);
      return call === 'path' ? view.member(name) : (JSON.stringify(view.member(name)) ?? '');
    };
  }

  /** `.a`, `[0]`, `.size()` of a value. */
  #members(of: Evaluate): Evaluate {
    // What escapeJavaScript escapes too often is taken back by the one regular expression that templates have.
    if (this.#take(/\.replaceAll\(\s*"\\+'"\s*,\s*"'"\s*\)/y) !== undefined) {
      return this.#members((view, filling) => print(of(view, filling)).replaceAll("\\'", "'"));
    }
    const method = this.#take(/\.([a-zA-Z]\w*)\(\s*/y);
    if (method !== undefined) return this.#members(this.#called(of, method));
    const member = this.#take(/\.([a-zA-Z_]\w*)/y);
    if (member !== undefined) return this.#members((view, filling) => memberOf(of(view, filling), member));
    if (!this.#isAt(/\[\s*(?:\d+|'|\$)/y)) return of;
    this.#need(/(\[)\s*/y);
    const key = this.#operand();
    this.#need(/\s*(\])/y);
    return this.#members((view, filling) => memberOf(of(view, filling), key(view, filling)));
  }

  #called(of: Evaluate, name: string): Evaluate {
    const apply = Object.hasOwn(METHODS, name) ? METHODS[name] : undefined;
    if (!apply) throw new NotServedHere();
    const given: Evaluate[] = [];
    while (this.#take(/\s*\)/y) === undefined) {
      if (given.length > 0) this.#need(/\s*(,)\s*/y);
      given.push(this.#condition());
    }
    return (view, filling) => {
      const value = of(view, filling);
      const values = given.map((one) => one(view, filling));
      return value === undefined || value === null ? undefined : apply(value, values);
    };
  }

  #isAt(pattern: RegExp): boolean {
    pattern.lastIndex = this.#at;
    return pattern.test(this.#text);
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
    if (taken === undefined) throw new NotServedHere();
    return taken;
  }
}
