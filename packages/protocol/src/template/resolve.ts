// Intrinsic functions, evaluated. Pure: what a resource answers and what other stacks export comes from the scope.
// Refuses, with the line, what cannot be evaluated.
import { encodeBase64 } from './intrinsics/base64.ts';
import { cidrBlocks } from './intrinsics/cidr.ts';
import { JOIN_FORM, SELECT_FORM, SPLIT_FORM, SUB_VALUES_FORM } from './intrinsics/form.ts';
import { availabilityZones } from './intrinsics/pseudo.ts';
import { parseSub } from './intrinsics/substitution.ts';
import { mapMembers } from './members.ts';
import { refusal } from './problem.ts';
import type { Source } from './source.ts';
import {
  asIntrinsic,
  isContainer,
  isList,
  isMap,
  isNoValue,
  plainText,
  sameValue,
  scalarText,
  type Value,
  type ValueMap,
  weigh,
} from './value.ts';

/** What names stand for while a template is evaluated. */
export interface Scope {
  readonly source: Source;
  readonly region: string;
  /** Parameters and pseudo parameters. */
  readonly parameters: Readonly<Record<string, string | readonly string[]>>;
  readonly mappings: Readonly<Record<string, Value>>;
  /** @throws ServiceError when there is no such condition. */
  condition(name: string): boolean;
  /** What `Ref` answers for a resource; `undefined` when the stack has none of that name. */
  reference(logicalId: string): string | undefined;
  /** What `Fn::GetAtt` answers. @throws ServiceError when the resource has no such attribute. */
  attribute(logicalId: string, name: string, at?: Standing): Value;
  /** @throws ServiceError when nothing exports that name. */
  imported(name: string, at?: Standing): string;
}

/** Where a function stands. Its line is counted when it is read. */
export interface Standing {
  readonly line: number | undefined;
}

interface At extends Standing {
  readonly scope: Scope;
}

/**
 * A value with every intrinsic function replaced by what it answers; `undefined` is `AWS::NoValue`.
 * @throws ServiceError `ValidationError` with the line.
 */
export function resolveValue(value: Value, scope: Scope, line?: number): Value | undefined {
  return resolve(value, within(value, { scope, line }));
}

/** The same of one member of a map that stands at `line`. */
export function resolveMember(map: ValueMap, key: string, { scope, line }: At): Value | undefined {
  return resolve(map[key] ?? null, within(map, { scope, line }, key));
}

/**
 * Evaluates `Fn::If` and drops `AWS::NoValue`, and leaves everything else as it is: what is then left really matters.
 */
export function chooseBranches(value: Value, scope: Pick<Scope, 'condition' | 'source'>): Value | undefined {
  const intrinsic = asIntrinsic(value);
  if (intrinsic && isNoValue(value)) return undefined;
  if (intrinsic?.name === 'Fn::Sub') refuseEmptyVariables(intrinsic.argument, scope);
  if (intrinsic?.name === 'Fn::If' && isList(intrinsic.argument)) {
    const [name, yes = null, no = null] = intrinsic.argument;
    return chooseBranches(scope.condition(plainText(name)) ? yes : no, scope);
  }
  return mapMembers(value, scope.source, (member) => (isContainer(member) ? chooseBranches(member, scope) : member));
}

// A variable that is left out would read as the name of a parameter or resource.
function refuseEmptyVariables(argument: Value, scope: Pick<Scope, 'condition' | 'source'>): void {
  const variables = isList(argument) ? argument[1] : undefined;
  if (!isMap(variables)) return;
  for (const [name, value] of Object.entries(variables)) {
    if (chooseBranches(value, scope) === undefined) {
      throw refusal(SUB_VALUES_FORM, scope.source.lineOf(variables, name));
    }
  }
}

function resolve(value: Value, at: At): Value | undefined {
  const { source } = at.scope;
  const intrinsic = asIntrinsic(value);
  if (!intrinsic) {
    return mapMembers(value, source, (member, key) =>
      isContainer(member) ? resolve(member, within(value, at, key)) : member,
    );
  }
  const evaluate = FUNCTIONS[intrinsic.name];
  // `Condition` is a function where something has to be true or false, and else a member: of a policy's statement, or
  // of a connection in a flow of Bedrock, whatever it holds.
  if (!evaluate) return mapMembers(value, source, (member) => resolve(member, at));
  const here = within(value, at);
  const result = evaluate(intrinsic.argument, here);
  if (typeof result === 'string') checkLength(result.length, here, intrinsic.name);
  return result;
}

