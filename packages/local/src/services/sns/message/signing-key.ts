// The key that signs messages, and its certificate, which a door serves: one for all nodes, made when the first message
// is signed. Version 1 is SHA-1, version 2 SHA-256. Source: SNS developer guide, "Verifying the signatures of SNS
// messages", read 2026-11-28.
import { createHash, createPrivateKey, type KeyObject, sign } from 'node:crypto';
import { promisify } from 'node:util';
import { RevisionConflict, type Table, tableOf } from '../../../backbone/table.ts';
import type { Platform } from '../../../platform.ts';
import { certificatePath } from '../paths.ts';
import { type Signer, signedText } from './envelope.ts';

interface SigningKey {
  /** PEM. */
  readonly privateKey: string;
  readonly certificate: string;
  /** 32 hexadecimal digits: what the certificate's URL bears. */
  readonly id: string;
}

const SIGNING_KEYS = tableOf<SigningKey>('sns/signing-keys');
const KEY = 'key';

const signAway = promisify<string, Buffer, KeyObject, Buffer>(sign);

export class Signing implements Signer {
  readonly #platform: Platform;
  readonly #rows: Table<SigningKey>;
  #opened: Promise<{ readonly row: SigningKey; readonly key: KeyObject }> | undefined;

  constructor(platform: Platform) {
    this.#platform = platform;
    this.#rows = platform.backbone.table(SIGNING_KEYS);
    // A reset, on whichever node: the certificate of what is kept in memory is gone.
    this.#rows.watch((_key, row) => {
      if (!row) this.#opened = undefined;
    });
  }

  /** Makes the key, where there is none: it takes a quarter of a second, and the first message would wait for it. */
  prepare(): void {
    this.#open().catch((error: unknown) => this.#platform.journal.fault('the key that signs messages', error));
  }

  async sign(fields: Readonly<Record<string, string>>, version: string): Promise<string> {
    const { key } = await this.#open();
    const algorithm = version === '2' ? 'RSA-SHA256' : 'RSA-SHA1';
    return (await signAway(algorithm, Buffer.from(signedText(fields)), key)).toString('base64');
  }

  async certificateUrl(): Promise<string> {
    const { row } = await this.#open();
    return `${this.#platform.address.http}${certificatePath(row.id)}`;
  }

  /** PEM; `undefined` when no certificate has this id. */
  certificate(id: string): string | undefined {
    const row = this.#rows.get(KEY)?.value;
    return row?.id === id ? row.certificate : undefined;
  }

  #open() {
    this.#opened ??= this.#read().then((row) => ({ row, key: createPrivateKey(row.privateKey) }));
    return this.#opened;
  }

  async #read(): Promise<SigningKey> {
    const found = this.#rows.get(KEY)?.value;
    if (found) return found;
    const made = await mintOnce();
    try {
      return (await this.#rows.put(KEY, made, { ifRevision: 0 })).value;
    } catch (error) {
      if (!(error instanceof RevisionConflict)) throw error;
      // Another node came first.
      return this.#read();
    }
  }
}

let minted: Promise<SigningKey> | undefined;

/**
 * A key takes a quarter of a second and more of computing, and is no state: the clouds of one process, of which a test
 * run makes hundreds, have the same one. Which key a cloud signs with, its table says.
 */
function mintOnce(): Promise<SigningKey> {
  minted ??= mint();
  return minted;
}

async function mint(): Promise<SigningKey> {
  // Loaded here: it is needed once, by clouds that sign.
  const { generate } = await import('selfsigned');
  const { cert, private: key } = await generate([{ name: 'commonName', value: 'sns.amazonaws.com' }], {
    keySize: 2048,
    algorithm: 'sha256',
    // Wherever the clock of a cloud stands, or is advanced to.
    notBeforeDate: new Date(0),
    notAfterDate: new Date(Date.UTC(2200, 0)),
  });
  const certificate = `${cert.trim().replaceAll('\r\n', '\n')}\n`;
  return { privateKey: key, certificate, id: createHash('md5').update(certificate).digest('hex') };
}
