// Who may come in at all: asked before every door, from the request's headers alone, before anything of its body is
// read.
//
// The local cloud trusts its callers as AWS trusts a signature, and any web page that its user visits could call it,
// too. Two things tell such a page. `Host`: a foreign name that was pointed at this machine (DNS rebinding) makes a
// page's requests look as if they stayed on its own site, so only names of ours are answered. `Origin`: the browser
// names the page that asks. Where it names none (plain GETs, such as images and links), Fetch metadata says whether the
// page was of another site. Browsers send it to loopback names and over TLS only; under any other name, plain HTTP from
// a browser that says nothing may come from any page. Sources: Fetch standard, "Origin header"; W3C Fetch Metadata
// Request Headers, "Sec-Fetch-Site" (to a potentially trustworthy URL only), both read 2026-11-28.
import type { IncomingHttpHeaders } from 'node:http';
import { isIP } from 'node:net';
import { HOST_PREFIXES } from '@earwitness/protocol/internal/momento/key';

/**
 * Which web pages a door answers: those of this machine and of `origins`, or any, as the real service does. `linking`:
 * those of this machine, and any page may have a link that its reader follows to a page of ours.
 */
export type Pages = 'trusted' | 'linking' | 'any';

export interface GuardOptions {
  /** The address that the cloud listens on. */
  readonly host: string;
  /** Further names under which it is reached: a container's name, `host.docker.internal`. No port. */
  readonly hosts: readonly string[];
  /** Origins of web pages that may call everything, such as `https://app.example.com:8443`. */
  readonly origins: readonly string[];
}

export interface Guard {
  /** Why the request is turned away, in a sentence or two for its sender; `undefined` when it may come in. */
  findRefusal(headers: IncomingHttpHeaders, pages: Pages): string | undefined;
  /** Whether a host name, in lower case, or an address is one under which this cloud is asked. */
  isOurs(name: string): boolean;
  /** The name that clients on this machine use, ready for a URL: `127.0.0.1` unless another address is listened on. */
  readonly usualName: string;
  /** The name under which a request came that was let in: the usual one instead of any loopback name. */
  nameFor(headers: IncomingHttpHeaders): string;
  /** What the certificate has to bear beside the loopback names. */
  readonly names: readonly string[];
}

/** An option of `startLocal` that makes no sense. */
export class OptionError extends Error {
  override readonly name = 'OptionError';
}

const HOSTS = '`hosts` (earwitness.config.ts, startLocal() or --allow-host)';
const ORIGINS = '`origins` (earwitness.config.ts, startLocal() or --allow-origin)';

/** @throws OptionError for a host or an origin that is not one. */
export function createGuard({ host, hosts, origins }: GuardOptions): Guard {
  const everyAddress = host === '0.0.0.0' || host === '::';
  const usualName = everyAddress ? '127.0.0.1' : parseHostName(host, 'host');
  const names = new Set(
    [usualName, ...hosts.map((name) => parseHostName(name, 'hosts'))].filter((name) => !isLoopback(name)),
  );
  // Momento's clients call `cache.host.docker.internal`, where their key says `host.docker.internal`.
  const prefixed = new Set([...names].flatMap((name) => ['', ...HOST_PREFIXES].map((prefix) => `${prefix}${name}`)));
  const listed = new Set(origins.map(parseOrigin));

  // An address cannot be pointed elsewhere as a name can: where every address of this machine is listened on, any may
  // be asked.
  const isOurs = (name: string) => {
    const host = name.replace(HOST_PREFIX_OF_AWS, '');
    return isLoopback(host) || prefixed.has(host) || (everyAddress && isAddress(host)) || OWNED_BY_AWS.test(name);
  };

  function judgePage(headers: IncomingHttpHeaders, pages: Pages, name: string): string | undefined {
    const { origin, 'sec-fetch-site': site } = headers;
    if (headers['access-control-request-method'] !== undefined) {
      return 'No preflight request is granted for AWS and admin paths: a web page may send simple requests at most.';
    }
    if (origin === undefined) {
      if (site === undefined && isBrowser(headers) && !isLoopback(name)) {
        return (
          'A browser sent this request by plain HTTP to a name that is not of this machine, and then it does not say from which page. ' +
          'Ask by https, or on this machine by http://localhost.'
        );
      }
      // `none`: typed by the user, or a bookmark. Programs send nothing.
      if (site === undefined || site === 'none' || site === 'same-origin') return undefined;
      if (pages === 'linking' && isFollowedLink(headers)) return undefined;
      return (
        `A web page of another site sent this request and does not say which (Sec-Fetch-Site: ${shown(site)}). Pages of this ` +
        `machine, and of origins in ${ORIGINS}, may send it with fetch, which tells their origin.`
      );
    }
    if (listed.has(origin) || isLoopbackOrigin(origin) || isOwnOrigin(origin, headers)) return undefined;
    return origin === 'null'
      ? 'A web page without an origin (a file, a sandboxed frame) sent this request. Serve the page from this machine ' +
          `(http://localhost:…), or from an origin in ${ORIGINS}.`
      : `A web page of ${shown(origin)} sent this request, and only pages of this machine may. If the page is yours, list ` +
          `'${shown(origin)}' in ${ORIGINS}.`;
  }

  return {
    findRefusal(headers, pages) {
      const name = hostNameOf(authorityOf(headers));
      if (!isOurs(name)) {
        return `Earwitness does not answer to the host name '${shown(name)}'. If clients reach it by this name, list it in ${HOSTS}.`;
      }
      return pages === 'any' ? undefined : judgePage(headers, pages, name);
    },
    isOurs,
    usualName,
    nameFor(headers) {
      const name = hostNameOf(authorityOf(headers));
      return isLoopback(name) ? usualName : name;
    },
    names: [...names],
  };
}

