// The transform AWS::Serverless-2016-10-31: serverless functions and APIs become plain CloudFormation, with the logical
// ids that SAM generates. Refuses other serverless types, and properties that are not understood, by name and line, all
// at once. Source: the SAM specification, and the output of its reference translator (aws-sam-translator 1.110).
import { ServiceError } from '../../aws/errors.ts';
import { problemText, refusal } from '../problem.ts';
import type { Scope } from '../resolve.ts';
import type { Source } from '../source.ts';
import { asIntrinsic, isList, isMap, type Value, type ValueMap, weigh } from '../value.ts';
import { asItsFunctions } from './api/api.ts';
import type { Apis } from './api/api-draft.ts';
import { buildHttpApi } from './api/http-api.ts';
import { buildRestApi } from './api/rest-api.ts';
import { type Assembly, report, type Serverless, withoutNulls } from './assembly.ts';
import { buildConnector, embeddedConnectors } from './connector.ts';
import { expandFunction } from './function.ts';
import { GLOBAL_PROPERTIES, GLOBAL_SECTIONS, withGlobals } from './globals.ts';

export const SERVERLESS_TRANSFORM = 'AWS::Serverless-2016-10-31';

export interface ServerlessOptions {
  readonly source: Source;
  /** Parameters and pseudo parameters. */
  readonly parameters: Scope['parameters'];
  /** Lower-case hex SHA-1 of a text: generated ids end with it. */
  readonly sha1: (text: string) => string;
}

/**
 * The template without anything serverless.
 * @throws ServiceError `ValidationError` with SAM's own heading and every problem.
 */
export function transformServerless(root: ValueMap, options: ServerlessOptions): ValueMap {
  const { source } = options;
  const declared = isMap(root['Resources']) ? root['Resources'] : {};
  const globals = isMap(root['Globals']) ? root['Globals'] : {};
  const assembly: Assembly = { ...options, resources: new Map(), conditions: {}, problems: [], references: new Map() };
  checkGlobals(globals, { assembly, root });
  const apis: Apis = { drafts: new Map(), globals };
  const functions: Serverless[] = [];
  const connectors: Serverless[] = [];
  const declaredTypes = new Map<string, string>();
  for (const [logicalId, resource] of Object.entries(declared)) {
    if (isMap(resource)) {
      declaredTypes.set(logicalId, String(resource['Type']));
      connectors.push(...embeddedConnectors(logicalId, resource));
    }
    const serverless = readServerless({ logicalId, resource, globals, source });
    if (!serverless) assembly.resources.set(logicalId, isMap(resource) ? withoutConnectors(resource, source) : {});
    else if (serverless.type === 'AWS::Serverless::Function') functions.push(serverless);
    else if (serverless.type === 'AWS::Serverless::Api') {
      apis.drafts.set(logicalId, { kind: 'rest', serverless, implicit: false, routes: [] });
    } else if (serverless.type === 'AWS::Serverless::HttpApi') {
      apis.drafts.set(logicalId, { kind: 'http', serverless, implicit: false, routes: [] });
    } else if (serverless.type === 'AWS::Serverless::Connector') {
      connectors.push(serverless);
    } else {
      const message = `Earwitness does not serve resources of type ${serverless.type}`;
      report(assembly, serverless, { message, at: serverless.declared, member: 'Type' });
    }
  }
  for (const serverless of functions) expandFunction(assembly, serverless, apis);
  for (const draft of apis.drafts.values()) {
    const build = draft.kind === 'rest' ? buildRestApi : buildHttpApi;
    build(assembly, asItsFunctions(draft, assembly));
  }
  for (const connector of connectors) buildConnector(assembly, { ...connector, declaredTypes });
  refuseInvalid(assembly);
  const { Globals: _, ...rest } = root;
  const whole = {
    ...rest,
    ...(Object.keys(assembly.conditions).length > 0 && {
      Conditions: { ...conditionsOf(root), ...assembly.conditions },
    }),
    Resources: Object.fromEntries(assembly.resources),
  };
  const renamed = renameReferences(whole, assembly);
  return isMap(renamed) ? source.derive(renamed, root) : whole;
}

