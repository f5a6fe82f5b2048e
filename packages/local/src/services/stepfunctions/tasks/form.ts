// A request's body as a form, as `Transform` of `http:invoke` says it.
// Source: Step Functions developer guide, "Applying URL-encoding on request body".
import { isArray, isObject, type Json, type JsonObject } from '@earwitness/protocol/internal/states-language/json';
import { percentEncode } from '@earwitness/protocol/internal/text/percent-encode';
import { textOf } from './shapes.ts';

/** How a list is written: `array[0]=a`, `array=a&array=a2`, `array=a,b`, `array[]=a`, or left out. */
type ArrayFormat = 'INDICES' | 'REPEAT' | 'COMMAS' | 'BRACKETS' | 'NONE';

/** JSON text of an object, as a form. */
export function encodeForm(json: string, { Transform: transform }: JsonObject): string {
  const options = isObject(transform) ? transform['RequestEncodingOptions'] : undefined;
  const format = isObject(options) ? options['ArrayFormat'] : undefined;
  const body = JSON.parse(json) as Json;
  const pairs = isObject(body)
    ? Object.entries(body).flatMap(([name, value]) => pairsOf(name, value, isFormat(format) ? format : 'INDICES'))
    : [];
  return pairs.map(([name, value]) => `${percentEncode(name)}=${percentEncode(value)}`).join('&');
}

function isFormat(value: unknown): value is ArrayFormat {
  return typeof value === 'string' && ['INDICES', 'REPEAT', 'COMMAS', 'BRACKETS', 'NONE'].includes(value);
}

function pairsOf(name: string, value: Json, format: ArrayFormat): (readonly [string, string])[] {
  if (isObject(value)) {
    return Object.entries(value).flatMap(([key, inner]) => pairsOf(`${name}[${key}]`, inner, format));
  }
  if (!isArray(value)) return [[name, value === null ? '' : textOf(value)]];
  switch (format) {
    case 'INDICES':
      return value.flatMap((item, index) => pairsOf(`${name}[${index}]`, item, format));
    case 'REPEAT':
      return value.flatMap((item) => pairsOf(name, item, format));
    case 'BRACKETS':
      return value.flatMap((item) => pairsOf(`${name}[]`, item, format));
    case 'COMMAS':
      return [[name, value.map(textOf).join(',')]];
    case 'NONE':
      return [];
  }
}