/** The host and port that a request is meant for, as sent; empty when it does not tell. */
export function authorityOf(headers: IncomingHttpHeaders): string {
  const authority = headers[':authority'];
  return (typeof authority === 'string' ? authority : headers.host) ?? '';
}

// AWS's SDKs put it before whatever host they are given. Nobody can own `sync-127.0.0.1`. Source: botocore,
// stepfunctions, endpoint.hostPrefix of StartSyncExecution and TestState.
const HOST_PREFIX_OF_AWS = /^sync-/;

// Names that show up in outputs of stacks, and those of buckets. Only AWS can say what they point at.
const OWNED_BY_AWS =
  /^([a-z0-9]+\.(execute-api\.[a-z0-9-]+\.amazonaws\.com(\.cn)?|lambda-url\.[a-z0-9-]+\.on\.aws)|([a-z0-9.-]+\.)?s3[.-]([a-z0-9-]+\.)?amazonaws\.com(\.cn)?)$/;

// `localhost` and every name below it are of this machine (RFC 6761, 6.3), the names in our certificate among them.
export function isLoopback(name: string): boolean {
  return name === 'localhost' || name === '[::1]' || name.endsWith('.localhost') || /^127(\.\d{1,3}){3}$/.test(name);
}

// Every browser begins like this, and a page that changes it has to ask with a preflight.
function isBrowser({ 'user-agent': agent = '' }: IncomingHttpHeaders): boolean {
  return agent.startsWith('Mozilla/');
}

// A whole page that the browser goes to; no frame, no image, nothing that the page with the link could read.
function isFollowedLink({ 'sec-fetch-mode': mode, 'sec-fetch-dest': destination }: IncomingHttpHeaders): boolean {
  return mode === 'navigate' && destination === 'document';
}

function isLoopbackOrigin(origin: string): boolean {
  const [, authority] = /^https?:\/\/([^/?#@]+)$/.exec(origin) ?? [];
  return authority !== undefined && isLoopback(hostNameOf(authority));
}

// A page that the local cloud itself served, as a deployed API does, under whatever name of ours.
function isOwnOrigin(origin: string, headers: IncomingHttpHeaders): boolean {
  const authority = authorityOf(headers);
  return origin === `http://${authority}` || origin === `https://${authority}`;
}

function isAddress(name: string): boolean {
  return isIP(name.replace(/^\[(.*)\]$/, '$1')) !== 0;
}

/** In lower case, without the port; an IPv6 address in its brackets. */
export function hostNameOf(authority: string): string {
  return authority.replace(/:\d*$/, '').toLowerCase();
}

function parseHostName(text: string, option: string): string {
  const name = text.toLowerCase();
  if (/^[a-z0-9_]([a-z0-9_.-]*[a-z0-9_])?$/.test(name)) return name;
  if (isIP(name) === 6) return `[${name}]`;
  throw new OptionError(
    `${option}: '${text}' is not a host name. Expected is a name without scheme and port, such as 'host.docker.internal'.`,
  );
}

function parseOrigin(text: string): string {
  const url = URL.canParse(text) ? new URL(text) : undefined;
  // The origin of a scheme that browsers do not know (an extension's, an app's) is the text itself.
  const origin = url && (url.origin === 'null' ? `${url.protocol}//${url.host}` : url.origin);
  if (origin !== undefined && url?.host !== '' && (text === origin || text === `${origin}/`)) return origin;
  throw new OptionError(
    `origins: '${text}' is not an origin. Expected is a scheme, a host and perhaps a port, such as 'https://app.example.com:8443'.`,
  );
}

// What comes from outside is quoted short and printable: it goes into header values and terminals.
function shown(text: string | string[]): string {
  return String(text)
    .slice(0, 200)
    .replace(/[^\x21-\x7e]/g, '?');
}
