// What a connection adds to a request: its authorization and its own parameters, read from its secret in Secrets
// Manager. Kept until the connection changes (users cannot write that secret: EventBridge owns it), tokens until they
// are refused or run out.
import { type ConnectionSecret, parseConnectionSecret } from '@earwitness/protocol/internal/events/connection-secret';
import type { ConnectionHttpParameters, Parameter } from '@earwitness/protocol/internal/events/http-parameters';
import type { Platform } from '../platform.ts';
import type { HttpClient } from './http-client.ts';
import { fetchToken, type Token } from './oauth.ts';

/** A connection as its API destinations see it. */
export interface ConnectionSettings {
  readonly arn: string;
  readonly name: string;
  readonly account: string;
  readonly region: string;
  readonly authorizationType: 'BASIC' | 'API_KEY' | 'OAUTH_CLIENT_CREDENTIALS';
  readonly state: string;
  readonly secretArn: string;
  /** Changes with every change of the connection. */
  readonly revision: number;
}

export interface ConnectionReader {
  /**
   * Headers, query and body parameters for a request.
   * @throws ConnectionFault when no token could be had.
   */
  read(connection: ConnectionSettings): Promise<ConnectionHttpParameters>;
  /** Forgets the connection's token: the destination refused it. */
  forgetToken(connection: ConnectionSettings): Promise<void>;
  clear(): void;
}

interface Known {
  readonly secret: ConnectionSecret;
  /** Authorization and parameters, as far as they do not change. */
  readonly parameters: ConnectionHttpParameters;
  token?: Promise<Token> | undefined;
  tokenEndsAt: number;
}

/** A token this close to its end is renewed before it is used. */
const RENEW_BEFORE_MS = 60_000;

export function createConnectionReader(platform: Platform, http: HttpClient): ConnectionReader {
  // By the connection's ARN; deliveries that come at the same time wait for one answer.
  const known = new Map<string, { readonly revision: number; readonly loaded: Promise<Known> }>();

  function load(connection: ConnectionSettings): Promise<Known> {
    const { arn, revision } = connection;
    const found = known.get(arn);
    if (found?.revision === revision) return found.loaded;
    const loaded = loadSecret(connection);
    known.set(arn, { revision, loaded });
    loaded.catch(() => known.delete(arn));
    return loaded;
  }

  async function loadSecret(connection: ConnectionSettings): Promise<Known> {
    const { account, region, secretArn } = connection;
    const { SecretString = '{}' } = await platform.dispatch.call(
      'secretsmanager',
      'GetSecretValue',
      { SecretId: secretArn },
      { account, region, principal: { kind: 'service', service: 'events.amazonaws.com' } },
    );
    const secret = parseConnectionSecret(SecretString);
    return { secret, parameters: parametersOf(connection, secret), tokenEndsAt: 0 };
  }

  async function tokenOf(entry: Known): Promise<Token> {
    if (entry.token && platform.clock.now() < entry.tokenEndsAt - RENEW_BEFORE_MS) return entry.token;
    // Deliveries that come meanwhile wait for the same token.
    entry.tokenEndsAt = Number.POSITIVE_INFINITY;
    const asked = fetchToken(http, entry.secret);
    entry.token = asked;
    try {
      const token = await asked;
      entry.tokenEndsAt = platform.clock.now() + token.lifetimeMs;
      return token;
    } catch (error) {
      entry.token = undefined;
      throw error;
    }
  }

  return {
    async read(connection) {
      const entry = await load(connection);
      if (connection.authorizationType !== 'OAUTH_CLIENT_CREDENTIALS') return entry.parameters;
      const { type, value } = await tokenOf(entry);
      const headers = [...entry.parameters.headers, { key: 'Authorization', value: `${type} ${value}` }];
      return { ...entry.parameters, headers };
    },
    async forgetToken({ arn }) {
      const entry = await known.get(arn)?.loaded;
      if (entry) entry.token = undefined;
    },
    clear() {
      known.clear();
    },
  };
}

function parametersOf(connection: ConnectionSettings, secret: ConnectionSecret): ConnectionHttpParameters {
  const {
    header_parameters = [],
    query_string_parameters = [],
    body_parameters = [],
  } = secret.invocation_http_parameters ?? {};
  const authorization = authorizationOf(connection, secret);
  return {
    headers: authorization ? [...header_parameters, authorization] : header_parameters,
    query: query_string_parameters,
    body: body_parameters,
  };
}

function authorizationOf({ authorizationType }: ConnectionSettings, secret: ConnectionSecret): Parameter | undefined {
  switch (authorizationType) {
    case 'API_KEY':
      return { key: secret.api_key_name ?? '', value: secret.api_key_value ?? '' };
    case 'BASIC': {
      const pair = Buffer.from(`${secret.username}:${secret.password}`).toString('base64');
      return { key: 'Authorization', value: `Basic ${pair}` };
    }
    case 'OAUTH_CLIENT_CREDENTIALS':
      return undefined;
  }
}
