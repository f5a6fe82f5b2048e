// A template whose structure was checked: sections and resource attributes are the ones CloudFormation knows, and every
// name that an intrinsic function uses exists. What values are allowed in a resource's properties is for the resource
// types to say.
import type { OutputDeclaration, ResourceDeclaration, Template } from './declaration.ts';
import { checkIntrinsics } from './intrinsic-check.ts';
import { addProblems, type Problem, refusal, refuse } from './problem.ts';
import type { Source } from './source.ts';
import {
  asIntrinsic,
  isContainer,
  isList,
  isMap,
  scalarText,
  type Value,
  type ValueMap,
  visitMembers,
} from './value.ts';

const SECTIONS = [
  ...['AWSTemplateFormatVersion', 'Conditions', 'Description', 'Hooks', 'Mappings', 'Metadata', 'Outputs'],
  ...['Parameters', 'Resources', 'Rules', 'Transform'],
];
const RESOURCE_MEMBERS = [
  ...['Type', 'Properties', 'DependsOn', 'Condition', 'DeletionPolicy', 'UpdateReplacePolicy', 'Metadata'],
  // Description and Version: aws-cdk PR #10522 and cfn-lint #2641, attributes that the user guide does not name.
  ...['CreationPolicy', 'UpdatePolicy', 'Description', 'Version'],
];

/** The Parameters section alone: its values are needed before transforms run. Its problems `checkTemplate` finds. */
export function parseParameters(root: ValueMap, source: Source): Pick<Template, 'parameters' | 'source'> {
  const declared = sectionOf({ root, name: 'Parameters', source, problems: [] });
  return { parameters: mapsOf(declared, 'Parameters', { source, problems: [] }), source };
}

/** Macros that the template names, before anything else of it is looked at. */
export function transformsOf(root: ValueMap): readonly string[] {
  const declared = root['Transform'];
  const list = declared === undefined ? [] : isList(declared) ? declared : [declared];
  return list.map((item) => (typeof item === 'string' ? item : isMap(item) ? (scalarText(item['Name']) ?? '?') : '?'));
}

/** What a template may declare. Source: CloudFormation quotas, read 2026-11-22. */
const MAX_MEMBERS: Readonly<Record<string, number>> = { Parameters: 200, Outputs: 200, Resources: 500 };

/**
 * Holds the number of parameters, resources and outputs against CloudFormation's quotas. Transforms only add to them:
 * called before they run, it keeps them from working on what is refused afterwards.
 */
export function countProblems(root: ValueMap): Problem[] {
  return Object.entries(MAX_MEMBERS).flatMap(([name, most]) => {
    const members = root[name];
    const count = isMap(members) ? Object.keys(members).length : 0;
    if (count <= most) return [];
    const noun = name.toLowerCase();
    return [
      { message: `Template format error: Number of ${noun}, ${count}, is greater than maximum allowed, ${most}` },
    ];
  });
}

/**
 * Checks a template's structure after its transforms ran; `asWritten` before: then `Globals` is a section, and what
 * references lead to is left open, because a transform may make it.
 * @throws ServiceError `ValidationError` naming every problem with its line.
 */
export function parseTemplate(root: Value, source: Source, { asWritten = false } = {}): Template {
  if (!isMap(root)) throw refusal('Template format error: unsupported structure.');
  const { template, problems } = checkTemplate(root, source, { asWritten });
  refuse(problems);
  return template;
}

