import type { AliasNode, ListNode, MapNode, YamlNode } from './node.ts';

/** How much a node is once every alias is written out. `Infinity` for an alias inside of what it stands for. */
export interface Extent {
  readonly values: number;
  /** Levels of nesting; 1 for a scalar. */
  readonly depth: number;
}

const ONE: Extent = { values: 1, depth: 1 };

const ENDLESS: Extent = { values: Infinity, depth: Infinity };

/** What each alias stands for, and the extent of it all: measured without writing anything out. */
export function resolveAliases(root: YamlNode): Extent & { readonly aliases: ReadonlyMap<AliasNode, YamlNode> } {
  const aliases = new Map<AliasNode, YamlNode>();
  // A name may be given again: an alias stands for the last one before it.
  const anchors = new Map<string, YamlNode>();
  const extents = new Map<YamlNode, Extent>();

  const measure = (node: YamlNode): Extent => {
    if (node.kind === 'alias') {
      const anchored = anchors.get(node.name);
      if (anchored === undefined) return ONE;
      aliases.set(node, anchored);
      // What is not measured yet is around the alias.
      return extents.get(anchored) ?? ENDLESS;
    }
    if (node.anchor !== undefined) anchors.set(node.anchor, node);
    const extent = node.kind === 'scalar' ? ONE : around(node);
    if (node.anchor !== undefined) extents.set(node, extent);
    return extent;
  };

  const around = (node: ListNode | MapNode): Extent => {
    let { values, depth } = ONE;
    const add = (inner: YamlNode) => {
      const extent = measure(inner);
      values += extent.values;
      depth = Math.max(depth, extent.depth + 1);
    };
    if (node.kind === 'list') node.items.forEach(add);
    else {
      for (const { key, value } of node.members) {
        add(key);
        add(value);
      }
    }
    return { values, depth };
  };

  return { aliases, ...measure(root) };
}
