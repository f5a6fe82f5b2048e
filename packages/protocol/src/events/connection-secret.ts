// The secret that a connection keeps in Secrets Manager: how EventBridge writes it, and how it is read for a request.
// Source: native captures, September 2026 (order of members, empty lists left out).
import type { Parameter } from './http-parameters.ts';

/** A connection's parameters as CreateConnection takes them. */
export interface ConnectionAuth {
  readonly BasicAuthParameters?:
    | { readonly Username?: string | undefined; readonly Password?: string | undefined }
    | undefined;
  readonly ApiKeyAuthParameters?:
    | { readonly ApiKeyName?: string | undefined; readonly ApiKeyValue?: string | undefined }
    | undefined;
  readonly OAuthParameters?:
    | {
        readonly ClientParameters?:
          | { readonly ClientID?: string | undefined; readonly ClientSecret?: string | undefined }
          | undefined;
        readonly AuthorizationEndpoint?: string | undefined;
        readonly HttpMethod?: 'GET' | 'POST' | 'PUT' | undefined;
        readonly OAuthHttpParameters?: HttpParameters | undefined;
      }
    | undefined;
  readonly InvocationHttpParameters?: HttpParameters | undefined;
}

export interface HttpParameters {
  readonly HeaderParameters?: readonly HttpParameter[] | undefined;
  readonly QueryStringParameters?: readonly HttpParameter[] | undefined;
  readonly BodyParameters?: readonly HttpParameter[] | undefined;
}

interface HttpParameter {
  readonly Key?: string | undefined;
  readonly Value?: string | undefined;
  readonly IsValueSecret?: boolean | undefined;
}

interface SecretParameter extends Parameter {
  readonly is_value_secret: boolean;
}

interface SecretParameters {
  readonly header_parameters?: readonly SecretParameter[];
  readonly query_string_parameters?: readonly SecretParameter[];
  readonly body_parameters?: readonly SecretParameter[];
}

/** The secret's JSON. Which members it has follows from the authorization type. */
export interface ConnectionSecret {
  readonly username?: string;
  readonly password?: string;
  readonly api_key_name?: string;
  readonly api_key_value?: string;
  readonly client_id?: string;
  readonly client_secret?: string;
  readonly authorization_endpoint?: string;
  readonly http_method?: string;
  readonly oauth_http_parameters?: SecretParameters;
  readonly invocation_http_parameters?: SecretParameters;
}

/** Writes the secret; members of `previous` stay where `auth` says nothing. */
export function formatConnectionSecret(auth: ConnectionAuth, previous: ConnectionSecret = {}): string {
  const { BasicAuthParameters: basic, ApiKeyAuthParameters: apiKey, OAuthParameters: oauth } = auth;
  const secret = {
    ...previous,
    ...(basic && given({ username: basic.Username, password: basic.Password })),
    ...(apiKey && given({ api_key_name: apiKey.ApiKeyName, api_key_value: apiKey.ApiKeyValue })),
    ...(oauth &&
      given({
        client_id: oauth.ClientParameters?.ClientID,
        client_secret: oauth.ClientParameters?.ClientSecret,
        authorization_endpoint: oauth.AuthorizationEndpoint,
        http_method: oauth.HttpMethod,
        oauth_http_parameters: oauth.OAuthHttpParameters && formatParameters(oauth.OAuthHttpParameters),
      })),
    ...given({
      invocation_http_parameters: auth.InvocationHttpParameters && formatParameters(auth.InvocationHttpParameters),
    }),
  };
  return JSON.stringify(secret);
}

/** Reads what formatConnectionSecret wrote. */
export function parseConnectionSecret(text: string): ConnectionSecret {
  return JSON.parse(text) as ConnectionSecret;
}

function formatParameters(parameters: HttpParameters): SecretParameters {
  const list = (values: readonly HttpParameter[] | undefined) =>
    values && values.length > 0
      ? values.map(({ Key = '', Value = '', IsValueSecret = false }) => ({
          key: Key,
          value: Value,
          is_value_secret: IsValueSecret,
        }))
      : undefined;
  return given({
    header_parameters: list(parameters.HeaderParameters),
    query_string_parameters: list(parameters.QueryStringParameters),
    body_parameters: list(parameters.BodyParameters),
  });
}

/** The same record without members that are undefined. */
function given<T extends object>(members: T): { [K in keyof T]?: Exclude<T[K], undefined> } {
  return Object.fromEntries(Object.entries(members).filter(([, value]) => value !== undefined)) as never;
}
