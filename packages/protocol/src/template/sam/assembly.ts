// What the SAM transform builds up: resources of plain CloudFormation, in order, and everything that is wrong with the
// serverless ones. Whatever is generated stands, for refusals, on the line of the serverless resource it comes from.
import type { Problem } from '../problem.ts';
import type { Scope } from '../resolve.ts';
import type { Source } from '../source.ts';
import { asIntrinsic, isMap, scalarText, type Value, type ValueMap } from '../value.ts';

export interface Assembly {
  readonly source: Source;
  /** Parameters and pseudo parameters: names of stages may come from them. */
  readonly parameters: Scope['parameters'];
  /** The template's Mappings. */
  readonly mappings: ValueMap;
  /** Lower-case hex SHA-1 of a text. */
  readonly sha1: (text: string) => string;
  readonly resources: Map<string, ValueMap>;
  /** The logical ids of the template: nothing that is made may have one of them. */
  readonly declared: ReadonlySet<string>;
  /** Conditions that the template needs besides its own. */
  readonly conditions: Record<string, ValueMap>;
  readonly problems: Problem[];
  /** References that SAM invents, `Function.Alias` or `Api.Stage`, and the logical ids they mean. */
  readonly references: Map<string, string>;
  /** Properties of the template's layers. */
  readonly layers: Map<string, ValueMap>;
  /** Resources that got another logical id: layers, whose id ends with a hash. */
  readonly renamed: Map<string, string>;
}

/** A serverless resource under expansion, its Globals merged in. */
export interface Serverless {
  readonly logicalId: string;
  readonly type: string;
  readonly declared: ValueMap;
  readonly properties: ValueMap;
}

/** What events and URLs of a function point at: the function, or its alias. */
export interface Target {
  /** For `Ref`. */
  readonly logicalId: string;
  readonly arn: ValueMap;
  /** Inside Fn::Sub. */
  readonly arnText: string;
}

/** One event of a function. */
export interface FunctionEvent {
  readonly name: string;
  readonly type: string;
  readonly properties: ValueMap;
  readonly declared: ValueMap;
}

/** Adds a resource that comes from `origin`, and is there and goes when its origin does. */
export function addResource(assembly: Assembly, logicalId: string, resource: ValueMap, origin: Serverless): void {
  const { source } = assembly;
  if (assembly.declared.has(logicalId) && logicalId !== origin.logicalId) {
    reportTaken(assembly, origin, { id: logicalId, type: scalarText(resource['Type']) ?? '' });
  }
  const properties = resource['Properties'];
  if (isMap(properties) && source.lineOf(properties) === undefined) source.derive(properties, origin.declared);
  const tagged = withTags(resource, origin, source);
  const whole = { ...pick(origin.declared, ['Condition', 'DeletionPolicy', 'UpdateReplacePolicy']), ...tagged };
  assembly.resources.set(logicalId, source.derive(whole, origin.declared));
}

/** Notes that the template has a resource with an id that SAM would make. */
export function reportTaken(
  { problems, source }: Assembly,
  { logicalId, declared }: Serverless,
  { id, type }: { readonly id: string; readonly type: string },
): void {
  const attempt = `attempts to create a new resource with id [${id}] and type "${type}".`;
  const taken = `A resource with that id already exists within this template.`;
  const message = `Transforming resource with id [${logicalId}] ${attempt} ${taken} Please use a different id for that resource.`;
  problems.push({ message, line: source.lineOf(declared) });
}

/** Types that `PropagateTags` reaches, of those that SAM makes. */
const TAGGED = new Set([
  ...['AWS::Lambda::Function', 'AWS::IAM::Role', 'AWS::SNS::Topic', 'AWS::SQS::Queue', 'AWS::IoT::TopicRule'],
  ...['AWS::ApiGateway::RestApi', 'AWS::ApiGateway::Stage', 'AWS::ApiGateway::DomainName', 'AWS::S3::Bucket'],
  ...['AWS::ApiGateway::DomainNameV2', 'AWS::ApiGateway::UsagePlan', 'AWS::ApiGateway::ApiKey'],
  ...['AWS::ApiGateway::DomainNameAccessAssociation', 'AWS::CodeDeploy::Application'],
  ...['AWS::CodeDeploy::DeploymentGroup', 'AWS::StepFunctions::StateMachine'],
]);

