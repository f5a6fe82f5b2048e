import type { YamlNode } from './node.ts';
import { readYaml, YamlError, type YamlText } from './read.ts';
import { scalarValue } from './scalar.ts';

/**
 * The value of a text, `null` for an empty one; `undefined` when it is not well-formed, is nested too deeply, or has
 * aliases that name nothing or stand for too much.
 */
export function parseYaml(text: string): unknown {
  try {
    const read = readYaml(text);
    return read.root ? toValue(read.root, read.aliases) : null;
  } catch (error) {
    if (error instanceof YamlError) return undefined;
    throw error;
  }
}

function toValue(node: YamlNode, aliases: YamlText['aliases']): unknown {
  switch (node.kind) {
    case 'scalar':
      return scalarValue(node);
    case 'list':
      return node.items.map((item) => toValue(item, aliases));
    case 'map':
      return Object.fromEntries(
        node.members.map(({ key, value }) => [
          key.kind === 'scalar' ? key.text : JSON.stringify(toValue(key, aliases)),
          toValue(value, aliases),
        ]),
      );
    case 'alias': {
      const anchored = aliases.get(node);
      if (!anchored) throw new YamlError(`the alias *${node.name} names no anchor`);
      return toValue(anchored, aliases);
    }
  }
}
