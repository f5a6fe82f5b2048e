// Looks at every intrinsic function of a template before anything runs: its arguments have the right form, and the
// parameters, resources, conditions and mappings it names exist. Sentences are CloudFormation's where known.

import { nearest } from '../text/nearest.ts';
import type { Template } from './declaration.ts';
import { JOIN_FORM, SELECT_FORM, SPLIT_FORM, SUB_VALUES_FORM } from './intrinsics/form.ts';
import { PSEUDO_PARAMETERS } from './intrinsics/pseudo.ts';
import { parseSub } from './intrinsics/substitution.ts';
import type { Problem } from './problem.ts';
import {
  asIntrinsic,
  type Intrinsic,
  isContainer,
  isList,
  isMap,
  isNoValue,
  scalarText,
  type Value,
  visitMembers,
} from './value.ts';

type Section = 'Resources' | 'Outputs' | 'Conditions' | 'Rules';

const CONDITION_FUNCTIONS = ['Condition', 'Fn::And', 'Fn::Equals', 'Fn::If', 'Fn::Not', 'Fn::Or'];
const RULE_FUNCTIONS = ['Fn::Contains', 'Fn::EachMemberEquals', 'Fn::EachMemberIn', 'Fn::RefAll'];
const VALUE_FUNCTIONS = [
  ...['Fn::Base64', 'Fn::Cidr', 'Fn::FindInMap', 'Fn::GetAtt', 'Fn::GetAZs', 'Fn::ImportValue', 'Fn::Join'],
  ...['Fn::Select', 'Fn::Split', 'Fn::Sub', 'Ref'],
];
const EXTENSION_FUNCTIONS = ['Fn::Length', 'Fn::ToJsonString'];

/** Forms of arguments: how many a list must hold, and the sentence for one that does not. */
const ARGUMENT_LISTS: Readonly<Record<string, { readonly counts: readonly number[]; readonly sentence: string }>> = {
  'Fn::Join': { counts: [2], sentence: JOIN_FORM },
  'Fn::Split': { counts: [2], sentence: SPLIT_FORM },
  'Fn::Select': { counts: [2], sentence: SELECT_FORM },
  'Fn::FindInMap': {
    counts: [3, 4],
    sentence:
      'Template error: every Fn::FindInMap object requires three parameters, the map name, map key and the attribute for return value',
  },
  'Fn::If': { counts: [3], sentence: 'Template error: Fn::If requires a list argument with three elements' },
  'Fn::Equals': {
    counts: [2],
    sentence: 'Template error: every Fn::Equals object requires a list of 2 string parameters.',
  },
  'Fn::Not': { counts: [1], sentence: 'Template error: every Fn::Not object requires one boolean parameter.' },
  'Fn::And': {
    counts: [2, 3, 4, 5, 6, 7, 8, 9, 10],
    sentence: 'Template error: every Fn::And object requires a list of at least 2 and at most 10 boolean parameters.',
  },
  'Fn::Or': {
    counts: [2, 3, 4, 5, 6, 7, 8, 9, 10],
    sentence: 'Template error: every Fn::Or object requires a list of at least 2 and at most 10 boolean parameters.',
  },
  'Fn::Cidr': {
    counts: [2, 3],
    sentence:
      'Template error: every Fn::Cidr object requires two or three parameters, (1) an IP block, (2) a count and (3) the CIDR bits',
  },
};

interface At {
  readonly section: Section;
  /** Counted only for what is wrong. */
  readonly line: () => number | undefined;
}

/** What is wrong: a sentence, or one about a name that is not there, with those that are. */
type Fault = string | { readonly message: string; readonly name: string; readonly among: () => string[] };

/** Ours: problems whose mend is looked for among all names. Nobody mends more in one go. */
const MENDED_MAX = 100;

