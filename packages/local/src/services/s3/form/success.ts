// What S3 answers to a form that it took: nothing, a small document, or the way to a page of the form's own.
import { percentEncode } from '@earwitness/protocol/internal/text/percent-encode';
import type { FormFields } from './form.ts';

/** An object that a form has made. */
export interface Posted {
  readonly bucket: string;
  readonly key: string;
  /** In quotes, as a header carries it. */
  readonly etag: string;
  /** Where the form was posted to, without a slash at its end: `http://host/bucket`, or `http://bucket.host`. */
  readonly bucketUrl: string;
}

/** An answer but for the headers that every answer has. */
export interface FormAnswer {
  readonly status: 200 | 201 | 204 | 303;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

/** The answer that a form asks for: `success_action_redirect` (of old `redirect`), else `success_action_status`. */
export function formAnswer(fields: FormFields, { bucket, key, etag, bucketUrl }: Posted): FormAnswer {
  // S3 encodes each slash of the key here.
  const location = `${bucketUrl}/${percentEncode(key)}`;
  const redirect = parseRedirect(fields.get('success_action_redirect') ?? fields.get('redirect'));
  if (redirect !== undefined) {
    const made = `bucket=${percentEncode(bucket)}&key=${percentEncode(key)}&etag=${percentEncode(etag)}`;
    const headers = { etag, location: `${redirect}${redirect.includes('?') ? '&' : '?'}${made}` };
    return { status: 303, headers, body: '' };
  }
  const headers = { etag, location };
  const status = fields.get('success_action_status');
  if (status === '200') return { status: 200, headers, body: '' };
  if (status !== '201') return { status: 204, headers, body: '' };
  const body =
    `<?xml version="1.0" encoding="UTF-8"?>\n<PostResponse><Location>${escapeXml(location)}</Location>` +
    `<Bucket>${escapeXml(bucket)}</Bucket><Key>${escapeXml(key)}</Key><ETag>${escapeXml(etag)}</ETag></PostResponse>`;
  return { status: 201, headers: { ...headers, 'content-type': 'application/xml' }, body };
}

/** What is no address of the web is taken as if it were not there. */
function parseRedirect(text: string | undefined): string | undefined {
  return text !== undefined && /^https?:\/\//i.test(text) && URL.canParse(text) && !/[\r\n]/.test(text)
    ? text
    : undefined;
}

const ESCAPES: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  '\r': '&#13;',
};

function escapeXml(text: string): string {
  return text.replace(/[&<>"\r]/g, (sign) => ESCAPES[sign] ?? sign);
}
