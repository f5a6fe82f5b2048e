// API destinations: an event becomes one HTTP request. Source: EventBridge user guide, "API destinations": fixed and
// removed headers, 5 s, redirects not followed, retried statuses, Retry-After; messages from dead letters seen on AWS.
import type { Arn } from '@earwitness/protocol/internal/aws/arn';
import { buildHttpRequest, type ConnectionHttpParameters } from '@earwitness/protocol/internal/events/http-parameters';
import { statusText } from '@earwitness/protocol/internal/journal/status';
import type { Delivery, Destination, Outcome, RateLimit } from '../delivery/destination.ts';
import type { RoleCheck } from '../permissions/role.ts';
import type { ConnectionReader, ConnectionSettings } from './connection.ts';
import { ConnectionFault } from './connection-fault.ts';
import type { HttpClient, HttpResult } from './http-client.ts';

/** An API destination as it stands now. */
export interface ApiDestinationSettings {
  readonly endpoint: string;
  readonly method: string;
  readonly ratePerSecond: number;
  readonly connection: ConnectionSettings | undefined;
}

export interface ApiDestinationParts {
  readonly http: HttpClient;
  readonly connections: ConnectionReader;
  readonly checkRole: RoleCheck;
  /** The API destination with this ARN, when there is one. */
  find(arn: string): ApiDestinationSettings | undefined;
}

/** Source: user guide, "maximum client execution timeout". */
const TIMEOUT_MS = 5000;
const WITHOUT_BODY = new Set(['GET', 'HEAD', 'OPTIONS']);
/** Retried beside 5xx. Source: user guide, "How EventBridge retries API destinations", 2026. */
const RETRIED = new Set([401, 407, 409, 429]);

export function createApiDestination({ http, connections, checkRole, find }: ApiDestinationParts): Destination {
  async function attempt(delivery: Delivery, input: string): Promise<Outcome> {
    const { Arn, RoleArn, HttpParameters } = delivery.target;
    const settings = find(Arn);
    if (!settings?.connection) {
      const missing = settings ? 'The connection of the API destination' : `The API destination ${Arn}`;
      return { kind: 'dropped', code: 'NO_RESOURCE', message: `${missing} does not exist.` };
    }
    const { connection, endpoint, method } = settings;
    if (connection.state !== 'AUTHORIZED') {
      return failed('retry', `The connection ${connection.name} is ${connection.state}.`);
    }
    const refused = await checkRole(delivery, {
      roleArn: RoleArn,
      action: 'events:InvokeApiDestination',
      resource: Arn,
      resourceInPolicy: Arn.slice(0, Arn.lastIndexOf('/')),
    });
    if (refused) return refused;

    let parameters: ConnectionHttpParameters;
    try {
      parameters = await connections.read(connection);
    } catch (error) {
      if (error instanceof ConnectionFault) return failed('retry', error.message);
      throw error;
    }
    const { event } = delivery;
    const parts = buildHttpRequest({ endpoint, target: HttpParameters, connection: parameters, event, input });
    if (!/^https?:/i.test(parts.url) || !URL.canParse(parts.url)) {
      return failed('dropped', `${endpoint.replace(/\?.*/s, '')} is not an HTTP address.`);
    }
    const url = new URL(parts.url);
    const { headers, body } = parts;
    const result = await http.send({
      destination: Arn,
      method,
      url,
      headers,
      ...(!WITHOUT_BODY.has(method) && { body }),
      timeoutMs: TIMEOUT_MS,
    });
    // The next attempt brings a new token.
    if (result.kind === 'answered' && (result.status === 401 || result.status === 407)) {
      await connections.forgetToken(connection);
    }
    return {
      url: url.origin + url.pathname,
      ...(result.isInjected && { isInjected: true }),
      ...judge(result),
    };
  }

  return {
    accepts: ({ service, resource }: Arn) => service === 'events' && resource.startsWith('api-destination/'),
    limit({ target }): RateLimit | undefined {
      const settings = find(target.Arn);
      return settings && { key: target.Arn, ratePerSecond: settings.ratePerSecond };
    },
    attempt,
  };
}

function judge(result: HttpResult): Outcome {
  if (result.kind === 'timed out') {
    const { message } = failed('retry', 'Timeout calling endpoint for API Destination: socket closed.');
    const cause = `no answer within ${TIMEOUT_MS / 1000} s`;
    return { kind: 'retry', code: 'UNKNOWN', message, cause, inDoubt: result.sent, timedOut: true };
  }
  if (result.kind === 'unreachable') {
    const { sent, reason, cause } = result;
    return {
      ...failed('retry', 'API destination endpoint cannot be reached.'),
      hint: `(${reason})`,
      ...(cause !== undefined && { cause }),
      inDoubt: sent,
    };
  }
  const { status, retryAfter } = result;
  if (status >= 200 && status < 300) return { kind: 'delivered', status };
  const cause = `answered ${statusText(status)}`;
  const told = <Kind extends 'retry' | 'dropped'>(kind: Kind) => ({
    ...failed(kind, sentenceOf(status)),
    cause,
    status,
  });
  if (status < 500 && !RETRIED.has(status)) return told('dropped');
  const afterMs = parseRetryAfter(retryAfter);
  // A negative wait means: do not come back. Source: user guide.
  if (afterMs !== undefined && afterMs < 0) return told('dropped');
  return { ...told('retry'), ...(afterMs !== undefined && { afterMs }) };
}

function sentenceOf(status: number): string {
  if (status === 401 || status === 403) {
    return `The request failed because the credentials included for the connection are not authorized for the API destination. (HTTP ${status})`;
  }
  return `The API destination answered HTTP ${status}.`;
}

function failed<Kind extends 'retry' | 'dropped'>(kind: Kind, sentence: string) {
  return { kind, code: 'SDK_CLIENT_ERROR', message: `Unable to invoke ApiDestination endpoint: ${sentence}` };
}

/** Seconds, as AWS reads the header; anything else says nothing. */
function parseRetryAfter(value: string | undefined): number | undefined {
  const seconds = value === undefined ? Number.NaN : Number(value);
  return Number.isFinite(seconds) ? seconds * 1000 : undefined;
}