function withoutConnectors(resource: ValueMap, source: Source): ValueMap {
  const { Connectors: connectors, ...rest } = resource;
  return connectors === undefined ? resource : source.derive(rest, resource);
}

function conditionsOf(root: ValueMap): ValueMap {
  return isMap(root['Conditions']) ? root['Conditions'] : {};
}

function readServerless(options: {
  readonly logicalId: string;
  readonly resource: Value | undefined;
  readonly globals: ValueMap;
  readonly source: Source;
}): Serverless | undefined {
  const { logicalId, resource, globals, source } = options;
  const type = isMap(resource) ? resource['Type'] : undefined;
  if (!isMap(resource) || typeof type !== 'string' || !type.startsWith('AWS::Serverless::')) return undefined;
  const own = isMap(resource['Properties']) ? withoutNulls(resource['Properties'], source) : {};
  return { logicalId, type, declared: resource, properties: withGlobals({ globals, type, properties: own, source }) };
}

/** Ours: values and characters of Globals, which each of 500 functions gets. */
const GLOBALS_MAX = 20_000;

function checkGlobals(globals: ValueMap, { assembly, root }: { assembly: Assembly; root: ValueMap }): void {
  const { problems, source } = assembly;
  if (weigh(globals, GLOBALS_MAX) > GLOBALS_MAX) {
    const message = `'Globals' section is invalid. Earwitness merges no more than ${GLOBALS_MAX} values and characters`;
    throw refusal(message, source.lineOf(root, 'Globals'));
  }
  for (const [name, section] of Object.entries(globals)) {
    const known = GLOBAL_PROPERTIES[name];
    if (known === undefined) {
      const message = `'Globals' section is invalid. Earwitness does not serve its section '${name}'; it takes ${GLOBAL_SECTIONS.join(', ')}`;
      problems.push({ message, line: source.lineOf(globals, name) });
      continue;
    }
    for (const property of isMap(section) ? Object.keys(section) : []) {
      if (known.includes(property)) continue;
      const values = `[${known.map((value) => `'${value}'`).join(', ')}]`;
      const message = `'Globals' section is invalid. '${property}' is not a supported property of '${name}'. Must be one of the following values - ${values}`;
      problems.push({ message, line: source.lineOf(section, property) });
    }
  }
}

function refuseInvalid({ problems }: Assembly): void {
  if (problems.length === 0) return;
  throw new ServiceError(
    'ValidationError',
    `Transform ${SERVERLESS_TRANSFORM} failed with: Invalid Serverless Application Specification document. Number of errors found: ${problems.length}. ${problemText(problems)}`,
  );
}

// `!Ref Function.Alias`, `!GetAtt Function.Alias.Arn` and `${Api.Stage}` name resources that SAM generated.
function renameReferences(value: Value, assembly: Assembly): Value {
  const { references, source } = assembly;
  if (references.size === 0) return value;
  const intrinsic = asIntrinsic(value);
  if (intrinsic?.name === 'Ref') {
    const meant = references.get(String(intrinsic.argument));
    return meant === undefined ? value : source.derive({ Ref: meant }, value);
  }
  if (intrinsic?.name === 'Fn::Sub')
    return source.derive({ 'Fn::Sub': renameInSub(intrinsic.argument, assembly) }, value);
  if (isList(value))
    return source.derive(
      value.map((item) => renameReferences(item, assembly)),
      value,
    );
  if (!isMap(value)) return value;
  const members = Object.entries(value).map(([key, member]) => [key, renameReferences(member, assembly)] as const);
  return source.derive(Object.fromEntries(members), value);
}

function renameInSub(argument: Value, assembly: Assembly): Value {
  if (isList(argument)) {
    const [text = '', variables = {}] = argument;
    return [renameInSub(text, assembly), renameReferences(variables, assembly)];
  }
  if (typeof argument !== 'string') return argument;
  return argument.replace(/\$\{([A-Za-z0-9]+\.[A-Za-z0-9]+)\}/g, (whole, name: string) => {
    const meant = assembly.references.get(name);
    return meant === undefined ? whole : `\${${meant}}`;
  });
}
