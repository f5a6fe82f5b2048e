// Calls of a service that another program of this machine answers (`upstream: { 'cognito-idp': 'http://127.0.0.1:9229'
// }`): the request goes there byte for byte, and what comes back goes to the caller.
import { request as httpRequest, type IncomingMessage, type OutgoingHttpHeaders } from 'node:http';
import { request as httpsRequest } from 'node:https';
import { ServiceError } from '@earwitness/protocol/internal/aws/errors';
import { serviceNamed } from '@earwitness/protocol/internal/aws/find-service';
import { encodeRefusal } from '@earwitness/protocol/internal/aws/without-model/answer';
import type { Platform } from '../platform.ts';
import { type Door, type HttpRequest, type HttpResponse, isGone, type RequestHead, targetOf } from './door.ts';
import { OptionError } from './guard.ts';

/** Where calls of a service go, by the service's name in signatures. */
export type Upstream = Readonly<Record<string, string>>;

/** Headers that belong to a connection, not to what is sent over it. Source: RFC 9110, section 7.6.1. */
const HOP_BY_HOP = new Set(['connection', 'keep-alive', 'proxy-connection', 'transfer-encoding', 'upgrade']);

/** @throws OptionError for an address that is none */
export function createUpstreamDoor({ ids, journal }: Pick<Platform, 'ids' | 'journal'>, upstream: Upstream): Door {
  const addresses = new Map(Object.entries(upstream).map(([service, text]) => [service, parseAddress(service, text)]));
  const serviceOf = (request: RequestHead) => serviceNamed({ ...targetOf(request), headers: request.headers });
  const refuse = (request: HttpRequest, response: HttpResponse, error: ServiceError) => {
    if (response.headersSent) {
      response.destroy();
      return;
    }
    const { path, query } = targetOf(request);
    const bytes = new Uint8Array();
    const wire = { method: request.method ?? 'GET', path, query, headers: request.headers, bytes, text: () => '' };
    const { status, headers, body } = encodeRefusal(wire, error, ids.uuid());
    response.writeHead(status, headers);
    response.end(body);
  };
  const accepts = (request: RequestHead) => addresses.size > 0 && addresses.has(serviceOf(request) ?? '');
  return {
    name: 'upstream',
    pages: 'trusted',
    accepts,
    owns: accepts,
    // What is somewhere else needs nothing of this cloud.
    isApart: () => true,
    refuse: (request, response, { status, reason }) =>
      refuse(request, response, new ServiceError('AccessDeniedException', reason, { status })),
    handle(request, response) {
      const service = serviceOf(request) ?? '';
      const address = addresses.get(service);
      if (!address) throw new Error(`no upstream for ${service}`);
      const send = address.protocol === 'https:' ? httpsRequest : httpRequest;
      const sent = send(address, { method: request.method, path: request.url, headers: headersOf(request) });
      sent.on('response', (answer) => {
        response.writeHead(answer.statusCode ?? 502, answerHeaders(answer));
        answer.pipe(response);
        answer.on('error', () => response.destroy());
      });
      sent.on('error', (error) => {
        // It was broken off because nobody waits for the answer any more.
        if (isGone(response)) return;
        const message = `The upstream of ${service}, ${address.origin}, cannot be reached: ${error.message}`;
        journal.record({ kind: 'warning', about: 'upstream', message });
        refuse(request, response, new ServiceError('UpstreamUnreachable', message, { status: 502 }));
      });
      response.on('close', () => sent.destroy());
      request.pipe(sent);
    },
  };
}

function parseAddress(service: string, text: string): URL {
  const address = URL.canParse(text) ? new URL(text) : undefined;
  if (address && /^https?:$/.test(address.protocol)) return address;
  throw new OptionError(`upstream: '${text}' of ${service} is not an address such as http://127.0.0.1:9229.`);
}

/** As they came, the host's included: signatures are made of them. */
function headersOf(request: HttpRequest): OutgoingHttpHeaders {
  const { ':authority': host, ...headers } = request.headers;
  const kept = Object.entries(headers).filter(([name]) => !HOP_BY_HOP.has(name) && !name.startsWith(':'));
  return { ...(typeof host === 'string' && { host }), ...Object.fromEntries(kept) };
}

function answerHeaders({ headers }: IncomingMessage): OutgoingHttpHeaders {
  return Object.fromEntries(Object.entries(headers).filter(([name]) => !HOP_BY_HOP.has(name)));
}
