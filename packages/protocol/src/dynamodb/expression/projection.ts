// What of an item is shown.
import type { Item } from '../value/value.ts';
import { bindPath, readPath, refuseReserved } from './operand.ts';
import { checkDistinctPaths, growTree, type Path, type PathTree, pick } from './path.ts';
import type { Placeholders } from './placeholders.ts';
import { Cursor } from './token.ts';

/** Paths, none of which leads through another. */
export type Projection = readonly Path[];

const PLACE = 'ProjectionExpression';

/** `projection := path { ',' path }` @throws ValidationException */
export function parseProjection(text: string, { placeholders }: { readonly placeholders: Placeholders }): Projection {
  const cursor = new Cursor(text, PLACE);
  const written = [readPath(cursor)];
  while (cursor.takes(',')) written.push(readPath(cursor));
  cursor.end();
  refuseReserved(written, PLACE);
  const paths = written.map((path) => bindPath(path, placeholders, PLACE));
  checkDistinctPaths(paths, PLACE);
  return paths;
}

const trees = new WeakMap<Projection, PathTree<true>>();

/**
 * The part of an item that the paths lead to. Keys are not added by themselves; several elements of one list come in
 * their order, without gaps; what leads nowhere is left out with all that is around it.
 */
export function project(projection: Projection, item: Item): Item {
  let tree = trees.get(projection);
  if (!tree) {
    tree = growTree(projection.map((path) => [path, true] as const));
    trees.set(projection, tree);
  }
  return pick(tree, item);
}
