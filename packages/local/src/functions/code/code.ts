// Where the code of a function or of a layer comes from: an uploaded ZIP archive, or a directory of this machine that
// runs in place (or is built there: `entry`, `build=esbuild`) and is read again when it changes. A directory is handed
// over in the fields that CreateFunction has for S3:
//   S3Bucket: 'earwitness-local'   S3Key: 'file:///abs/dir?entry=src/app.ts&external=sharp'
// Container images are kept by name, and do not run; nor do objects of buckets that are not of this cloud.

import { createHash } from 'node:crypto';
import { fileURLToPath } from 'node:url';
import { ServiceError } from '@earwitness/protocol/internal/aws/errors';
import type { FunctionCodeLocation } from '@earwitness/protocol/internal/aws/models/lambda.types';
import type { ObjectAddress } from '../../objects/object-address.ts';
import { responseModules } from './response-modules.ts';
import { writeZip } from './zip.ts';

/** Plain data: it stands in a table. */
export type Code =
  | { readonly kind: 'zip'; readonly base64: string }
  | { readonly kind: 'image'; readonly uri: string }
  /** In a bucket of another cloud; `s3://bucket/key`. */
  | { readonly kind: 'object'; readonly location: string; readonly address: ObjectAddress }
  | {
      readonly kind: 'directory';
      /** Absolute. */
      readonly path: string;
      /** Entry files relative to `path`; empty: found from the handler's name. */
      readonly entries: readonly string[];
      /** Packages that stay out of the bundle and are required at run time. */
      readonly external: readonly string[];
      /** A template wants it built (`BuildMethod: esbuild`); else JavaScript runs as it lies. */
      readonly isBuilt: boolean;
      /** A template wants it built as an ES module (`Format: esm`). */
      readonly format?: 'esm';
    };

/** Code that is on this machine. */
export type RunnableCode = Extract<Code, { readonly kind: 'zip' | 'directory' }>;

/** The bucket that stands for this machine's directories. */
export const LOCAL_BUCKET = 'earwitness-local';

/**
 * Bytes of an uploaded archive. Source: Lambda quotas, "Deployment package (.zip file archive) size" (50 MB zipped).
 */
const PACKED_MAX_BYTES = 52_428_800;

/** What operations say about code. */
interface CodeInput {
  readonly ZipFile?: Uint8Array | undefined;
  readonly S3Bucket?: string | undefined;
  readonly S3Key?: string | undefined;
  readonly S3ObjectVersion?: string | undefined;
  readonly ImageUri?: string | undefined;
}

/**
 * @param operation the operation that takes the code, for its refusal
 * @throws ServiceError `InvalidParameterValueException` for no code, `RequestEntityTooLargeException` for too much of
 * it
 */
export function parseCode(
  input: CodeInput,
  operation: 'CreateFunction' | 'UpdateFunctionCode' | 'PublishLayerVersion',
): Code {
  if (input.ZipFile && input.ZipFile.length > PACKED_MAX_BYTES) {
    const message = `Request must be smaller than 70167211 bytes for the ${operation} operation`;
    throw new ServiceError('RequestEntityTooLargeException', message, { status: 413 });
  }
  if (input.ImageUri !== undefined) return { kind: 'image', uri: input.ImageUri };
  if (input.ZipFile) return { kind: 'zip', base64: Buffer.from(input.ZipFile).toString('base64') };
  if (input.S3Bucket === LOCAL_BUCKET && input.S3Key !== undefined) return parseDirectory(input.S3Key);
  if (input.S3Bucket !== undefined) {
    const { S3Bucket: bucket, S3Key: key = '', S3ObjectVersion: versionId } = input;
    const address = { bucket, key, ...(versionId !== undefined && { versionId }) };
    return { kind: 'object', location: `s3://${bucket}/${key}`, address };
  }
  const what = operation === 'PublishLayerVersion' ? 'layer content' : 'function code';
  throw invalid(`Please provide a source for ${what}.`);
}

/**
 * The archive that CloudFormation makes of inline `ZipFile` text: `index.js` or `index.py`, and the module by which it
 * answers for a custom resource where it names that.
 */
export function zipInlineCode(text: string, runtime = 'nodejs'): Uint8Array {
  const language = runtime.startsWith('python') ? 'python' : 'node';
  const path = language === 'python' ? 'index.py' : 'index.js';
  return writeZip([{ path, bytes: Buffer.from(text, 'utf8') }, ...responseModules(text, language)]);
}

/** Where GetFunction and GetLayerVersion say that code lies. */
export function locateCode(code: Code): FunctionCodeLocation {
  switch (code.kind) {
    case 'image':
      return { RepositoryType: 'ECR', ImageUri: code.uri, ResolvedImageUri: code.uri };
    case 'directory':
      return { RepositoryType: 'S3', Location: `file://${code.path}` };
    case 'object':
      return { RepositoryType: 'S3', Location: code.location };
    case 'zip':
      return { RepositoryType: 'S3', Location: `data:application/zip;base64,${code.base64}` };
  }
}

interface CodeDescription {
  readonly CodeSize: number;
  readonly CodeSha256: string;
}

/** Of code that was described before: an archive may have megabytes, and every description of its function asks. */
const described = new WeakMap<Code, CodeDescription>();

/** Size and base64 SHA-256 as GetFunctionConfiguration tells them. Those of a directory are of its location. */
export function describeCode(code: Code): CodeDescription {
  const description = described.get(code) ?? measure(code);
  described.set(code, description);
  return description;
}

function measure(code: Code): CodeDescription {
  const bytes = code.kind === 'zip' ? Buffer.from(code.base64, 'base64') : Buffer.from(JSON.stringify(code));
  return { CodeSize: bytes.length, CodeSha256: createHash('sha256').update(bytes).digest('base64') };
}

function parseDirectory(key: string): Code {
  try {
    const url = new URL(key);
    const list = (name: string) =>
      url.searchParams
        .getAll(name)
        .flatMap((value) => value.split(','))
        .filter(Boolean);
    const entries = list('entry');
    const external = list('external');
    const isBuilt = entries.length > 0 || url.searchParams.get('build') === 'esbuild';
    const format = url.searchParams.get('format') === 'esm' ? { format: 'esm' as const } : {};
    url.search = '';
    const path = fileURLToPath(url);
    if (path.includes('\0')) throw new Error('A path has no NUL.');
    return { kind: 'directory', path, entries, external, isBuilt, ...format };
  } catch (cause) {
    throw invalid(`The S3Key of bucket '${LOCAL_BUCKET}' must be a file URL of a directory, not '${key}'.`, cause);
  }
}

function invalid(message: string, cause?: unknown): ServiceError {
  return new ServiceError('InvalidParameterValueException', message, { cause });
}
