// What `Auth` of a REST API and of its events asks of each operation: an authorizer, an API key, a role to invoke with.
import { isList, isMap, scalarText, type Value, type ValueMap } from '../../../value.ts';
import type { Assembly } from '../../assembly.ts';
import { reportEvent } from '../../events/function-event.ts';
import { pythonText } from '../../python-text.ts';
import { partitionOf } from '../../role.ts';
import type { ApiDraft, Apis, Route } from '../api-draft.ts';
import { INTEGRATION } from '../operation.ts';
import { authorizersOf } from './authorizer.ts';

/** An operation with what its event's own `Auth` asks for. */
export function withEventAuth(
  route: Route,
  auth: ValueMap,
  { assembly, apis }: { readonly assembly: Assembly; readonly apis: Apis },
): ValueMap {
  const { operation } = route;
  const own = route.event.properties['Auth'];
  const asked = isMap(own) ? own : {};
  refuseEventAuth(route, auth, { assembly, apis });
  const { Authorizer: authorizer, AuthorizationScopes: scopes, ApiKeyRequired: key } = asked;
  const security: Value[] = [];
  if (typeof authorizer === 'string') {
    const declared = authorizersOf(auth)[authorizer];
    security.push({ [authorizer]: scopes ?? declared?.['AuthorizationScopes'] ?? [] });
  }
  if (key !== undefined) security.push({ [scalarText(key) === 'false' ? 'api_key_false' : 'api_key']: [] });
  return security.length === 0 ? operation : { ...operation, security };
}

/** With AWS_IAM the function is called as the caller, or with a role that is named. */
export function withCredentials({ operation, event }: Route, auth: ValueMap, assembly: Assembly): ValueMap {
  const own = event.properties['Auth'];
  const asked = isMap(own) ? own : {};
  const integration = operation[INTEGRATION];
  const isIam =
    asked['Authorizer'] === 'AWS_IAM' || (auth['DefaultAuthorizer'] === 'AWS_IAM' && Object.keys(asked).length === 0);
  if (!isIam || !isMap(integration) || integration['credentials'] !== undefined) return operation;
  const named = asked['InvokeRole'] === undefined ? auth['InvokeRole'] : asked['InvokeRole'];
  if (named === null || named === 'NONE') return operation;
  const isCaller = named === undefined || named === 'CALLER_CREDENTIALS';
  const credentials = isCaller ? `arn:${partitionOf(assembly)}:iam::*:user/*` : named;
  return { ...operation, [INTEGRATION]: { ...integration, credentials } };
}

/** An operation with the API's default authorizer, unless its event or its author chose one. */
export function withDefaultAuthorizer(operation: ValueMap, auth: ValueMap): ValueMap {
  const name = auth['DefaultAuthorizer'];
  if (typeof name !== 'string') return operation;
  const authorizers = authorizersOf(auth);
  const isAuthorizer = (one: Value) =>
    isMap(one) && Object.keys(one).some((key) => key === 'AWS_IAM' || Object.hasOwn(authorizers, key));
  const isNone = (one: Value) => isMap(one) && Object.hasOwn(one, 'NONE');
  const before = securityOf(operation);
  const others = before.filter((one) => !isAuthorizer(one));
  const chosen = others.some(isNone)
    ? []
    : before.some(isAuthorizer)
      ? before.filter(isAuthorizer)
      : [{ [name]: authorizers[name]?.['AuthorizationScopes'] ?? [] }];
  const security = [...others.filter((one) => !isNone(one)), ...chosen];
  return security.length === 0 ? operation : { ...operation, security };
}

/** An operation that needs an API key, unless its event says that it does not. */
export function withDefaultKey(operation: ValueMap, isWanted: boolean): ValueMap {
  const before = securityOf(operation);
  const has = (one: Value, name: string) => isMap(one) && Object.hasOwn(one, name);
  const others = before.filter((one) => !has(one, 'api_key') && !has(one, 'api_key_false'));
  const refused = before.some((one) => has(one, 'api_key_false'));
  const security = refused || !isWanted ? others : [...others, { api_key: [] }];
  return security.length === 0 && before.length === 0 ? operation : { ...operation, security };
}

function securityOf(operation: ValueMap): readonly Value[] {
  const security = operation['security'];
  return isList(security) ? security : [];
}

function refuseEventAuth(
  { event, owner, path, method }: Route,
  auth: ValueMap,
  place: { readonly assembly: Assembly; readonly apis: Apis },
): void {
  const own = event.properties['Auth'];
  if (!isMap(own)) return;
  const refuse = (message: string) => reportEvent({ ...place, serverless: owner }, event, { message, at: own });
  const { Authorizer: authorizer, AuthorizationScopes: scopes, ApiKeyRequired: key } = own;
  const where = `on API method [${method}] for path [${path}]`;
  const authorizers = authorizersOf(auth);
  if (authorizer === 'NONE') {
    if (auth['DefaultAuthorizer'] === undefined) {
      refuse(
        `Unable to set Authorizer ${where} because 'NONE' is only a valid value when a DefaultAuthorizer on the API is specified.`,
      );
    }
  } else if (authorizer !== undefined && authorizer !== 'AWS_IAM') {
    const named = `Unable to set Authorizer [${pythonText(authorizer)}] ${where}`;
    if (Object.keys(authorizers).length === 0) {
      refuse(`${named} because the related API does not define any Authorizers.`);
    } else if (typeof authorizer !== 'string') {
      refuse(`${named}. The method authorizer must be a string with a corresponding dict entry in the api authorizer.`);
    } else if (!Object.hasOwn(authorizers, authorizer)) {
      refuse(`${named} because it wasn't defined in the API's Authorizers.`);
    }
  }
  if (scopes !== undefined && authorizer === undefined) refuse('AuthorizationScopes works only when Authorizer is set');
  if (scalarText(key) === 'false' && auth['ApiKeyRequired'] === undefined) {
    refuse(
      `Unable to set ApiKeyRequired [False] ${where} because the related API does not specify any ApiKeyRequired.`,
    );
  }
}

/** Whether one of the API's operations, or all of them, need an API key. */
export function needsKey({ routes }: ApiDraft, auth: ValueMap): boolean {
  const isAsked = (value: Value | undefined) => value !== undefined && scalarText(value) !== 'false';
  return (
    isAsked(auth['ApiKeyRequired']) ||
    routes.some(({ event }) => isMap(event.properties['Auth']) && isAsked(event.properties['Auth']['ApiKeyRequired']))
  );
}
