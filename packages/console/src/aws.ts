// Calls of the AWS API of the cloud that served this page, as any client makes them: what a reader does here stands in
// the journal, and is refused in AWS's own words.
import { parseArn } from '@earwitness/protocol/internal/aws/arn';
import { AdminError, unreachable } from './admin.ts';

interface AwsCall {
  /** Of the resource: says the account and the region in which the call acts. */
  readonly arn: string;
  /** As a signature names it. */
  readonly service: string;
}

/**
 * Calls an operation of a service whose protocol is JSON.
 * @param target `AmazonSQS.PurgeQueue`
 * @throws {AdminError} with the service's own sentence, or that the cloud cannot be reached
 */
export async function callAws<Answer>(call: AwsCall, target: string, input: unknown): Promise<Answer> {
  const headers = { 'x-amz-target': target, 'content-type': 'application/x-amz-json-1.0' };
  const { text } = await send('/', { headers, body: JSON.stringify(input) }, call);
  return JSON.parse(text === '' ? '{}' : text) as Answer;
}

/** @throws {AdminError} with the service's own sentence, or that the cloud cannot be reached */
export async function send(
  path: string,
  { headers, body }: { readonly headers: Readonly<Record<string, string>>; readonly body: string },
  { arn, service }: AwsCall,
): Promise<{ readonly headers: Headers; readonly text: string }> {
  const { account = '', region = '' } = parseArn(arn) ?? {};
  const scope = `${account || 'console'}/20260101/${region || 'us-east-1'}/${service}/aws4_request`;
  const authorization = `AWS4-HMAC-SHA256 Credential=${scope}, SignedHeaders=host, Signature=0`;
  let response: Response;
  try {
    response = await fetch(path, { method: 'POST', headers: { ...headers, authorization }, body });
  } catch {
    throw unreachable();
  }
  const text = await response.text();
  if (!response.ok) throw new AdminError(refusalIn(text, response));
  return { headers: response.headers, text };
}

/** `ResourceNotFoundException: …` */
function refusalIn(text: string, { status, headers }: Response): string {
  try {
    const parsed = JSON.parse(text) as Readonly<Record<string, unknown>>;
    const type = parsed['__type'] ?? headers.get('x-amzn-errortype');
    const code = typeof type === 'string' ? type.replace(/^.*#|:.*$/g, '') : undefined;
    const said = parsed['message'] ?? parsed['Message'] ?? parsed['error'];
    if (typeof said === 'string') return code === undefined ? said : `${code}: ${said}`;
    if (code !== undefined) return code;
  } catch {
    // It is no JSON: its status says what there is to say.
  }
  return `The local cloud answered ${status}.`;
}
