// The door for requests without a signature: links in messages, which confirm a subscription or end it, and the
// certificate of the key that signs. Everything else is the AWS API's.

import { parseArn } from '@earwitness/protocol/internal/aws/arn';
import { ServiceError } from '@earwitness/protocol/internal/aws/errors';
import { queryCodec } from '@earwitness/protocol/internal/aws/query/query';
import type { Call } from '../../call.ts';
import { type Door, type HttpResponse, targetOf } from '../../http/door.ts';
import type { Platform } from '../../platform.ts';
import type { AwsService } from '../../service.ts';
import type { Signing } from './message/signing-key.ts';
import { certificateIdOf, isForLinks } from './paths.ts';

/** Whoever follows a link. */
const ANONYMOUS = { kind: 'service', service: 'anonymous' } as const;

export function isAnonymous({ principal }: Call): boolean {
  return principal.kind === 'service' && principal.service === ANONYMOUS.service;
}

export function createLinkDoor(platform: Platform, signing: Signing, service: () => AwsService): Door {
  const { dispatch, ids } = platform;

  async function follow(query: string, response: HttpResponse): Promise<void> {
    const sns = service();
    const model = await dispatch.model(sns);
    const requestId = ids.uuid();
    try {
      const request = { method: 'GET', path: '/', query, headers: {}, bytes: new Uint8Array(), text: () => '' };
      const { operation, input } = queryCodec.decode(model, request);
      const output = await dispatch.run(sns, operation, input, callOf(new URLSearchParams(query), requestId));
      send(response, queryCodec.encodeOutput(model, operation, output, requestId));
    } catch (error) {
      if (!(error instanceof ServiceError)) throw error;
      send(response, queryCodec.encodeError(model, error, requestId));
    }
  }

  return {
    name: 'sns',
    pages: 'trusted',
    accepts: isForLinks,
    refuse(_request, response, { status, reason }) {
      response.writeHead(status, { 'content-type': 'text/plain; charset=utf-8' });
      response.end(`${reason}\n`);
    },
    async handle(request, response) {
      const { path, query } = targetOf(request);
      request.resume();
      const id = certificateIdOf(path);
      if (id === undefined) return follow(query, response);
      const certificate = signing.certificate(id);
      response.writeHead(certificate === undefined ? 404 : 200, { 'content-type': 'application/x-pem-file' });
      response.end(certificate ?? 'There is no certificate of this id.\n');
    },
  };
}

/** Acts where the ARN in the link says. */
function callOf(form: URLSearchParams, requestId: string): Call {
  const { account = '', region = '' } = parseArn(form.get('TopicArn') ?? form.get('SubscriptionArn') ?? '') ?? {};
  return { account, region, principal: ANONYMOUS, requestId };
}

function send(response: HttpResponse, { status, headers, body }: ReturnType<typeof queryCodec.encodeOutput>): void {
  response.writeHead(status, headers);
  response.end(body);
}
