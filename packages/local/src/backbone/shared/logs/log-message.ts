// The messages of the stream that all logs' entries stand in.
//
//   logs.<bucket>.n.<log>.<id>.head             the newest entries, and what is to be known of the log
//   logs.<bucket>.n.<log>.<id>.<life>.<number>  an entry before them
//   logs.<bucket>.l.…                           the same of logs that are lasting
//
// An append replaces the head by one with the next entries, if nobody else has replaced it; before, the entries of the
// head before it are copied to where they stay. So the head alone decides who is next, whatever was dropped meanwhile.
// `life` is another word each time that the log starts at 1: what an earlier one left behind is never read as this
// one's.
import type { LogKey } from '../../log.ts';
import { packMessage, tokenOf, unpackMessage } from '../data.ts';
import type { PiecesName } from '../pieces.ts';
import type { StreamMessage } from '../server.ts';

/** Ours, and part of what is stored: into how many buckets logs are divided. */
const BUCKETS = 32;

/** What the first line of a head says. */
interface HeadLine {
  readonly life: string;
  /** Number of the oldest entry that is kept. */
  readonly first: number;
  /** Bytes of all entries before `first`. */
  readonly dropped: number;
  /** Entries that were appended up to this sequence were counted as dropped. */
  readonly horizon: number;
  /** Number of the first entry of this message. */
  readonly start: number;
  /** Bytes of all entries before that one. */
  readonly before: number;
  /** Bytes of all entries up to each of this message's, itself among them. */
  readonly totals: readonly number[];
}

/** A head: as it is in the stream, or is going to be. */
export interface LogHead extends HeadLine {
  /** Values of the entries, as JSON, or where they stand. */
  readonly texts: readonly string[];
}

export interface StoredHead extends LogHead {
  readonly sequence: number;
}

interface CopyLine {
  readonly number: number;
  /** Sequence of the head that the entry was appended by. */
  readonly at: number;
  /** Its own bytes, */
  readonly bytes: number;
  /** and those of all entries up to this one, itself among them. */
  readonly total: number;
}

/** An entry in its place. */
export interface StoredEntry extends CopyLine {
  readonly text: string;
  readonly sequence: number;
}

/** Where in the stream a log is: what the subjects of all its messages begin with. */
export function logPlace(stream: string, key: Pick<LogKey<never>, 'name' | 'retention'>, id: string): string {
  const log = `${key.retention.lasting ? 'l' : 'n'}.${tokenOf(key.name)}.${tokenOf(id)}`;
  let hash = 0;
  for (let index = 0; index < log.length; index++) hash = (Math.imul(hash, 31) + log.charCodeAt(index)) >>> 0;
  return `${stream}.${hash % BUCKETS}.${log}`;
}

/** The place of the log that a message is of. */
export function placeOf(subject: string): string {
  const end = subject.lastIndexOf('.');
  return subject.slice(0, subject.endsWith('.head') ? end : subject.lastIndexOf('.', end - 1));
}

/** The life that an entry is of, by its message's subject. */
export function lifeOf(subject: string): string {
  return subject.split('.').at(-2) ?? '';
}

/** The bucket that a log is in. */
export function bucketOf(place: string): string {
  return place.split('.')[1] ?? '';
}

export function bucketFilter(stream: string, bucket: string): string {
  return `${stream}.${bucket}.>`;
}

export function isLasting(place: string): boolean {
  return place.split('.')[2] === 'l';
}

export class LogSubjects {
  readonly place: string;
  readonly head: string;
  readonly everything: string;

  constructor(place: string) {
    this.place = place;
    this.head = `${place}.head`;
    this.everything = `${place}.>`;
  }

  entry(life: string, number: number): string {
    return `${this.place}.${life}.${number}`;
  }
}

/** What stands in place of a value that stands in pieces. No JSON begins like this. */
export function piecesText({ word, count }: PiecesName): string {
  return `@${word}.${count}`;
}

export function piecesIn(text: string): PiecesName | undefined {
  if (!text.startsWith('@')) return undefined;
  const [word = '', count] = text.slice(1).split('.');
  return { word, count: Number(count) };
}

/** Every entry that is not in a head, of logs that are not lasting. */
export function passingEntries(stream: string): string {
  return `${stream}.*.n.*.*.*.*`;
}

export function lastOf({ start, totals }: Pick<HeadLine, 'start' | 'totals'>): number {
  return start + totals.length - 1;
}

export function packHead({ texts, ...line }: LogHead): Uint8Array {
  return packMessage(line, texts.join('\n'));
}

export function unpackHead({ data, sequence }: StreamMessage): StoredHead {
  const { head, text } = unpackMessage<HeadLine>(data);
  return { ...head, texts: text.split('\n'), sequence };
}

export function packEntry(line: CopyLine, text: string): Uint8Array {
  return packMessage(line, text);
}

export function unpackEntry({ data, sequence }: StreamMessage): StoredEntry {
  const { head, text } = unpackMessage<CopyLine>(data);
  return { ...head, text, sequence };
}
