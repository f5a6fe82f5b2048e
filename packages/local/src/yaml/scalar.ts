import { boolCoreTag, floatCoreTag, intCoreTag, nullCoreTag } from 'js-yaml';
import type { ScalarNode } from './node.ts';

/** How whatever is no text begins; an empty scalar is null. Source: YAML 1.2, core schema. */
const OTHER = /^(?:[-+.~\d]|null|true|false|$)/i;

const CORE_TAGS = [nullCoreTag, boolCoreTag, intCoreTag, floatCoreTag];

/**
 * What a scalar says by YAML 1.2's core schema: `yes` and `2010-09-09` are texts, and so is what stands behind a tag
 * that YAML does not know.
 */
export function scalarValue({ text, isPlain, tag }: ScalarNode): string | number | boolean | null {
  const mayBeOther = tag === undefined ? isPlain && OTHER.test(text) : tag.startsWith('!!') && tag !== '!!str';
  if (!mayBeOther) return text;
  for (const { resolve, tagName } of CORE_TAGS) {
    const value: unknown = resolve(text, tag !== undefined, tagName);
    if (value === null || typeof value === 'boolean' || typeof value === 'number') return value;
  }
  return text;
}
