// The paths that rules look at, as a tree of names, so that a walk over an event skips every value that no rule looks
// at.
//
//   source, detail.order.id, detail.total  →  ├ source ●          ● a field: rules test the leaves here
//                                             └ detail ┬ order ─ id ●
//                                                      └ total ●
import { isReadable } from '../flatten.ts';
import { encodeUtf8, readText } from '../text.ts';

/** Up to this many names below one node are compared byte by byte; more are looked up as text. */
const COMPARED_NAMES = 16;

export class PathNode<Field> {
  readonly name: string;
  readonly parent: PathNode<Field> | undefined;
  /** What rules keep for this path, if they test leaves here. */
  field: Field | undefined;
  /** Fields here and below. */
  fields = 0;
  hasChildren = false;
  readonly #children = new Map<string, PathNode<Field>>();
  readonly #bytes: Uint8Array;
  /** Children by the length of their names in bytes. */
  #byLength: (PathNode<Field>[] | undefined)[] = [];
  #isWide = false;

  constructor(name = '', parent?: PathNode<Field>) {
    this.name = name;
    this.parent = parent;
    this.#bytes = encodeUtf8(name);
  }

  /** The child with the name that stands, without escapes or dots, in these bytes. */
  childAt(bytes: Uint8Array, start: number, end: number): PathNode<Field> | undefined {
    if (this.#isWide) {
      return start === end ? undefined : this.#children.get(readText(bytes, start, end));
    }
    const candidates = this.#byLength[end - start];
    if (candidates === undefined) return undefined;
    for (const child of candidates) {
      const name = child.#bytes;
      let index = end - start - 1;
      // From the end: names in one object often begin alike.
      while (index >= 0 && name[index] === bytes[start + index]) index--;
      if (index < 0 && end > start) return child;
    }
    return undefined;
  }

  /** The descendant that an event's name with dots or escapes leads to. */
  descendant(name: string): PathNode<Field> | undefined {
    if (!isReadable(name)) return undefined;
    let node: PathNode<Field> | undefined = this;
    for (const step of name.split('.')) {
      node = node.#children.get(step);
      if (node === undefined) return undefined;
    }
    return node;
  }

  /** The node of a pattern's path, made if need be. */
  open(path: string): PathNode<Field> {
    let node: PathNode<Field> = this;
    for (const step of path.split('.')) node = node.#openChild(step);
    return node;
  }

  /**
   * Tells the nodes on the way that a field has come (1) or gone (-1); those that lead nowhere any more are dropped.
   */
  count(change: 1 | -1): void {
    let node: PathNode<Field> | undefined = this;
    while (node) {
      node.fields += change;
      const parent: PathNode<Field> | undefined = node.parent;
      if (node.fields === 0 && parent) parent.#drop(node);
      node = parent;
    }
  }

  #openChild(name: string): PathNode<Field> {
    const known = this.#children.get(name);
    if (known) return known;
    const child = new PathNode(name, this);
    this.#children.set(name, child);
    this.hasChildren = true;
    this.#isWide ||= this.#children.size > COMPARED_NAMES;
    const { length } = child.#bytes;
    while (this.#byLength.length <= length) this.#byLength.push(undefined);
    const same = this.#byLength[length];
    if (same) same.push(child);
    else this.#byLength[length] = [child];
    return child;
  }

  #drop(child: PathNode<Field>): void {
    this.#children.delete(child.name);
    this.hasChildren = this.#children.size > 0;
    const { length } = child.#bytes;
    this.#byLength[length] = this.#byLength[length]?.filter((other) => other !== child);
  }
}
