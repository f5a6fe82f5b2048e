// A stage of a deployed API, as the data plane reads it: what deployments of REST and HTTP APIs come down to. Both
// services write rows of this table; the door reads them. A row is a snapshot: changing an API changes nothing here
// until it is deployed.
import type { Backbone } from '../backbone/backbone.ts';
import { type Table, tableOf } from '../backbone/table.ts';
import type { DeployedAuthorizer } from './authorizers/deployed-authorizer.ts';
import type { DeployedResponses } from './responses/deployed-response.ts';
import type { Action } from './services/action.ts';
import type { ServiceSubtype } from './services/service-subtype.ts';

const STAGES = tableOf<DeployedStage>('gateway/stages');

export interface DeployedStage {
  readonly account: string;
  readonly region: string;
  readonly apiId: string;
  /** `$default` answers at the API's root. */
  readonly stage: string;
  readonly kind: 'rest' | 'http';
  readonly deploymentId: string;
  readonly routes: readonly DeployedRoute[];
  readonly variables: Readonly<Record<string, string>>;
  /** Media types of bodies that travel as base64 (REST). */
  readonly binaryMediaTypes: readonly string[];
  /** CORS answers that the gateway itself gives (HTTP). */
  readonly cors?: CorsRules;
  /** Where API keys come from. Left out: from the header `x-api-key`. */
  readonly keySource?: 'AUTHORIZER';
  /** What its refusals say in other words (REST). */
  readonly responses?: DeployedResponses;
}

export interface DeployedRoute {
  /** An HTTP method or `ANY`. */
  readonly method: string;
  /** `/orders/{id}`, `/{proxy+}`, or `$default` (HTTP). */
  readonly path: string;
  /** The resource's id (REST). */
  readonly resourceId?: string;
  readonly integration: DeployedIntegration;
  /** Left out: everybody may come in. */
  readonly authorizer?: DeployedAuthorizer;
  readonly mapping?: ParameterMapping;
  /** An API key is asked for (REST). */
  readonly apiKey?: true;
}

export type DeployedIntegration =
  | {
      readonly kind: 'function';
      /** May name stage variables: `…:function:${stageVariables.name}`. */
      readonly arn: string;
      readonly payload: '1.0' | '2.0';
      readonly timeoutMs: number;
      /** ARN of the role on whose behalf the function is invoked; without one its policy has to let the gateway. */
      readonly role?: string;
    }
  /** A fixed answer (REST, type MOCK). */
  | {
      readonly kind: 'mock';
      readonly status: number;
      readonly headers: Readonly<Record<string, string>>;
      readonly body: string;
    }
  /** A service that is called with values of the request (HTTP). */
  | {
      readonly kind: 'service';
      readonly subtype: ServiceSubtype;
      readonly parameters: Readonly<Record<string, string>>;
      readonly role?: string;
    }
  /** An operation of a service that is called with a body that a template makes (REST, type AWS). */
  | {
      readonly kind: 'action';
      readonly action: Action;
      /** Parameters of its query, and where their values come from: `'SendMessage'`, `method.request.path.id`. */
      readonly query: Readonly<Record<string, string>>;
      /** By media type; a body of another one goes on as it is. */
      readonly templates: Readonly<Record<string, string>>;
      /** Whether a body without a template goes on. */
      readonly passesOn: boolean;
      readonly role?: string;
      readonly timeoutMs: number;
      /** What becomes of an answer, and of a refusal. Left out: the call fails then. */
      readonly answer?: MappedResponse;
      readonly refusal?: MappedResponse;
      /** What becomes of a function's error whose message the regular expression takes. Else it is an answer. */
      readonly failures: readonly { readonly pattern: string; readonly response: MappedResponse }[];
    }
  /** A server that is asked over HTTP: all of the request goes on (`isProxy`), or what is mapped of it (REST). */
  | {
      readonly kind: 'http';
      /** May name variables of its path and stage variables: `https://shop.example/{id}`. */
      readonly uri: string;
      /** `ANY`: that of the request. */
      readonly method: string;
      readonly isProxy: boolean;
      /** Where values come from, by their place: `header.x`, `querystring.x`, `path.id` (REST). */
      readonly parameters: Readonly<Record<string, string>>;
      /** As above. */
      readonly templates: Readonly<Record<string, string>>;
      readonly passesOn: boolean;
      readonly responses: readonly HttpResponse[];
      readonly timeoutMs: number;
    }
  /** What is not served, and stands in: requests are recorded. `type`: the resource type that declares it. */
  | { readonly kind: 'stand-in'; readonly type: string; readonly reason: string }
  /** What can be deployed, and has no answer when it is called. */
  | { readonly kind: 'failing'; readonly reason: string };

/** What becomes of an answer over HTTP. Headers say where their values come from. */
export interface HttpResponse extends MappedResponse {
  /** A regular expression for the status code. Left out: it takes what no other one does. */
  readonly pattern?: string;
}

/** What becomes of a request and of its answer on their way (HTTP). Source: see http/parameter-mapping.ts. */
export interface ParameterMapping {
  readonly request: Readonly<Record<string, string>>;
  /** By status code. */
  readonly responses: Readonly<Record<string, Readonly<Record<string, string>>>>;
}

export interface MappedResponse {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  /** Left out: the body is the operation's answer. */
  readonly template?: string;
}

export interface CorsRules {
  readonly allowCredentials: boolean;
  readonly allowHeaders: readonly string[];
  readonly allowMethods: readonly string[];
  readonly allowOrigins: readonly string[];
  readonly exposeHeaders: readonly string[];
  readonly maxAgeSeconds?: number;
}

/** Keys are `<apiId>/<stage>`: API ids are unique over accounts and regions. */
export function deployedStages(backbone: Backbone): Table<DeployedStage> {
  return backbone.table(STAGES);
}

/**
 * The function behind an integration URI: `arn:aws:apigateway:REGION:lambda:path/2015-03-31/functions/ARN/invocations`,
 * or the function's own ARN. `undefined` when the URI names no function.
 */
export function parseFunctionUri(uri: string): string | undefined {
  const inner = /^arn:[^:]+:apigateway:[^:]*:lambda:path\/{1,2}[^/]+\/functions\/(.+)\/invocations$/.exec(uri);
  if (inner) return inner[1];
  return /^arn:[^:]+:lambda:[^:]*:[^:]*:function:/.test(uri) ? uri : undefined;
}
