// Where a URL leads that this cloud answers itself: a topic, a deployed API, a function's URL.
import type { Address } from '../platform.ts';

/** What the map knows it by; `undefined` for a URL of others. */
export function placeAtOwn(url: string, address: Pick<Address, 'http' | 'https'>): string | undefined {
  if (!URL.canParse(url)) return undefined;
  const { pathname, port, hostname } = new URL(url);
  const own = [new URL(address.http), new URL(address.https)];
  const isHere = own.some((one) => one.hostname === hostname) || hostname === 'localhost' || hostname === '127.0.0.1';
  if (!isHere || !own.some((one) => one.port === port)) return undefined;
  const [, cache, topic] = /^\/topics\/([^/]+)\/([^/]+)$/.exec(pathname) ?? [];
  if (cache !== undefined && topic !== undefined) return topicId(decodeURIComponent(cache), decodeURIComponent(topic));
  const [, api] = /^\/(?:_aws\/execute-api|restapis)\/([^/]+)/.exec(pathname) ?? [];
  if (api !== undefined) return apiId(api);
  const [, id] = /^\/_aws\/lambda-url\/([^/]+)/.exec(pathname) ?? [];
  return id === undefined ? undefined : functionUrl(address, id);
}

/** A Momento topic has no ARN. */
export function topicId(cache: string, topic: string): string {
  return `momento:${cache}/${topic}`;
}

/** An API whose kind and place are not known by its address; the map finds it by this. */
export function apiId(api: string): string {
  return `api:${api}`;
}

export function functionUrl({ http }: Pick<Address, 'http'>, id: string): string {
  return `${http}/_aws/lambda-url/${id}/`;
}