/** The same for who gathers problems: the template as far as it is right. */
export function checkTemplate(
  root: ValueMap,
  source: Source,
  { asWritten = false } = {},
): { readonly template: Template; readonly problems: Problem[] } {
  const willChange = asWritten && transformsOf(root).length > 0;
  // SAM takes null for what was left out.
  const problems: Problem[] = willChange ? [] : nulls(root, source);
  const foreign = Object.keys(root).filter((key) => !SECTIONS.includes(key) && !(willChange && key === 'Globals'));
  if (foreign.length > 0) {
    problems.push({
      message: `Invalid template property or properties [${foreign.join(', ')}]`,
      line: source.lineOf(root, foreign[0]),
    });
  }
  const version = root['AWSTemplateFormatVersion'];
  if (version !== undefined && version !== '2010-09-09') {
    problems.push({
      message: `Template format error: ${JSON.stringify(version)} is not a supported value for AWSTemplateFormatVersion.`,
      line: source.lineOf(root, 'AWSTemplateFormatVersion'),
    });
  }
  if (root['Hooks'] !== undefined) {
    problems.push({ message: 'Earwitness does not run template Hooks.', line: source.lineOf(root, 'Hooks') });
  }
  const section = (name: string) => sectionOf({ root, name, source, problems });
  const parameters = section('Parameters');
  const conditions = section('Conditions');
  const outputs = section('Outputs');
  const declaredResources = section('Resources');
  if (Object.keys(declaredResources).length === 0) {
    problems.push({ message: 'Template format error: At least one Resources member must be defined.' });
  }
  problems.push(...countProblems(root));
  const description = scalarText(root['Description']);
  const template: Template = {
    ...(description !== undefined && { description }),
    ...(root['Metadata'] !== undefined && { metadata: root['Metadata'] }),
    transforms: transformsOf(root),
    parameters: mapsOf(parameters, 'Parameters', { source, problems }),
    mappings: checkMappings(section('Mappings'), { source, problems }),
    conditions,
    rules: section('Rules'),
    resources: Object.fromEntries(
      Object.entries(mapsOf(declaredResources, 'Resources', { source, problems })).map(([name, declared]) => [
        name,
        parseResource(name, declared, { source, problems, line: lineIn(declaredResources, name, source) }),
      ]),
    ),
    outputs: Object.fromEntries(
      Object.entries(mapsOf(outputs, 'Outputs', { source, problems })).map(([name, declared]) => [
        name,
        parseOutput(name, declared, { source, problems, line: lineIn(outputs, name, source) }),
      ]),
    ),
    source,
  };
  if (!willChange) addProblems(problems, checkIntrinsics(template));
  return { template, problems };
}

interface Checking {
  readonly source: Source;
  readonly problems: Problem[];
}

interface Declaring extends Checking {
  readonly line: number | undefined;
}

/** Where a member's name stands; for what a transform generated, where it comes from. */
function lineIn(section: ValueMap, name: string, source: Source): number | undefined {
  return source.lineOf(section, name) ?? source.lineOf(section[name]);
}

function sectionOf(options: Checking & { readonly root: ValueMap; readonly name: string }): ValueMap {
  const { root, name, source, problems } = options;
  const section = root[name];
  if (section === undefined || section === null) return {};
  if (isMap(section)) return section;
  problems.push({
    message: `Template format error: Any ${name} member must be an object.`,
    line: source.lineOf(root, name),
  });
  return {};
}

function mapsOf(section: ValueMap, name: string, { source, problems }: Checking): Record<string, ValueMap> {
  const found: Record<string, ValueMap> = {};
  for (const [key, value] of Object.entries(section)) {
    const report = (message: string) =>
      problems.push({ message: `Template format error: ${message}`, line: source.lineOf(section, key) });
    if (!/^[A-Za-z0-9]+$/.test(key)) {
      const noun = { Resources: 'Resource', Parameters: 'Parameter', Outputs: 'Output' }[name] ?? name;
      report(`${noun} name ${key} is non alphanumeric.`);
    } else if (isMap(value)) found[key] = value;
    else if (value !== null) report(`[/${name}/${key}] Every ${name} member must be an object.`);
  }
  return found;
}

