// POST Object: a form of a browser becomes an object.
import { parseXml, XmlError } from '@earwitness/protocol/internal/aws/rest-xml/parse-xml';
import type { Call } from '../../../call.ts';
import { quoted } from '../objects/describe.ts';
import { putObject } from '../operations/object.ts';
import type { Parts } from '../parts.ts';
import { malformed } from '../refusals.ts';
import { IncomingBody } from '../upload/incoming.ts';
import { type FormFields, readForm } from './form.ts';
import { checkPolicy, type FormPermit, sizeRefusal } from './policy.ts';
import { type FormAnswer, formAnswer } from './success.ts';

interface Post {
  readonly bucket: string;
  readonly bucketUrl: string;
  readonly contentType: string | undefined;
  readonly body: AsyncIterable<Uint8Array>;
  /** Who calls with this key; without one, anybody. */
  callOf(signer: FormPermit['signer']): Call;
}

/** @throws ServiceError as `readForm`, `checkPolicy` and PutObject */
export async function postObject(parts: Parts, post: Post): Promise<FormAnswer> {
  const { bucket, bucketUrl } = post;
  const form = await readForm(post.contentType, post.body);
  const { fields } = form;
  try {
    const { key, signer, size } = checkPolicy({ fields, bucket, nowMs: parts.platform.clock.now() });
    const input = { ...membersOf(fields), Bucket: bucket, Key: key };
    const Body = new IncomingBody(headersOf(fields), measured(form.file, size), { isForm: true });
    const { version } = await putObject(
      parts,
      { ...input, Body },
      { call: post.callOf(signer), event: 'ObjectCreated:Post' },
    );
    return formAnswer(fields, { bucket, key, etag: quoted(version.etag), bucketUrl });
  } catch (error) {
    form.discard();
    throw error;
  }
}

/** The file, as long as its size is one that the policy allows. */
async function* measured(file: AsyncIterable<Uint8Array>, size: FormPermit['size']): AsyncIterable<Uint8Array> {
  let sizeBytes = 0;
  for await (const piece of file) {
    sizeBytes += piece.byteLength;
    const refusal = sizeRefusal(size, sizeBytes, { isWhole: false });
    if (refusal) throw refusal;
    yield piece;
  }
  const refusal = sizeRefusal(size, sizeBytes, { isWhole: true });
  if (refusal) throw refusal;
}

/** Fields that say of an object what headers say of an upload. */
function membersOf(fields: FormFields) {
  const metadata = [...fields].flatMap(([name, value]) =>
    name.startsWith('x-amz-meta-') ? [[name.slice('x-amz-meta-'.length), value] as const] : [],
  );
  const named = {
    ContentType: fields.get('content-type'),
    CacheControl: fields.get('cache-control'),
    ContentDisposition: fields.get('content-disposition'),
    ContentEncoding: fields.get('content-encoding'),
    Expires: fields.get('expires'),
    WebsiteRedirectLocation: fields.get('x-amz-website-redirect-location'),
  };
  return {
    ...Object.fromEntries(Object.entries(named).filter(([, value]) => value !== undefined)),
    ...(metadata.length > 0 && { Metadata: Object.fromEntries(metadata) }),
    ...(fields.has('tagging') && { Tagging: tagsOf(fields.get('tagging') ?? '') }),
  };
}

/** A document of tags, as the header writes them. @throws ServiceError `MalformedXML` */
function tagsOf(text: string): string {
  try {
    const root = parseXml(text);
    const [set] = root.children.filter(({ name }) => name === 'TagSet');
    const pairs = (set?.children ?? []).map(({ children }): [string, string] => {
      const textOf = (wanted: string) => children.find(({ name }) => name === wanted)?.text ?? '';
      return [textOf('Key'), textOf('Value')];
    });
    return new URLSearchParams(pairs).toString();
  } catch (error) {
    throw error instanceof XmlError ? malformed() : error;
  }
}

/** Checksums that the form gives. The length of a file stands nowhere: what comes, is. */
function headersOf(fields: FormFields): Readonly<Record<string, string>> {
  const given = [...fields].filter(([name]) => name.startsWith('x-amz-checksum-') || name === 'content-md5');
  return Object.fromEntries(given);
}
