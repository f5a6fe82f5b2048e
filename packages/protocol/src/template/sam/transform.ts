// The transform AWS::Serverless-2016-10-31: serverless resources become plain CloudFormation, with the logical ids that
// SAM generates. Refuses what SAM refuses, by name and line, all at once. Source: the SAM specification, and the output
// of its reference translator (aws-sam-translator 1.110).
import { ServiceError } from '../../aws/errors.ts';
import { type Problem, problemText } from '../problem.ts';
import type { Scope } from '../resolve.ts';
import type { Source } from '../source.ts';
import { isMap, type ValueMap } from '../value.ts';
import type { ApiDraft, Apis } from './api/api-draft.ts';
import { buildHttpApi } from './api/http/http-api.ts';
import { asItsFunctions } from './api/implicit-api.ts';
import { buildRestApi } from './api/rest/rest-api.ts';
import { expandWebsocketApi } from './api/websocket/websocket-api.ts';
import type { Assembly, Serverless } from './assembly.ts';
import { buildConnector, dependOnMade } from './connector/connector.ts';
import { checkTemplate, readResources } from './declared.ts';
import { expandFunction } from './function/function.ts';
import { checkGlobals } from './globals.ts';
import { expandGraphqlApi } from './graphql/graphql-api.ts';
import { SERVERLESS_TRANSFORM } from './name.ts';
import { renameDependencies, renameReferences } from './reference.ts';
import { expandApplication } from './resources/application.ts';
import { expandCapacityProvider } from './resources/capacity-provider.ts';
import { expandLayerVersion } from './resources/layer-version.ts';
import { expandSimpleTable } from './resources/simple-table.ts';
import { expandStateMachine } from './resources/state-machine.ts';

export interface ServerlessOptions {
  readonly source: Source;
  /** Parameters and pseudo parameters. */
  readonly parameters: Scope['parameters'];
  /** Lower-case hex SHA-1 of a text: generated ids end with it. */
  readonly sha1: (text: string) => string;
  /**
   * Takes everything that is wrong, in place of a refusal. What is returned then has the other resources in full, and
   * of those at fault what could be made.
   */
  readonly problems?: Problem[];
}

type Expand = (assembly: Assembly, serverless: Serverless, apis: Apis) => void;

/** Resources that may have events; they go before the APIs that the events give routes to. */
const WITH_EVENTS: Readonly<Record<string, Expand>> = {
  Function: expandFunction,
  StateMachine: expandStateMachine,
};

const OTHERS: Readonly<Record<string, Expand>> = {
  Application: expandApplication,
  CapacityProvider: expandCapacityProvider,
  GraphQLApi: expandGraphqlApi,
  LayerVersion: expandLayerVersion,
  SimpleTable: expandSimpleTable,
  WebSocketApi: expandWebsocketApi,
};

const API_KINDS: Readonly<Record<string, ApiDraft['kind']>> = { Api: 'rest', HttpApi: 'http' };

const PREFIX = 'AWS::Serverless::';
const TYPES = [...Object.keys(WITH_EVENTS), ...Object.keys(OTHERS), ...Object.keys(API_KINDS), 'Connector'];

/**
 * The template without anything serverless.
 * @throws ServiceError `ValidationError` with SAM's own heading and every problem, unless `problems` takes them.
 */
export function transformServerless(root: ValueMap, options: ServerlessOptions): ValueMap {
  const { source, problems, ...given } = options;
  const globals = isMap(root['Globals']) ? root['Globals'] : {};
  const assembly: Assembly = {
    ...given,
    source,
    resources: new Map(),
    declared: new Set(Object.keys(isMap(root['Resources']) ? root['Resources'] : {})),
    conditions: {},
    mappings: isMap(root['Mappings']) ? root['Mappings'] : {},
    problems: problems ?? [],
    references: new Map(),
    renamed: new Map(),
    layers: new Map(),
  };
  checkGlobals(globals, { assembly, root });
  const isReadable = checkTemplate(root, assembly);
  if (!isReadable && !problems) refuseInvalid(assembly);
  const declared = readResources({ root, globals, known: TYPES }, assembly);
  const apis: Apis = { drafts: new Map(), globals };
  for (const serverless of declared.serverless) {
    const kind = API_KINDS[serverless.type.slice(PREFIX.length)];
    if (kind) apis.drafts.set(serverless.logicalId, { kind, serverless, implicit: false, routes: [] });
  }
  for (const expansions of [WITH_EVENTS, OTHERS]) {
    for (const serverless of declared.serverless) {
      expansions[serverless.type.slice(PREFIX.length)]?.(assembly, serverless, apis);
    }
  }
  for (const draft of apis.drafts.values()) {
    const build = draft.kind === 'rest' ? buildRestApi : buildHttpApi;
    build(assembly, asItsFunctions(draft, assembly), apis);
  }
  const connected = declared.connectors.map((connector) => {
    const made = buildConnector(assembly, { ...connector, declaredTypes: declared.types });
    return [connector.logicalId, made] as const;
  });
  dependOnMade(assembly, new Map(connected));
  renameDependencies(assembly);
  if (!problems) refuseInvalid(assembly);
  const { Globals: _, ...rest } = root;
  const whole = {
    ...rest,
    ...(Object.keys(assembly.conditions).length > 0 && {
      Conditions: { ...(isMap(root['Conditions']) && root['Conditions']), ...assembly.conditions },
    }),
    Resources: Object.fromEntries(assembly.resources),
  };
  const renamed = renameReferences(whole, assembly);
  return isMap(renamed) ? source.derive(renamed, root) : whole;
}

function refuseInvalid({ problems }: Assembly): void {
  if (problems.length > 0) throw new ServiceError('ValidationError', serverlessSentence(problems));
}

/** What CloudFormation says of a template that SAM refuses. */
export function serverlessSentence(problems: readonly Problem[]): string {
  return `Transform ${SERVERLESS_TRANSFORM} failed with: Invalid Serverless Application Specification document. Number of errors found: ${problems.length}. ${problemText(problems)}`;
}
