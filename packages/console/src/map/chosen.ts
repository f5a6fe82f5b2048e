// What the reader wants to see of the map; it stays while other pages are looked at.
import { signal } from '@preact/signals';
import type { Fold } from './graph.ts';

/** A stack's name, `''` for what no stack made, `undefined` for all. */
export const chosenStack = signal<string | undefined>(undefined);
export const typedName = signal('');
/** `undefined`: as the size of the map suggests. */
export const chosenFold = signal<Fold | undefined>(undefined);
/** `undefined`: as the width of the page suggests. */
export const chosenView = signal<View | undefined>(undefined);

export type View = 'drawing' | 'list';

/** Ours: with more resources than these, rules are drawn as part of their bus, and all of a stack as one box. */
const MANY_NODES = 60;
const VERY_MANY_NODES = 250;

/** How a map of this size is folded unless the reader says otherwise. */
export function usualFold(nodes: number, stacks: number): Fold {
  if (nodes > VERY_MANY_NODES && stacks > 1) return 'stacks';
  return nodes > MANY_NODES ? 'buses' : 'rules';
}
