// The matcher that is obviously right: every rule of every pattern is tried on the flattened event, field by field in
// the order of paths. The fast matcher is tested against it; for a handful of patterns it is fast enough.
import { type FlatEvent, flatten, matchesRule, wantedPaths } from './flatten.ts';
import type { Matcher } from './matcher.ts';
import type { Pattern } from './pattern.ts';
import { decodeUtf8 } from './text.ts';
import { parseTree, type Tree, toJson } from './tree.ts';

/** Creates an empty matcher that tries all its patterns on every event. */
export function createLinearMatcher<Key>(): Matcher<Key> {
  return new LinearMatcher<Key>();
}

class LinearMatcher<Key> implements Matcher<Key> {
  readonly #patterns = new Map<Key, Pattern[]>();
  #wanted: ReadonlySet<string> | undefined;

  get size(): number {
    return this.#patterns.size;
  }

  add(key: Key, pattern: Pattern): void {
    const patterns = this.#patterns.get(key);
    if (patterns) patterns.push(pattern);
    else this.#patterns.set(key, [pattern]);
    this.#wanted = undefined;
  }

  remove(key: Key): boolean {
    this.#wanted = undefined;
    return this.#patterns.delete(key);
  }

  match(event: unknown): Key[] {
    return this.matchJson(toJson(event));
  }

  matchJson(json: string | Uint8Array): Key[] {
    return this.#match(
      parseTree(typeof json === 'string' ? json.replace(LONE_SURROGATES, '\ufffd') : decodeUtf8(json)),
    );
  }

  #match(tree: Tree): Key[] {
    this.#wanted ??= wantedPaths([...this.#patterns.values()].flat());
    const event: FlatEvent = flatten(tree, this.#wanted);
    const keys: Key[] = [];
    for (const [key, patterns] of this.#patterns) {
      if (patterns.some(({ rules }) => rules.some((rule) => matchesRule(rule, event)))) keys.push(key);
    }
    return keys;
  }
}

/** Text as UTF-8 has none; they become what they become in bytes. */
const LONE_SURROGATES = /\p{Surrogate}/gu;
