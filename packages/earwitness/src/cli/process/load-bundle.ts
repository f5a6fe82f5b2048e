// Loads the files of the bundled command line, each with what V8 compiled of it in an earlier run: compiling is half of
// a start. What V8 made of a file is kept beside it when the process ends, for each version of V8 with the flags that
// it had; who can write it can write the file itself. It is not used when the file is another one or when it is not
// whole. Where nothing can be written, each start compiles. Node 22 has `module.enableCompileCache` for this, Node 20
// nothing.
import { readFileSync, renameSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { cachedDataVersionTag } from 'node:v8';
import { Script } from 'node:vm';
import { crc32 } from 'node:zlib';

type Exports = Readonly<Record<string, unknown>>;
type Require = (id: string) => unknown;
type Import = (specifier: string) => Promise<unknown>;
type Body = (exports: Exports, require: Require, module: object, filename: string, importModule: Import) => void;

interface Compiled {
  readonly script: Script;
  readonly source: Buffer;
  readonly kept: string;
  /** Of V8's version and flags when it was compiled. */
  readonly tag: number;
}

const CHECKSUM_BYTES = 4;

const loaded = new Map<string, { readonly exports: Exports }>();
/** What was compiled in this run, and where what V8 made of it is to be kept. */
const compiled: Compiled[] = [];

/**
 * What a file of the bundle exports; a bundle is CommonJS, because V8 keeps what it compiled of scripts only.
 * @param file its absolute path
 */
export function load(file: string): Exports {
  const known = loaded.get(file);
  if (known) return known.exports;
  const module = { exports: {} };
  loaded.set(file, module);
  const others = createRequire(file);
  const require = (id: string) => (id.startsWith('.') ? load(join(dirname(file), id)) : others(id));
  const body: Body = scriptOf(file).runInThisContext();
  body(module.exports, require, module, file, importModule);
  return module.exports;
}

/**
 * What stands in the bundle in the place of `import()`: a script that V8 kept throws, with Node 20, that "a dynamic
 * import callback was not specified", whatever it is given (https://github.com/nodejs/node/issues/43663).
 */
const importModule: Import = (specifier) => import(specifier);

function scriptOf(file: string): Script {
  const tag = cachedDataVersionTag();
  const kept = `${file}.${tag.toString(16)}.v8cache`;
  const source = readFileSync(file);
  const cachedData = process.env['NODE_V8_COVERAGE'] === undefined ? readKept(kept, source) : undefined;
  // Only ASCII is in there: scripts/bundle-cli.mjs.
  const text = `(function (exports, require, module, __filename, importModule) {${source.toString('latin1')}\n})`;
  const script = new Script(text, { filename: file, ...(cachedData && { cachedData }) });
  if (!cachedData || script.cachedDataRejected) {
    if (compiled.length === 0) process.once('exit', keepCompiled);
    compiled.push({ script, source, kept, tag });
  }
  return script;
}

/** `undefined` where it is not there, not whole, or was made of another source. */
function readKept(kept: string, source: Buffer): Buffer | undefined {
  try {
    const content = readFileSync(kept);
    const cachedData = content.subarray(CHECKSUM_BYTES);
    return checksumOf(source, cachedData).equals(content.subarray(0, CHECKSUM_BYTES)) ? cachedData : undefined;
  } catch {
    return undefined;
  }
}

/** Several processes may do so at once: each puts whole files into place. */
function keepCompiled(): void {
  try {
    // V8 writes the flags down that it has now: where a command has changed them, it would refuse what was compiled
    // before.
    const tag = cachedDataVersionTag();
    for (const { kept, source, script } of compiled.filter((one) => one.tag === tag)) {
      const draft = `${kept}.${process.pid}`;
      // Without content first: a folder that cannot be written costs nothing then.
      writeFileSync(draft, '');
      const cachedData = script.createCachedData();
      writeFileSync(draft, Buffer.concat([checksumOf(source, cachedData), cachedData]));
      renameSync(draft, kept);
    }
  } catch {
    // An installation of another user, a full disk.
  }
}

function checksumOf(source: Buffer, cachedData: Buffer): Buffer {
  const checksum = Buffer.alloc(CHECKSUM_BYTES);
  checksum.writeUInt32LE(crc32(cachedData, crc32(source)));
  return checksum;
}
