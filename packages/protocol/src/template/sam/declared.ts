// The resources of a template: plain ones, serverless ones with their Globals, connectors; and what SAM refuses of a
// template before it looks into any of them. Source: aws-sam-translator 1.110, `Parser`.
import type { Source } from '../source.ts';
import { isList, isMap, scalarText, type Value, type ValueMap } from '../value.ts';
import { type Assembly, report, reportTemplate, type Serverless, withoutNulls } from './assembly.ts';
import { embeddedConnectors } from './connector/connector.ts';
import { heededGlobals, withGlobals } from './globals.ts';
import { pythonText } from './python-text.ts';

const PREFIX = 'AWS::Serverless::';

/** Reports what keeps SAM from reading a template at all; returns whether it can be read. */
export function checkTemplate(root: ValueMap, assembly: Assembly): boolean {
  const { Resources: resources, Mappings: mappings } = root;
  const refuse = (message: string, at: Value = root) => {
    reportTemplate(assembly, { message, at });
    return false;
  };
  if (mappings !== undefined && !isMap(mappings)) {
    refuse("'Mappings' or 'Parameters' is either null or not a valid dictionary.");
  }
  if (!isMap(resources) || Object.keys(resources).length === 0) return refuse("'Resources' section is required");
  if (!Object.values(resources).every(isMap)) {
    return refuse("All 'Resources' must be Objects. If you're using YAML, this may be an indentation issue.");
  }
  for (const resource of Object.values(resources)) {
    const condition = isMap(resource) ? resource['Condition'] : undefined;
    if (condition && typeof condition !== 'string') refuse('Every Condition member must be a string.', resource);
  }
  return true;
}

/** Reports what a serverless resource cannot be as a whole. */
function isReadable({ logicalId, type, declared, properties }: Serverless, assembly: Assembly): boolean {
  const one = { logicalId, type, declared, properties };
  const before = assembly.problems.length;
  const { Properties: given = {} } = declared;
  if (!isMap(given)) report(assembly, one, { message: "Attribute 'Properties' should be a map.", at: declared });
  if (!/^[A-Za-z0-9]+$/.test(logicalId)) report(assembly, one, { message: 'Logical ids must be alphanumeric.' });
  return assembly.problems.length === before;
}

export interface Declared {
  readonly serverless: readonly Serverless[];
  /** Also those that other resources carry. */
  readonly connectors: readonly Serverless[];
  /** Types as the template says them, by logical id. */
  readonly types: ReadonlyMap<string, string>;
}

/** Plain resources go into the assembly, serverless ones are returned. */
export function readResources(
  { root, globals, known }: { readonly root: ValueMap; readonly globals: ValueMap; readonly known: readonly string[] },
  assembly: Assembly,
): Declared {
  const { source } = assembly;
  const serverless: Serverless[] = [];
  const connectors: Serverless[] = [];
  const types = new Map<string, string>();
  for (const [logicalId, resource] of Object.entries(isMap(root['Resources']) ? root['Resources'] : {})) {
    if (isMap(resource)) {
      types.set(logicalId, scalarText(resource['Type']) ?? '');
      connectors.push(...embeddedConnectors(assembly, logicalId, resource));
    }
    const one = readServerless({ logicalId, resource, globals, source });
    if (one && !isReadable(one, assembly)) continue;
    if (one) refuseIgnored(one, globals, assembly);
    if (one?.type === `${PREFIX}LayerVersion`) assembly.layers.set(logicalId, one.properties);
    if (!one) assembly.resources.set(logicalId, isMap(resource) ? withoutConnectors(resource, source) : {});
    else if (one.type === `${PREFIX}Connector`) connectors.push(one);
    else if (known.includes(one.type.slice(PREFIX.length))) serverless.push(one);
    else {
      const message = `Earwitness does not know the resource type ${one.type}`;
      report(assembly, one, { message, at: one.declared, member: 'Type' });
    }
  }
  return { serverless, connectors, types };
}

function refuseIgnored(one: Serverless, globals: ValueMap, { problems, source }: Assembly): void {
  const ignored = one.declared['IgnoreGlobals'];
  if (ignored === undefined || ignored === null || ignored === '*') return;
  const section = globals[one.type.slice(PREFIX.length)];
  const known = isMap(section) ? section : {};
  const foreign = isList(ignored) ? ignored.map(pythonText).filter((name) => !Object.hasOwn(known, name)) : [undefined];
  for (const name of foreign) {
    const item = name === undefined ? '' : ` on item '${name}'`;
    const message = `Resource with id [${one.logicalId}] is invalid. Resource ${one.logicalId} has invalid resource attribute 'IgnoreGlobals'${item}.`;
    problems.push({ message, line: source.lineOf(one.declared, 'IgnoreGlobals') });
  }
}

function withoutConnectors(resource: ValueMap, source: Source): ValueMap {
  const { Connectors: connectors, ...rest } = resource;
  return connectors === undefined ? resource : source.derive(rest, resource);
}

function readServerless(options: {
  readonly logicalId: string;
  readonly resource: Value | undefined;
  readonly globals: ValueMap;
  readonly source: Source;
}): Serverless | undefined {
  const { logicalId, resource, globals, source } = options;
  const type = isMap(resource) ? resource['Type'] : undefined;
  if (!isMap(resource) || typeof type !== 'string' || !type.startsWith(PREFIX)) return undefined;
  const own = isMap(resource['Properties']) ? resource['Properties'] : {};
  const heeded = heededGlobals(globals, resource, type);
  const properties = withoutNulls(withGlobals({ globals: heeded, type, properties: own, source }), source);
  return { logicalId, type, declared: resource, properties };
}
