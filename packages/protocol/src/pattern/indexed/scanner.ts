// One pass over an event's bytes: values at paths that no rule looks at are skipped, leaves at the others are noted as
// places in the text. The walk keeps its own stack, so nesting costs a table entry a level. Notes are columns of
// numbers that are used again for the next event: an event allocates nothing. Long because
// the walk is one loop, for speed.
import { readText, writeUtf8 } from '../text.ts';
import {
  CLOSE_ARRAY,
  CLOSE_OBJECT,
  COLON,
  COMMA,
  doubled,
  notJson,
  OPEN_ARRAY,
  OPEN_OBJECT,
  QUOTE,
  seen,
  skipName,
  skipNumber,
  skipSpace,
  skipString,
  skipValue,
  skipWord,
} from './bytes.ts';
import type { PathNode } from './paths.ts';
import { unescapeString } from './unescape.ts';

/** What a noted leaf is. An escaped string has been written anew behind the text, without its escapes. */
export const STRING = 1;
/** A string with half a surrogate pair in it; rare, and compared the slow way. */
export const ODD_STRING = 2;
export const NUMBER = 3;
export const TRUE = 4;
export const FALSE = 5;
export const NULL = 6;

/** Leaves noted for a field in the current event. */
export interface Noted {
  /** The event they are of; a number from {@link Scanner.event}. */
  event: number;
  /** The last leaf noted; the others follow by {@link Scanner.nextLeaf}. */
  lastLeaf: number;
  /** The last event in which one of the leaves lay in an array element. */
  placedEvent: number;
  /** The field that was noted before this one. */
  fieldBefore: this | undefined;
}

const SMALLEST_BUFFER = 1 << 12;
const LARGEST_KEPT_BUFFER = 1 << 22;

export class Scanner<Field extends Noted> {
  /**
   * The text: the caller's bytes, or a copy of our own with a zero byte behind it and then strings without their
   * escapes.
   */
  bytes: Uint8Array = new Uint8Array(0);
  /** The current event's number, from 1. */
  event = 0;
  /** The last field of which a leaf was noted; the others follow by {@link Noted.fieldBefore}. */
  lastField: Field | undefined = undefined;
  /** How many of them have leaves in array elements. */
  fieldsInArrays = 0;

  leaves = 0;
  kinds = new Uint8Array(64);
  starts = new Int32Array(64);
  ends = new Int32Array(64);
  /** The array element that a leaf lies in; 0 outside arrays. */
  places = new Int32Array(64);
  /** A number's value, once it was needed, and how sure it is (numbers.ts). */
  numbers = new Float64Array(64);
  certainties = new Uint8Array(64);
  /** The leaf of the same field noted before, -1 for none. */
  nextLeaf = new Int32Array(64);

  /**
   * Array elements that are objects or arrays: which array, which index, and the element that holds that array. From 1.
   */
  elements = 1;
  elementArray = new Int32Array(64);
  elementIndex = new Int32Array(64);
  elementOuter = new Int32Array(64);

  #own: Uint8Array = new Uint8Array(SMALLEST_BUFFER);
  #length = 0;
  #used = 0;
  #arrays = 0;

  /**
   * Reads an event and notes the leaves of the fields below `root`.
   * @param validate false stops when every field has been seen, trusting that names are not repeated.
   * @throws SyntaxError when what has been read is not JSON; with `validate`, when the text is not one JSON value.
   */
  scan(json: string | Uint8Array, root: PathNode<Field>, validate: boolean): void {
    this.#load(json);
    this.event++;
    this.leaves = 0;
    this.elements = 1;
    this.#arrays = 0;
    this.lastField = undefined;
    this.fieldsInArrays = 0;
    const { bytes } = this;
    const start = skipSpace(bytes, 0);
    const walks = bytes[start] === OPEN_OBJECT && root.fields > 0;
    if (!walks && !validate) return;
    const end = walks ? this.#walk(bytes, start, root, validate) : skipValue(bytes, start);
    if (validate && end !== this.#length && skipSpace(bytes, end) !== this.#length) throw notJson(end);
  }

  #load(json: string | Uint8Array): void {
    if (typeof json !== 'string') {
      this.bytes = json;
      this.#length = json.length;
      return;
    }
    const needed = json.length * 3 + 1;
    if (needed > this.#own.length || this.#own.length > LARGEST_KEPT_BUFFER) {
      this.#own = new Uint8Array(Math.max(SMALLEST_BUFFER, needed));
    }
    this.bytes = this.#own;
    this.#length = writeUtf8(json, this.#own);
    this.#own[this.#length] = 0;
    this.#used = this.#length + 1;
  }

