// ZIP archives as Lambda takes them: names that point elsewhere, sizes that lie, code that does not compile.

import { mutateBytes } from '../calls/mutate-request.ts';
import { encodeRest } from '../calls/rest.ts';
import { ROLE_ARN } from '../content/documents.ts';
import { FUNCTION_CODE } from '../content/resources.ts';
import { oddText } from '../content/text.ts';
import { createZip, type EndLies, type ZipFile, type ZipLies } from '../content/zip.ts';
import { MODELS } from '../models.ts';
import type { Random } from '../prng.ts';
import type { Door } from './door.ts';

const PATHS = [
  ...[
    'index.js',
    'src/app.js',
    'package.json',
    'index.mjs',
    'index.ts',
    'node_modules/a/index.js',
    './index.js',
    'a/./index.js',
    'index.js/',
  ],
  ...[
    '../x.js',
    '/etc/x',
    'a/../../x',
    '.',
    './',
    '..',
    '',
    '/',
    '//',
    'a\0b',
    'a\\b',
    'C:\\x',
    'con',
    ' ',
    '\n',
    '..\\x',
    '...',
    'a/',
    'a//b',
  ],
  ...[
    'é.js',
    '猫.js',
    `${'d/'.repeat(300)}x`,
    'x'.repeat(300),
    '__proto__',
    'constructor',
    '-rf',
    '~',
    '$HOME',
    '%2e%2e/x',
    'index.js:x',
    'INDEX.JS',
  ],
];

const CODES = [
  ...[
    FUNCTION_CODE,
    FUNCTION_CODE,
    'export const handler = async () => 1;',
    'syntax error here(',
    '',
    '\0',
    'import "missing-package";',
  ],
  ...[
    'exports.handler = require("./index.js").handler;',
    'import x from "./a.js"; export const handler = x;',
    '{"main":"x.js"}',
    '{',
    '\ufeffexports.handler = 1',
  ],
  ...[
    'exports.handler = async () => ({ deep: 1 }); //# sourceMappingURL=data:,x',
    'import "../../../etc/passwd";',
    'import "/etc/passwd"; import "file:///etc/passwd";',
  ],
];

export const archiveDoor: Door = {
  name: 'ZIP uploads',
  weight: 2,
  make(random) {
    const archive = makeArchive(random);
    const Code = { ZipFile: Buffer.from(archive).toString('base64') };
    const Handler = random.pick([
      'index.handler',
      'index.handler',
      'src/app.handler',
      '../x.handler',
      'index',
      'a.b.c',
      '.handler',
      'index.constructor',
      '/etc/passwd.x',
    ]);
    // Functions that are made cost a thread each, so that most uploads go to one that exists.
    if (random.chance(0.7))
      return encodeRest(MODELS.lambda, 'UpdateFunctionCode', { FunctionName: 'fuzz-echo', ...Code });
    const input = {
      FunctionName: `fuzz-zip-${random.whole(0, 3)}`,
      Runtime: 'nodejs20.x',
      Handler,
      Role: ROLE_ARN,
      Code,
    };
    return encodeRest(MODELS.lambda, 'CreateFunction', input);
  },
};

function makeArchive(random: Random): Uint8Array {
  const choice = random.fraction();
  const sound: ZipFile[] = [{ path: 'index.js', text: random.pick(CODES) }];
  if (choice < 0.15) return createZip(sound);
  if (choice < 0.45)
    return createZip(
      random.chance(0.5)
        ? [...sound, { path: oddPath(random), text: 'x' }]
        : [{ path: oddPath(random), text: random.pick(CODES) }, ...sound],
    );
  if (choice < 0.65) return createZip([{ path: 'index.js', text: FUNCTION_CODE, lies: lies(random) }]);
  if (choice < 0.75) return createZip(sound, endLies(random));
  if (choice < 0.8) return createZip([...sound, ...sound, { path: 'index.js/x', text: 'x' }]);
  // Ours: unpacks to a hundred times its size, and to no more than what is quickly unpacked.
  if (choice < 0.82) return createZip([...sound, { path: 'large.txt', text: 'a'.repeat(20_000_000) }]);
  return Buffer.from(mutateBytes(random, createZip(sound)));
}

const oddPath = (random: Random): string => (random.chance(0.9) ? random.pick(PATHS) : oddText(random).slice(0, 400));

const NUMBERS = [0, 1, 2 ** 16 - 1, 2 ** 31 - 1, 2 ** 31, 2 ** 32 - 1, 20, 21];

function lies(random: Random): ZipLies {
  return random.pick<() => ZipLies>([
    () => ({ flags: random.pick([1, 8, 0x41, 0xffff]) }),
    () => ({ method: random.pick([0, 1, 9, 12, 14, 93, 99, 0xffff]) }),
    () => ({ crc: 0 }),
    () => ({ packedBytes: random.pick(NUMBERS) }),
    () => ({ unpackedBytes: random.pick(NUMBERS) }),
    () => ({ offset: random.pick(NUMBERS) }),
    () => ({ mode: random.pick([0o120777, 0o040755, 0o020666, 0o104755, 0]) }),
  ])();
}

function endLies(random: Random): EndLies {
  return random.pick<() => EndLies>([
    () => ({ entries: random.pick([0, 2, 0xffff]) }),
    () => ({ directoryBytes: random.pick(NUMBERS) }),
    () => ({ directoryOffset: random.pick(NUMBERS) }),
    () => ({ comment: `PK\x05\x06${'\0'.repeat(18)}` }),
    () => ({ comment: 'x'.repeat(65_535) }),
  ])();
}
