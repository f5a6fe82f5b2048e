// An item beside its text and its size. Each is made when it is first asked for: an item that is only handed on is
// never parsed.
import { sizeOf } from '@earwitness/protocol/internal/dynamodb/value/size';
import { type Item, readItem, writeItem } from './item-text.ts';

export class StoredItem {
  #item: Item | undefined;
  #text: string | undefined;
  #bytes: number | undefined;

  static of(item: Item): StoredItem {
    const stored = new StoredItem();
    stored.#item = item;
    return stored;
  }

  /** What `writeItem` wrote of an item of that size. */
  static read(text: string, bytes: number): StoredItem {
    const stored = new StoredItem();
    stored.#text = text;
    stored.#bytes = bytes;
    return stored;
  }

  get item(): Item {
    this.#item ??= readItem(this.#text ?? '{}');
    return this.#item;
  }

  get text(): string {
    this.#text ??= writeItem(this.item);
    return this.#text;
  }

  get bytes(): number {
    this.#bytes ??= sizeOf(this.item);
    return this.#bytes;
  }
}