  /** Makes room behind the text for so many bytes more; the caller's bytes are copied first. */
  #makeRoom(more: number): Uint8Array {
    if (this.bytes !== this.#own) this.#used = this.#length + 1;
    const needed = this.#used + more;
    if (this.bytes === this.#own && needed <= this.#own.length) return this.#own;
    const larger = new Uint8Array(needed * 2);
    larger.set(this.bytes.subarray(0, this.#used));
    this.#own = larger;
    this.bytes = larger;
    return larger;
  }

  /** Open objects and arrays on wanted paths, outermost first: what stood around the one that is read. */
  #outerNodes: PathNode<Field>[] = [];
  #outer = new Int32Array(64 * FRAME);

  #walk(text: Uint8Array, start: number, root: PathNode<Field>, validate: boolean): number {
    let bytes = text;
    let at = start;
    let depth = 0;
    let node = root;
    let inObject = true;
    let place = 0;
    let array = 0;
    let index = 0;
    // Fields not seen yet: in all, and below the object that is read. Only outside arrays, where a field may come
    // again.
    let arraysOpen = 0;
    let unseen = root.fields;
    let unseenHere = root.fields;

    at = skipSpace(bytes, at + 1);
    let closed = bytes[at] === CLOSE_OBJECT;
    for (;;) {
      if (!closed) {
        // A member or an element begins here.
        let child: PathNode<Field> | undefined = node;
        let leafPlace = place;
        if (inObject) {
          if (bytes[at] !== QUOTE) throw notJson(at);
          const nameStart = at + 1;
          let nameEnd = skipName(bytes, nameStart);
          if (nameEnd >= 0) child = node.childAt(bytes, nameStart, nameEnd);
          else {
            nameEnd = ~nameEnd;
            child = node.descendant(this.#readName(nameStart, nameEnd));
          }
          at = skipSpace(bytes, nameEnd + 1);
          if (bytes[at] !== COLON) throw notJson(at);
          at = skipSpace(bytes, at + 1);
        } else {
          index++;
        }
        const byte = bytes[at] ?? 0;
        if (child === undefined) {
          at = byte === QUOTE ? skipString(bytes, at + 1) + 1 : skipValue(bytes, at);
        } else if (byte === OPEN_OBJECT || byte === OPEN_ARRAY) {
          const object = byte === OPEN_OBJECT;
          if (object && !child.hasChildren) {
            at = skipValue(bytes, at);
          } else {
            if (!inObject) leafPlace = this.#noteElement(array, index, place);
            this.#push(depth++, node, inObject, place, array, index, unseenHere);
            node = child;
            inObject = object;
            place = leafPlace;
            if (object) {
              unseenHere = child.fields - (child.field ? 1 : 0);
              if (arraysOpen === 0 && child.field) unseen--;
            } else {
              arraysOpen++;
              array = this.#arrays++;
              index = -1;
            }
            at = skipSpace(bytes, at + 1);
            closed = bytes[at] === byte + 2;
            continue;
          }
        } else {
          const { field } = child;
          if (field === undefined) at = skipValue(bytes, at);
          else {
            at = this.#noteLeaf(field, byte, at, leafPlace);
            bytes = this.bytes;
          }
        }
        if (child && arraysOpen === 0) {
          unseen -= child.fields;
          unseenHere -= child.fields;
        }
      }

      // Behind a value: a comma, or closing brackets.
      for (;;) {
        if (!closed) {
          at = skipSpace(bytes, at);
          if (bytes[at] === COMMA) {
            at = skipSpace(bytes, at + 1);
            break;
          }
        }
        closed = false;
        if (bytes[at] !== (inObject ? CLOSE_OBJECT : CLOSE_ARRAY)) throw notJson(at);
        at++;
        if (depth === 0) return at;
        if (!inObject) arraysOpen--;
        if (arraysOpen === 0) unseen -= inObject ? unseenHere : node.fields;
        const seenNow = node.fields;
        node = this.#outerNodes[--depth] ?? root;
        const frame = depth * FRAME;
        inObject = this.#outer[frame] === 1;
        place = this.#outer[frame + 1] ?? 0;
        array = this.#outer[frame + 2] ?? 0;
        index = this.#outer[frame + 3] ?? 0;
        unseenHere = this.#outer[frame + 4] ?? 0;
        if (arraysOpen === 0) unseenHere -= seenNow;
        if (!validate && unseen <= 0) return at;
      }
      if (!validate && unseen <= 0) return at;
    }
  }

  #push(
    depth: number,
    node: PathNode<Field>,
    inObject: boolean,
    place: number,
    array: number,
    index: number,
    unseenHere: number,
  ): void {
    const frame = depth * FRAME;
    if (frame === this.#outer.length) this.#outer = larger(this.#outer);
    this.#outerNodes[depth] = node;
    this.#outer[frame] = inObject ? 1 : 0;
    this.#outer[frame + 1] = place;
    this.#outer[frame + 2] = array;
    this.#outer[frame + 3] = index;
    this.#outer[frame + 4] = unseenHere;
  }

  #noteElement(array: number, index: number, outer: number): number {
    const element = this.elements++;
    if (element === this.elementArray.length) {
      this.elementArray = larger(this.elementArray);
      this.elementIndex = larger(this.elementIndex);
      this.elementOuter = larger(this.elementOuter);
    }
    this.elementArray[element] = array;
    this.elementIndex[element] = index;
    this.elementOuter[element] = outer;
    return element;
  }

  /** Notes the scalar that begins here; returns where it ends. */
  #noteLeaf(field: Field, byte: number, at: number, place: number): number {
    const { bytes } = this;
    const leaf = this.leaves++;
    if (leaf === this.kinds.length) {
      this.kinds = doubled(this.kinds);
      this.starts = larger(this.starts);
      this.ends = larger(this.ends);
      this.places = larger(this.places);
      this.nextLeaf = larger(this.nextLeaf);
      this.numbers = new Float64Array(this.kinds.length);
      this.certainties = new Uint8Array(this.kinds.length);
    }
    let kind = NUMBER;
    let start = at;
    let end: number;
    let behind: number;
    if (byte === QUOTE) {
      kind = STRING;
      start = at + 1;
      seen.escape = false;
      end = skipString(bytes, start);
      behind = end + 1;
      if (seen.escape) {
        const room = this.#makeRoom(end - start);
        const written = unescapeString(room, start, end, this.#used);
        kind = written < 0 ? ODD_STRING : STRING;
        start = this.#used;
        end = written < 0 ? ~written : written;
        this.#used = end;
      }
    } else {
      if (byte === 0x74 || byte === 0x66 || byte === 0x6e) {
        kind = byte === 0x74 ? TRUE : byte === 0x66 ? FALSE : NULL;
        end = skipWord(bytes, at);
      } else {
        end = skipNumber(bytes, at);
        this.certainties[leaf] = 0;
      }
      behind = end;
    }
    this.kinds[leaf] = kind;
    this.starts[leaf] = start;
    this.ends[leaf] = end;
    this.places[leaf] = place;
    if (place !== 0 && field.placedEvent !== this.event) {
      field.placedEvent = this.event;
      this.fieldsInArrays++;
    }
    if (field.event === this.event) {
      this.nextLeaf[leaf] = field.lastLeaf;
    } else {
      field.event = this.event;
      field.fieldBefore = this.lastField;
      this.lastField = field;
      this.nextLeaf[leaf] = -1;
    }
    field.lastLeaf = leaf;
    return behind;
  }

  #readName(start: number, end: number): string {
    const text = readText(this.bytes, start, end);
    return text.includes('\\') ? String(JSON.parse(`"${text}"`)) : text;
  }

  /** A leaf's text: a string's characters, else as written. */
  text(leaf: number): string {
    return readText(this.bytes, this.starts[leaf] ?? 0, this.ends[leaf] ?? 0);
  }
}

/** Numbers that an open object or array takes in the stack. */
const FRAME = 5;

function larger(column: Int32Array<ArrayBuffer>): Int32Array<ArrayBuffer> {
  const copy = new Int32Array(column.length * 2);
  copy.set(column);
  return copy;
}