function parseResource(name: string, declared: ValueMap, { source, problems, line }: Declaring): ResourceDeclaration {
  const typeLine = source.lineOf(declared, 'Type');
  const type = declared['Type'];
  const properties = declared['Properties'] ?? {};
  const { DependsOn: dependsOn = [], Condition: condition } = declared;
  for (const member of Object.keys(declared)) {
    if (RESOURCE_MEMBERS.includes(member)) continue;
    problems.push({
      message: `Invalid template resource property '${member}'`,
      line: source.lineOf(declared, member),
    });
  }
  if (typeof type !== 'string') {
    problems.push({
      message: `Template format error: [/Resources/${name}] Every Resources object must contain a Type member.`,
      line,
    });
  }
  if (!isMap(properties)) {
    problems.push({ message: `Template format error: [/Resources/${name}/Properties] must be an object.`, line });
  }
  return {
    type: typeof type === 'string' ? type : '',
    properties: isMap(properties) ? properties : {},
    dependsOn: (isList(dependsOn) ? dependsOn : [dependsOn]).map((item) => scalarText(item) ?? JSON.stringify(item)),
    ...(typeof condition === 'string' && { condition }),
    ...(declared['DeletionPolicy'] !== undefined && { deletionPolicy: declared['DeletionPolicy'] }),
    ...(declared['UpdateReplacePolicy'] !== undefined && { updateReplacePolicy: declared['UpdateReplacePolicy'] }),
    ...(declared['Metadata'] !== undefined && { metadata: declared['Metadata'] }),
    ...(line !== undefined && { line }),
    ...(typeLine !== undefined && { typeLine }),
  };
}

function parseOutput(name: string, declared: ValueMap, { problems, line }: Declaring): OutputDeclaration {
  const { Value: value, Description: description, Export: exported, Condition: condition } = declared;
  if (value === undefined) {
    problems.push({ message: 'Template format error: Every Outputs member must contain a Value object', line });
  }
  const exportName = isMap(exported) ? exported['Name'] : undefined;
  if (exported !== undefined && exportName === undefined) {
    problems.push({ message: `Template format error: Output ${name} has an Export without a Name.`, line });
  }
  return {
    value: value ?? '',
    ...(description !== undefined && { description }),
    ...(exportName !== undefined && { exportName }),
    ...(typeof condition === 'string' && { condition }),
    ...(line !== undefined && { line }),
  };
}

// Source of both sentences: recorded on AWS, LocalStack cloudformation test_mapping_maximum_nesting_depth,
// …_minimum_nesting_depth and …_with_invalid_refs.
function checkMappings(mappings: ValueMap, { source, problems }: Checking): ValueMap {
  const report = (message: string, container: Value, member: string) =>
    problems.push({ message: `Template format error: ${message}`, line: source.lineOf(container, member) });
  for (const mapping of Object.values(mappings)) {
    if (!isMap(mapping) || asIntrinsic(mapping)) continue;
    for (const [key, attributes] of Object.entries(mapping)) {
      if (!isMap(attributes)) report(`Every Mappings member ${key} must be a map`, mapping, key);
      else if (!asIntrinsic(attributes)) {
        for (const [name, value] of Object.entries(attributes)) {
          const fits = scalarText(value) !== undefined || (isList(value) && value.every((item) => !isMap(item)));
          if (!fits && value !== null) report('Every Mappings attribute must be a String or a List.', attributes, name);
        }
      }
    }
  }
  return mappings;
}

function shownPath(path: string): string {
  return path.replace(/^(\/Resources\/[^/]+)\/Properties/, '$1/Type');
}

/**
 * CloudFormation refuses null anywhere, also inside event patterns. Properties stand under `Type` in the path. Source:
 * recorded on AWS, LocalStack cloudformation test_invalid_output_structure; cfn-lint #38 and #246.
 */
function nulls(root: ValueMap, source: Source): Problem[] {
  const problems: Problem[] = [];
  const path: (string | number)[] = [];
  const walk = (value: Value) =>
    visitMembers(value, (member, key) => {
      if (member !== null && !isContainer(member)) return;
      path.push(key);
      if (member === null) {
        const message = `[${shownPath(`/${path.join('/')}`)}] 'null' values are not allowed in templates`;
        problems.push({ message, line: source.lineOf(value, key) });
      } else walk(member);
      path.pop();
    });
  walk(root);
  return problems;
}
