// What backbones have opened under one key. A key (`tableOf<Rule>('events/rules')`) bears the type of what stands under
// its name, and keeps what each backbone made for it: so nobody has to claim a type, and two clouds in one process
// share a key and nothing else.

export class Opened<Thing> {
  readonly #byOwner = new WeakMap<object, Map<string, Thing>>();

  /** What `owner` opened, by id. */
  of(owner: object): Map<string, Thing> {
    let things = this.#byOwner.get(owner);
    if (!things) {
      things = new Map();
      this.#byOwner.set(owner, things);
    }
    return things;
  }

  /** What `owner` has under `id`, made by `open` when it is asked for the first time. */
  get(owner: object, id: string, open: () => Thing): Thing {
    const things = this.of(owner);
    let thing = things.get(id);
    if (!thing) {
      thing = open();
      things.set(id, thing);
    }
    return thing;
  }
}

/** Refuses a second key of the same name: two types under one name would be one too many. */
export class KeyNames {
  readonly #keys = new Map<string, object>();

  /** @throws Error when another key with this name was used before. */
  check(kind: string, key: { readonly name: string }): void {
    const name = `${kind} ${key.name}`;
    const known = this.#keys.get(name);
    if (known === undefined) this.#keys.set(name, key);
    else if (known !== key)
      throw new Error(`The ${kind} '${key.name}' is opened by two keys: export one and share it.`);
  }
}