/** Every misused function and every name that does not exist. */
export function checkIntrinsics(template: Template): Problem[] {
  const problems: Problem[] = [];
  const { source } = template;
  const add = (faults: readonly Fault[], line: At['line']) => {
    for (const fault of faults) {
      const mend = problems.length < MENDED_MAX ? mendOf(fault) : undefined;
      const message = typeof fault === 'string' ? fault : fault.message;
      problems.push({ message, line: line(), ...(mend !== undefined && { mend }) });
    }
  };
  const walk = (value: Value, at: At): void => {
    const intrinsic = asIntrinsic(value);
    if (intrinsic) add(checkCall(intrinsic, at.section, template), () => source.lineOf(value) ?? at.line());
    visitMembers(value, (member, key) => {
      if (isContainer(member))
        walk(member, { section: at.section, line: () => source.lineOf(value, key) ?? at.line() });
    });
  };
  for (const [name, resource] of Object.entries(template.resources)) {
    const at: At = { section: 'Resources', line: () => resource.line };
    walk(resource.properties, at);
    if (resource.condition !== undefined) add(checkCondition(resource.condition, at.section, template), at.line);
    for (const needed of resource.dependsOn) {
      const known = needed !== name && Object.hasOwn(template.resources, needed);
      if (!known) add([unresolved(needed, at.section, () => Object.keys(template.resources))], at.line);
    }
  }
  for (const output of Object.values(template.outputs)) {
    const at: At = { section: 'Outputs', line: () => output.line };
    walk(output.value, at);
    if (output.exportName !== undefined) walk(output.exportName, at);
    if (output.condition !== undefined) add(checkCondition(output.condition, at.section, template), at.line);
  }
  walk(template.conditions, { section: 'Conditions', line: () => undefined });
  walk(template.rules, { section: 'Rules', line: () => undefined });
  return problems;
}

function mendOf(fault: Fault): string | undefined {
  if (typeof fault === 'string') return undefined;
  const meant = nearest(fault.name, fault.among());
  return meant === undefined ? undefined : `did you mean ${meant}?`;
}

function checkCall({ name, argument }: Intrinsic, section: Section, template: Template): Fault[] {
  const unknown = checkName(name, section, template);
  if (unknown !== undefined) return [unknown];
  const form = ARGUMENT_LISTS[name];
  if (form && !(isList(argument) && form.counts.includes(argument.length))) return [form.sentence];
  const list = isList(argument) ? argument : [];
  switch (name) {
    case 'Ref':
      if (typeof argument === 'string') return checkReference(argument, section, template);
      return ['Template format error: every Ref object must have a single String value.'];
    case 'Condition':
      return isDeciding(section) ? checkCondition(argument, section, template) : [];
    case 'Fn::If':
      return checkIf(list[0] ?? '', template);
    case 'Fn::Join':
      return isJoin(list) ? [] : [JOIN_FORM];
    case 'Fn::Split':
      return isSplit(list) ? [] : [SPLIT_FORM];
    case 'Fn::Select':
      return isSelect(list) ? [] : [SELECT_FORM];
    case 'Fn::GetAtt':
      return checkAttribute(argument, section, template);
    case 'Fn::Sub':
      return checkSub(argument, section, template);
    case 'Fn::FindInMap':
      return checkMapping(list, template);
    default:
      return [];
  }
}

function checkName(name: string, section: Section, template: Template): string | undefined {
  const known = [
    ...[CONDITION_FUNCTIONS, VALUE_FUNCTIONS],
    ...(section === 'Rules' ? [RULE_FUNCTIONS] : []),
    ...(isExtended(template) ? [EXTENSION_FUNCTIONS] : []),
  ];
  if (known.some((names) => names.includes(name))) return undefined;
  // A macro: whoever deploys the template has run it, or has said why not.
  if (name === 'Fn::Transform') return undefined;
  if (EXTENSION_FUNCTIONS.includes(name) || name.startsWith('Fn::ForEach')) {
    return `Template error: ${name} needs the transform AWS::LanguageExtensions.`;
  }
  return `Template error: Encountered unsupported function: ${name} Supported functions are: [${known.flat().join(', ')}]`;
}

function isExtended(template: Template): boolean {
  return template.transforms.includes('AWS::LanguageExtensions');
}

/** Whether what stands there is true or false. It knows no resources. */
function isDeciding(section: Section): boolean {
  return section === 'Conditions' || section === 'Rules';
}

function unresolved(name: string, section: Section, among: () => string[]): Fault {
  const message = isDeciding(section)
    ? `Template format error: Unresolved dependencies [${name}]. Cannot reference resources in the ${section} block of the template`
    : `Template format error: Unresolved resource dependencies [${name}] in the ${section} block of the template`;
  return { message, name, among };
}

function checkReference(name: string, section: Section, template: Template): Fault[] {
  if (PSEUDO_PARAMETERS.has(name) || Object.hasOwn(template.parameters, name)) return [];
  const resources = isDeciding(section) ? {} : template.resources;
  if (Object.hasOwn(resources, name)) return [];
  const named = () => [...Object.keys(template.parameters), ...Object.keys(resources)];
  return [unresolved(name, section, name.startsWith('AWS::') ? () => [...PSEUDO_PARAMETERS] : named)];
}

