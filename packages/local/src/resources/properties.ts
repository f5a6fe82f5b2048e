// Single properties of a template, as the type reads them that a service's operations do not take as they are.
import { plainText } from '@earwitness/protocol/internal/template/value';
import type { Properties } from './resource.ts';

/** A property that is a number, also when the template wrote text. */
export function numberProperty(properties: Properties, name: string): number | undefined {
  const value = properties[name];
  return value === undefined ? undefined : Number(value);
}

/** A property that is a text. */
export function textProperty(properties: Properties, name: string): string | undefined {
  const value = properties[name];
  return value === undefined ? undefined : plainText(value);
}

/** A property that is a list of texts; none when it is left out. */
export function textsProperty(properties: Properties, name: string): string[] {
  const value = properties[name];
  return Array.isArray(value) ? value.map(plainText) : [];
}

export function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
