import type { Json } from '../../json.ts';
import type { World } from '../world.ts';
import type { Values } from './values.ts';

export interface IntrinsicFunction {
  /** The least and the most arguments. */
  readonly arity: readonly [number, number];
  readonly run: (values: Values, world: World) => Json;
}

export type Functions = Readonly<Record<string, IntrinsicFunction>>;