function checkCondition(name: Value, section: Section, template: Template): Fault[] {
  if (typeof name === 'string' && Object.hasOwn(template.conditions, name)) return [];
  const shown = typeof name === 'string' ? name : JSON.stringify(name);
  const message = `Template format error: Unresolved condition dependency [${shown}] in the ${section} block of the template`;
  return [{ message, name: shown, among: () => Object.keys(template.conditions) }];
}

// Source of the sentence: recorded on AWS, LocalStack cloudformation test_missing_condition.
function checkIf(name: Value, { conditions }: Template): Fault[] {
  if (typeof name === 'string' && Object.hasOwn(conditions, name)) return [];
  const shown = typeof name === 'string' ? name : JSON.stringify(name);
  const message = `Template error: unresolved condition dependency ${shown} in Fn::If`;
  return [{ message, name: shown, among: () => Object.keys(conditions) }];
}

// A delimiter may not be a function. Source: CloudFormation user guide, Fn::Join and Fn::Split.
function isJoin([delimiter, items]: readonly Value[]): boolean {
  if (scalarText(delimiter) === undefined) return false;
  return isList(items) ? items.every(mayBeText) : isCall(items);
}

function isSplit([delimiter, text]: readonly Value[]): boolean {
  return scalarText(delimiter) !== undefined && mayBeText(text);
}

/** An index that is written out has to lie within a list that is written out. */
function isSelect([index, items]: readonly Value[]): boolean {
  const number = scalarText(index);
  if (number === undefined ? !isCall(index) : !/^\d+$/.test(number)) return false;
  if (!isList(items)) return isCall(items);
  return number === undefined || Number(number) < items.length;
}

const LIST_FUNCTIONS = ['Fn::Cidr', 'Fn::GetAZs', 'Fn::Split'];

function isCall(value: Value | undefined): boolean {
  return value !== undefined && asIntrinsic(value) !== undefined;
}

function mayBeText(value: Value | undefined): boolean {
  if (value === undefined) return false;
  return scalarText(value) !== undefined || !LIST_FUNCTIONS.includes(asIntrinsic(value)?.name ?? 'Fn::Split');
}

function checkAttribute(argument: Value, section: Section, template: Template): Fault[] {
  const parts = typeof argument === 'string' ? argument.split('.') : isList(argument) ? argument : [];
  const resource = parts[0];
  if (parts.length < 2 || typeof resource !== 'string') {
    return [
      'Template error: every Fn::GetAtt object requires two non-empty parameters, the resource name and the resource attribute',
    ];
  }
  if (isDeciding(section)) return [unresolved(resource, section, () => [])];
  if (Object.hasOwn(template.resources, resource)) return [];
  const message = `Template error: instance of Fn::GetAtt references undefined resource ${resource}`;
  return [{ message, name: resource, among: () => Object.keys(template.resources) }];
}

function checkSub(argument: Value, section: Section, template: Template): Fault[] {
  const [text, variables] = isList(argument) ? argument : [argument, {}];
  const formed = !isList(argument) || argument.length === 2;
  if (typeof text !== 'string' || !isMap(variables) || !formed) {
    return [
      "Template error: One or more Fn::Sub intrinsic functions don't specify expected arguments. Specify a string as first argument, and an optional second argument to specify a mapping of values to replace in the string",
    ];
  }
  if (!Object.values(variables).every((value) => mayBeText(value) && !isNoValue(value))) return [SUB_VALUES_FORM];
  const { parts, badName } = parseSub(text);
  const messages = parts.flatMap((part) => {
    if (part.kind === 'text' || Object.hasOwn(variables, part.name)) return [];
    const name = part.name.startsWith('AWS::') ? part.name : (part.name.split('.')[0] ?? '');
    // A parameter has no attributes.
    const isAttributeOfParameter = name !== part.name && Object.hasOwn(template.parameters, name);
    return checkReference(isAttributeOfParameter ? part.name : name, section, template);
  });
  if (badName === undefined) return messages;
  return [
    ...messages,
    `Template error: variable names in Fn::Sub syntax must contain only alphanumeric characters, underscores, periods, and colons (found '${badName}')`,
  ];
}

function checkMapping([map, , , fallback]: readonly Value[], template: Template): Fault[] {
  if (isExtended(template)) return [];
  if (fallback !== undefined) {
    return ['Template error: DefaultValue of Fn::FindInMap needs the transform AWS::LanguageExtensions.'];
  }
  if (typeof map !== 'string' || Object.hasOwn(template.mappings, map)) return [];
  const message = `Template error: Mapping named '${map}' is not present in the 'Mappings' section of template.`;
  return [{ message, name: map, among: () => Object.keys(template.mappings) }];
}