/** A resource with the tags of its origin in place of SAM's own, when the origin says `PropagateTags`. */
export function withTags(resource: ValueMap, { properties }: Serverless, source: Source): ValueMap {
  const tags = properties['Tags'];
  if (scalarText(properties['PropagateTags']) !== 'true' || !isMap(tags)) return resource;
  if (!TAGGED.has(scalarText(resource['Type']) ?? '') || Object.keys(tags).length === 0) return resource;
  const before = isMap(resource['Properties']) ? resource['Properties'] : {};
  return { ...resource, Properties: source.derive({ ...before, Tags: tagPairs(tags) }, before) };
}

/**
 * Notes what is wrong with a serverless resource, in SAM's words. `at` is the value that is wrong, or a member of it.
 */
export function report(
  assembly: Assembly,
  { logicalId, declared }: Serverless,
  problem: { readonly message: string; readonly at?: Value | undefined; readonly member?: string },
): void {
  const line = assembly.source.lineOf(problem.at, problem.member) ?? assembly.source.lineOf(declared);
  assembly.problems.push({ message: `Resource with id [${logicalId}] is invalid. ${problem.message}`, line });
}

/** Notes what is wrong with the template as a whole, or with a document inside it, which SAM tells of no resource. */
export function reportTemplate(
  { problems, source }: Assembly,
  problem: { readonly message: string; readonly at?: Value | undefined; readonly member?: string },
): void {
  const line = source.lineOf(problem.at, problem.member);
  problems.push({ message: `Structure of the SAM template is invalid. ${problem.message}`, line });
}

/** Properties that are there: SAM takes null for a property that was left out. */
export function withoutNulls(properties: ValueMap, source: Source): ValueMap {
  const left = Object.entries(properties).filter(([, value]) => value !== null);
  return source.derive(Object.fromEntries(left), properties);
}

/** The members of `properties` with one of these names. */
export function pick(properties: ValueMap, names: readonly string[]): Record<string, Value> {
  return Object.fromEntries(Object.entries(properties).filter(([name]) => names.includes(name)));
}

/** A text that is known before anything runs: written out, or a parameter's value. */
export function knownText(value: Value | undefined, { parameters }: Assembly): string | undefined {
  if (typeof value === 'string') return value;
  const intrinsic = value === undefined ? undefined : asIntrinsic(value);
  if (intrinsic?.name !== 'Ref') return undefined;
  const text = parameters[scalarText(intrinsic.argument) ?? ''];
  return typeof text === 'string' ? text : undefined;
}

/** A logical id with the name as its end when that is alphanumeric, else with a hash of it, as SAM makes them. */
export function suffixedId(prefix: string, name: string, assembly: Assembly, ending = ''): string {
  if (/^[A-Za-z0-9]+$/.test(name)) return `${prefix}${name}${ending}`;
  return `${prefix}${ending}${name === '' ? '' : assembly.sha1(name).slice(0, 10)}`;
}

/** The logical id that a `Ref` names; undefined for anything else. */
export function referredId(value: Value | undefined): string | undefined {
  const intrinsic = value === undefined ? undefined : asIntrinsic(value);
  return intrinsic?.name === 'Ref' ? scalarText(intrinsic.argument) : typeof value === 'string' ? value : undefined;
}

/** Tags as SAM writes them on resources: its own mark first. */
export function tagList(tags: Value | undefined, mark = 'lambda:createdBy'): Value[] {
  return tagPairs({ [mark]: 'SAM', ...(isMap(tags) && tags) });
}

/** Tags as CloudFormation takes them; null is an empty value. */
export function tagPairs(tags: ValueMap): Value[] {
  return Object.entries(tags).map(([Key, value]) => ({ Key, Value: value ?? '' }));
}

/** The attributes that only the resource itself gets, and none that is made beside it. */
export function ownAttributes(declared: ValueMap): ValueMap {
  const { DependsOn: waits, ...others } = declared;
  return pick(waits === null ? others : declared, ['DependsOn', 'Metadata', 'UpdatePolicy']);
}

/** JSON with the keys in order, as SAM hashes it: signs beyond ASCII are escaped. */
export function sortedJson(value: Value): string {
  const text = JSON.stringify(value, (_key, member: unknown) =>
    isMap(member) ? Object.fromEntries(Object.entries(member).sort(([a], [b]) => (a < b ? -1 : 1))) : member,
  );
  return asciiJson(text);
}

/** A JSON text with every sign beyond printable ASCII escaped, as Python writes it. */
export function asciiJson(text: string): string {
  return text.replace(/[^\n\x20-~]/g, (sign) => `\\u${sign.charCodeAt(0).toString(16).padStart(4, '0')}`);
}

/** The ten characters that SAM tells ids apart with: a hash of a text, or of a value's JSON. */
export function hashOf(value: Value, assembly: Assembly): string {
  return assembly.sha1(typeof value === 'string' ? value : sortedJson(value)).slice(0, 10);
}
