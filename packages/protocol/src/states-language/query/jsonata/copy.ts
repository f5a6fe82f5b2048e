import type { Json } from '../../json.ts';
import { Unsupported } from './failure.ts';

export function copyOut(value: unknown): Json | undefined {
  if (value === undefined) return undefined;
  if (typeof value === 'function') throw new Unsupported();
  return JSON.parse(JSON.stringify(value)) as Json;
}
