// JSON on lines, by two spaces a level, written as it came.
import type { Branch, Tree } from '@earwitness/protocol/internal/pattern/tree';
import { showControls } from '@earwitness/protocol/internal/text/show-controls';

export function isBranch(tree: Tree): tree is Branch {
  return tree.kind === 'object' || tree.kind === 'array';
}

/** Whether a tree has no more levels than this: each is indented, and thousands would be more white space than text. */
export function isShallow(tree: Tree, levels: number): boolean {
  if (!isBranch(tree)) return true;
  return levels > 0 && tree.entries.every(({ value }) => isShallow(value, levels - 1));
}

/** The text of a small tree. Signs that cannot be seen are shown as escapes. */
export function indentTree(tree: Tree, indent = ''): string {
  if (!isBranch(tree)) return tree.kind === 'string' ? showControls(JSON.stringify(tree.text)) : tree.text;
  const [open, close] = tree.kind === 'object' ? ['{', '}'] : ['[', ']'];
  if (tree.entries.length === 0) return open + close;
  const inner = `${indent}  `;
  const lines = tree.entries.map(({ name, value }) => {
    const label = tree.kind === 'object' ? `${showControls(JSON.stringify(name))}: ` : '';
    return `${inner}${label}${indentTree(value, inner)}`;
  });
  return `${open}\n${lines.join(',\n')}\n${indent}${close}`;
}

/** `{ id, name, … }`, `[ 1200 ]` */
export function summaryOf({ kind, entries }: Branch): string {
  if (kind === 'array') return `[ ${entries.length} ]`;
  const names = entries.slice(0, 4).map(({ name }) => showControls(name.slice(0, 40)));
  return `{ ${[...names, ...(entries.length > 4 ? ['…'] : [])].join(', ')} }`;
}
