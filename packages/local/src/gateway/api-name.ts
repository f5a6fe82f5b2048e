// The name of an API of a template that has no Name: what its OpenAPI document is called.
import { isRecord } from '../resources/properties.ts';

/** The title in an OpenAPI document; `fallback` where there is none. */
export function apiName(document: unknown, fallback: string): string {
  const info = isRecord(document) ? document['info'] : undefined;
  return String((isRecord(info) ? info['title'] : undefined) ?? fallback);
}
