// An API destination that a pipe calls, as enrichment or as target: one event, one request. What it is and how it is
// authorized, EventBridge says.
import { parseArn } from '@earwitness/protocol/internal/aws/arn';
import { ServiceError } from '@earwitness/protocol/internal/aws/errors';
import { buildHttpRequest, type TargetHttpParameters } from '@earwitness/protocol/internal/events/http-parameters';
import { type ConnectionSettings, createConnectionReader } from '../../../destinations/connection.ts';
import { ConnectionFault } from '../../../destinations/connection-fault.ts';
import { createHttpClient } from '../../../destinations/http-client.ts';
import type { Platform } from '../../../platform.ts';
import type { Pipe } from '../pipe.ts';
import { checkRole } from '../role.ts';
import type { Item } from './item.ts';

export interface ApiDestinationCaller {
  /** Returns the body of the answer. @throws ServiceError when there was none, or one that is no success */
  call(pipe: Pipe, asked: Asked): Promise<string>;
  close(): void;
}

/** What enrichments and targets are called by. */
export interface Callers {
  readonly platform: Platform;
  readonly apiDestinations: ApiDestinationCaller;
}

interface Asked {
  readonly arn: string;
  readonly item: Item;
  readonly parameters: TargetHttpParameters | undefined;
}

/** Source: EventBridge user guide, "API destinations", "maximum client execution timeout". */
const TIMEOUT_MS = 5000;
/** Of an enrichment's answer. Source: Pipes user guide, "Event enrichment". */
const ANSWER_BYTES = 6 * 1024 * 1024;
const WITHOUT_BODY = new Set(['GET', 'HEAD', 'OPTIONS']);

export function createApiDestinationCaller(platform: Platform): ApiDestinationCaller {
  const { dispatch } = platform;
  const http = createHttpClient(platform);
  const connections = createConnectionReader(platform, http);

  async function find(pipe: Pipe, arn: string) {
    const { account, region } = pipe;
    const origin = { account, region, principal: { kind: 'service', service: 'pipes.amazonaws.com' } } as const;
    const Name = parseArn(arn)?.resource.split('/')[1] ?? '';
    const found = await dispatch.call('events', 'DescribeApiDestination', { Name }, origin);
    const [, connectionName = ''] = parseArn(found.ConnectionArn ?? '')?.resource.split('/') ?? [];
    const connection = await dispatch.call('events', 'DescribeConnection', { Name: connectionName }, origin);
    const settings: ConnectionSettings = {
      ...{ account, region, name: connectionName, arn: connection.ConnectionArn ?? '' },
      authorizationType: connection.AuthorizationType ?? 'API_KEY',
      state: connection.ConnectionState ?? '',
      secretArn: connection.SecretArn ?? '',
      revision: connection.LastModifiedTime ?? 0,
    };
    return { endpoint: found.InvocationEndpoint ?? '', method: found.HttpMethod ?? 'POST', connection: settings };
  }

  return {
    async call(pipe, { arn, item, parameters }) {
      const resourceInPolicy = arn.slice(0, arn.lastIndexOf('/'));
      await checkRole(platform, pipe, { action: 'events:InvokeApiDestination', resource: arn, resourceInPolicy });
      const { endpoint, method, connection } = await find(pipe, arn);
      const request = buildHttpRequest({
        ...{ endpoint, target: parameters, event: item.open, input: item.text },
        connection: await connections.read(connection).catch(refuseFault),
      });
      if (!URL.canParse(request.url)) throw failed(`${endpoint.replace(/\?.*/s, '')} is not an HTTP address.`);
      const result = await http.send({
        destination: arn,
        ...{ method, url: new URL(request.url), headers: request.headers },
        ...(!WITHOUT_BODY.has(method) && { body: request.body }),
        timeoutMs: TIMEOUT_MS,
        readBytes: ANSWER_BYTES,
      });
      if (result.kind === 'timed out') throw failed(`no answer within ${TIMEOUT_MS / 1000} s.`);
      if (result.kind === 'unreachable') throw failed(`${result.cause ?? result.reason}.`);
      if (result.status === 401 || result.status === 407) await connections.forgetToken(connection);
      if (result.status >= 200 && result.status < 300) return result.body;
      throw failed(`the API destination answered HTTP ${result.status}.`);
    },
    close: () => http.close(),
  };

  function failed(sentence: string): ServiceError {
    return new ServiceError('SDK_CLIENT_ERROR', `Unable to invoke ApiDestination endpoint: ${sentence}`);
  }
  function refuseFault(error: unknown): never {
    throw error instanceof ConnectionFault ? failed(error.message) : error;
  }
}
