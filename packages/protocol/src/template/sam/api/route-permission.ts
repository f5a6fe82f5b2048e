// Permissions for APIs to call the functions of their routes.
import { asIntrinsic, isList, isMap, isNoValue, type Value } from '../../value.ts';
import { type FunctionEvent, suffixedId } from '../assembly.ts';
import { addPermission, type EventPlace } from '../events/function-event.ts';
import type { ApiDraft, Route } from './api-draft.ts';
import { isOpenApi } from './definition.ts';
import { ANY_METHOD, INTEGRATION, mapChoices } from './operation.ts';

/** Whether the function has the default route of the HTTP API already, whose permission holds for every other. */
export function isCovered(
  { path, draft }: { readonly path: string; readonly draft: ApiDraft },
  { serverless, target }: EventPlace,
): boolean {
  if (path === '$default' || target.logicalId !== serverless.logicalId) return false;
  const { logicalId } = serverless;
  const has = (route: Route) =>
    route.path === '$default' && route.method === 'any' && route.owner.logicalId === logicalId;
  return draft.routes.some(has) || isDefaultOf(draft.serverless.properties['DefinitionBody'], logicalId);
}

/** Whether the default route of a definition calls the function, under every condition. */
function isDefaultOf(body: Value | undefined, logicalId: string): boolean {
  const paths = isMap(body) && isOpenApi(body) ? body['paths'] : undefined;
  const uris: Value[] = [];
  mapChoices((isMap(paths) ? paths['$default'] : undefined) ?? null, (item) =>
    mapChoices(item[ANY_METHOD] ?? null, (operation) => {
      const integration = operation[INTEGRATION];
      mapUris(isMap(integration) ? integration['uri'] : undefined, uris);
      return operation;
    }),
  );
  return uris.length > 0 && uris.every((uri) => isMap(uri) && calls(uri['Fn::Sub'], logicalId));
}

function mapUris(uri: Value | undefined, uris: Value[]): void {
  const choice = uri === undefined ? undefined : asIntrinsic(uri);
  if (choice?.name !== 'Fn::If' || !isList(choice.argument)) uris.push(uri ?? null);
  else uris.push(...choice.argument.slice(1).filter((one) => !isNoValue(one)));
}

function calls(text: Value | undefined, logicalId: string): boolean {
  return typeof text === 'string' && /([A-Za-z0-9]+)\.Arn/.exec(text)?.[1] === logicalId;
}

/** Adds the permission for an API to call the function for one of its routes. */
export function addRoutePermission(
  event: FunctionEvent,
  place: EventPlace,
  api: {
    readonly path: string;
    readonly method: string;
    readonly logicalId: string;
    readonly stage?: Value | undefined;
  },
): void {
  const { path, method, logicalId, stage } = api;
  const verb = method === 'any' ? '*' : method.toUpperCase();
  const resource =
    path === '$default'
      ? '*'
      : path === '/$default' && verb === '*'
        ? '$default'
        : `${verb}${masked(path, event.type === 'Api' ? 'rest' : 'http')}`;
  const named = event.properties[event.type === 'Api' ? 'RestApiId' : 'ApiId'];
  addPermission(place, permissionId(event, place, stage), {
    Principal: 'apigateway.amazonaws.com',
    SourceArn: {
      'Fn::Sub': [
        `arn:\${AWS::Partition}:execute-api:\${AWS::Region}:\${AWS::AccountId}:\${__ApiId__}/\${__Stage__}/${resource}`,
        // An API that is named without `Ref` stands here by that name, as SAM has it.
        { __ApiId__: typeof named === 'string' ? named : { Ref: logicalId }, __Stage__: '*' },
      ],
    },
  });
}

/** Parameters of a path that SAM knows as such: of an HTTP API no greedy one but `{proxy+}`. */
const PARAMETER = { rest: /\{[a-zA-Z0-9._-]+\+?\}/g, http: /\{([a-zA-Z0-9._-]+|proxy\+)\}/g };

/** A path of an ARN: parameters stand for anything. */
function masked(path: string, kind: keyof typeof PARAMETER): string {
  return path.replace(/(.)\/$/, '$1').replace(PARAMETER[kind], '*');
}

// REST: the stage's name is the permission's suffix, `Stage` when it is a function, whether its value is known or not.
function permissionId(event: FunctionEvent, { assembly, serverless }: EventPlace, stage: Value | undefined): string {
  const prefix = `${serverless.logicalId}${event.name}Permission`;
  if (event.type !== 'Api') return prefix;
  return suffixedId(prefix, typeof stage === 'string' ? stage : 'Stage', assembly);
}
