// What stands before a route and decides who comes in, as a deployment keeps it: plain data, for REST and HTTP APIs
// alike.

export type DeployedAuthorizer =
  | FunctionAuthorizer
  | IamAuthorizer
  | JwtAuthorizer
  | TokenAuthorizer
  | StandInAuthorizer;

/** A function is asked: a Lambda authorizer. */
export interface FunctionAuthorizer {
  readonly kind: 'function';
  readonly id: string;
  readonly name: string;
  /** ARN of the function. May name stage variables. */
  readonly arn: string;
  /** What the function gets: a token alone (REST), or the request in one of two formats. A REST API's is 1.0. */
  readonly input: 'token' | '1.0' | '2.0';
  /** What makes up a caller's identity, as `parameterValue` reads it: `$request.header.authorization`. */
  readonly sources: readonly string[];
  /** A regular expression that a token has to match as a whole (REST). */
  readonly expression?: string;
  /** The function answers `{isAuthorized}`, or with a policy as well (HTTP, format 2.0). */
  readonly isSimple: boolean;
  /** 0: nothing is kept. */
  readonly ttlSeconds: number;
  /** ARN of the role on whose behalf the function is invoked; without one its policy has to let the gateway. */
  readonly role?: string;
}

/** Requests have to be signed. */
export interface IamAuthorizer {
  readonly kind: 'iam';
}

/** A token is verified by the keys of its issuer (HTTP). */
export interface JwtAuthorizer {
  readonly kind: 'jwt';
  readonly name: string;
  /** Where the token is, as in `sources` above. */
  readonly source: string;
  readonly issuer: string;
  readonly audience: readonly string[];
  /** Of the route: one of them is enough. */
  readonly scopes: readonly string[];
}

/** Stands in: a token is read and not verified. */
export interface TokenAuthorizer {
  readonly kind: 'token';
  readonly type: 'JWT' | 'COGNITO_USER_POOLS';
  /** Where the token is, as in `sources` above. */
  readonly source: string;
  /** The route asks for scopes, so that the event tells which ones the token has. */
  readonly hasScopes: boolean;
}

/** Stands in: nobody is asked. */
export interface StandInAuthorizer {
  readonly kind: 'stand-in';
  /** What asks for an authorizer that nobody describes. */
  readonly type: string;
}