/** The place of a value, or of a member of it. Its line is counted only for what is refused there. */
function within(value: Value, at: At, key?: string | number): At {
  return {
    scope: at.scope,
    get line() {
      return at.scope.source.lineOf(value, key) ?? at.line;
    },
  };
}

/** Ours: characters that a function may make, as many as a template may have. Nested functions could make billions. */
const TEXT_MAX = 1_000_000;

function checkLength(length: number, at: At, name: string): void {
  if (length <= TEXT_MAX) return;
  throw refusal(`Template error: ${name} makes a text of more than ${TEXT_MAX} characters`, at.line);
}

type Evaluate = (argument: Value, at: At) => Value | undefined;

const FUNCTIONS: Readonly<Record<string, Evaluate>> = {
  Ref(name, at) {
    if (name === 'AWS::NoValue') return undefined;
    return reference(plainText(name), at);
  },
  'Fn::GetAtt'(argument, at) {
    const [resource = '', ...rest] = isList(argument) ? argument : plainText(argument).split('.');
    const attribute = rest.map((part) => textOf(part, at, 'Fn::GetAtt')).join('.');
    return at.scope.attribute(plainText(resource), attribute, at);
  },
  'Fn::Sub': substitute,
  'Fn::Join'(argument, at) {
    const [delimiter = '', items = []] = listOf(argument, at, 'Fn::Join');
    const texts = listOf(items, at, 'Fn::Join', JOIN_FORM).map((item) => textOf(item, at, 'Fn::Join', JOIN_FORM));
    const between = textOf(delimiter, at, 'Fn::Join');
    checkLength(weigh(texts, TEXT_MAX) + between.length * texts.length, at, 'Fn::Join');
    return texts.join(between);
  },
  'Fn::Split'(argument, at) {
    const [delimiter = '', text = ''] = listOf(argument, at, 'Fn::Split');
    return textOf(text, at, 'Fn::Split', SPLIT_FORM).split(textOf(delimiter, at, 'Fn::Split'));
  },
  'Fn::Select'(argument, at) {
    const [index = 0, items = []] = listOf(argument, at, 'Fn::Select');
    const list = listOf(items, at, 'Fn::Select', SELECT_FORM);
    const number = textOf(index, at, 'Fn::Select', SELECT_FORM);
    if (!/^\d+$/.test(number)) throw refusal(SELECT_FORM, at.line);
    const item = list[Number(number)];
    if (item === undefined) {
      throw refusal(`Template error: Fn::Select cannot select nonexistent value at index ${number}`, at.line);
    }
    return resolve(item, at);
  },
  'Fn::FindInMap': findInMap,
  'Fn::Base64': (argument, at) => encodeBase64(textOf(argument, at, 'Fn::Base64')),
  'Fn::Cidr'(argument, at) {
    const [block = '', count = '', bits = 8] = listOf(argument, at, 'Fn::Cidr');
    const [blockText, countText, bitsText] = [block, count, bits].map((item) => textOf(item, at, 'Fn::Cidr'));
    const blocks = cidrBlocks(blockText ?? '', Number(countText), Number(bitsText));
    if (!blocks) {
      throw refusal(
        `Template error: Fn::Cidr cannot make ${countText} blocks of ${bitsText} bits in ${blockText}`,
        at.line,
      );
    }
    return blocks;
  },
  'Fn::GetAZs'(argument, at) {
    const region = textOf(argument, at, 'Fn::GetAZs');
    return availabilityZones(region === '' ? at.scope.region : region);
  },
  'Fn::ImportValue': (argument, at) => at.scope.imported(textOf(argument, at, 'Fn::ImportValue'), at),
  'Fn::ToJsonString'(argument, at) {
    const value = resolve(argument, at) ?? null;
    checkLength(weigh(value, TEXT_MAX), at, 'Fn::ToJsonString');
    return JSON.stringify(value);
  },
  'Fn::Length': (argument, at) => listOf(argument, at, 'Fn::Length').length,
  'Fn::If'(argument, at) {
    const [name, yes = null, no = null] = isList(argument) ? argument : [];
    return resolve(at.scope.condition(plainText(name)) ? yes : no, at);
  },
  'Fn::Equals'(argument, at) {
    const [left, right] = (isList(argument) ? argument : []).map((side) => resolve(side, at));
    const [leftText, rightText] = [scalarText(left), scalarText(right)];
    return leftText !== undefined && rightText !== undefined ? leftText === rightText : sameValue(left, right);
  },
  'Fn::Not': (argument, at) => !truth(isList(argument) ? (argument[0] ?? false) : argument, at),
  'Fn::And': (argument, at) => isList(argument) && argument.every((item) => truth(item, at)),
  'Fn::Or': (argument, at) => isList(argument) && argument.some((item) => truth(item, at)),
  // Functions of the Rules section.
  'Fn::Contains'(argument, at) {
    const [items = [], text = ''] = listOf(argument, at, 'Fn::Contains');
    const needed = textOf(text, at, 'Fn::Contains');
    return listOf(items, at, 'Fn::Contains').some((item) => scalarText(resolve(item, at)) === needed);
  },
  'Fn::EachMemberEquals'(argument, at) {
    const [items = [], text = ''] = listOf(argument, at, 'Fn::EachMemberEquals');
    const needed = textOf(text, at, 'Fn::EachMemberEquals');
    return listOf(items, at, 'Fn::EachMemberEquals').every((item) => scalarText(resolve(item, at)) === needed);
  },
  'Fn::EachMemberIn'(argument, at) {
    const [items = [], allowed = []] = listOf(argument, at, 'Fn::EachMemberIn');
    const texts = new Set(listOf(allowed, at, 'Fn::EachMemberIn').map((item) => scalarText(resolve(item, at))));
    return listOf(items, at, 'Fn::EachMemberIn').every((item) => texts.has(scalarText(resolve(item, at))));
  },
};

/** Evaluates what must be true or false: a condition's or an assertion's function. */
export function truth(value: Value, at: At): boolean {
  const intrinsic = asIntrinsic(value);
  if (intrinsic?.name === 'Condition') return at.scope.condition(plainText(intrinsic.argument));
  const result = resolve(value, at);
  if (result === true || result === 'true') return true;
  if (result === false || result === 'false') return false;
  throw refusal(`Template error: ${JSON.stringify(value)} is not a condition`, at.line);
}

function reference(name: string, at: At): Value {
  const { parameters } = at.scope;
  const value = Object.hasOwn(parameters, name) ? parameters[name] : at.scope.reference(name);
  if (value !== undefined) return value;
  throw refusal(
    `Template format error: Unresolved resource dependencies [${name}] in the Resources block of the template`,
    at.line,
  );
}

function substitute(argument: Value, at: At): Value {
  const [text, variables] = isList(argument) ? argument : [argument];
  let result = '';
  for (const part of parseSub(plainText(text)).parts) {
    if (part.kind === 'text') {
      result += part.text;
      continue;
    }
    const { name } = part;
    const value = substituted(name, isMap(variables) ? variables[name] : undefined, at);
    const shown = scalarText(value);
    if (shown === undefined) {
      throw refusal(`Template error: variable ${name} in Fn::Sub expression does not resolve to a string`, at.line);
    }
    result += shown;
    checkLength(result.length, at, 'Fn::Sub');
  }
  return result;
}

function substituted(name: string, variable: Value | undefined, at: At): Value | undefined {
  if (variable !== undefined) return resolve(variable, at);
  const dot = name.indexOf('.');
  return dot < 0 ? reference(name, at) : at.scope.attribute(name.slice(0, dot), name.slice(dot + 1), at);
}

function findInMap(argument: Value, at: At): Value | undefined {
  const [map = '', top = '', second = '', options] = isList(argument) ? argument : [];
  const names = [map, top, second].map((item) => textOf(item, at, 'Fn::FindInMap'));
  let found: Value | undefined = at.scope.mappings;
  for (const name of names) found = isMap(found) && Object.hasOwn(found, name) ? found[name] : undefined;
  if (found !== undefined) return found;
  if (isMap(options) && options['DefaultValue'] !== undefined) return resolve(options['DefaultValue'], at);
  throw refusal(`Template error: Unable to get mapping for ${names.join('::')}`, at.line);
}

/** `form` is CloudFormation's own sentence, where we know it. */
function listOf(value: Value, at: At, name: string, form?: string): readonly Value[] {
  const list = isList(value) ? value : resolve(value, at);
  if (!isList(list))
    throw refusal(form ?? `Template error: ${name} needs a list, not ${JSON.stringify(list ?? null)}`, at.line);
  return list.filter((item) => !isNoValue(item));
}

function textOf(value: Value, at: At, name: string, form?: string): string {
  const text = scalarText(resolve(value, at));
  if (text === undefined)
    throw refusal(form ?? `Template error: ${name} needs a string, not ${JSON.stringify(value)}`, at.line);
  return text;
}
