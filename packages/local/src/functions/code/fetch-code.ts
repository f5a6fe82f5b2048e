// Code that lies in S3 is fetched when a function or a layer is made of it, as Lambda does: what becomes of the object
// later does not matter. A bucket that is not of this cloud may be in the real one: its code is kept by name.
import { ServiceError } from '@earwitness/protocol/internal/aws/errors';
import type { Call, Caller } from '../../call.ts';
import { readObject } from '../../objects/read-object.ts';
import type { Code } from './code.ts';

/** On whose behalf objects are read. */
export interface CodeReader {
  readonly dispatch: Caller;
  readonly call: Call;
}

/**
 * Source of the sentence: aws-solutions/aws-waf-security-automations issue 135, and others.
 * @throws ServiceError `InvalidParameterValueException` for an object that is not there, or not to be read
 */
export async function fetchCode(code: Code, { dispatch, call }: CodeReader): Promise<Code> {
  if (code.kind !== 'object') return code;
  const read = await readObject(dispatch, code.address, call);
  if (read.kind === 'object') return { kind: 'zip', base64: Buffer.from(read.bytes).toString('base64') };
  if (read.kind === 'no bucket') return code;
  const message = `Error occurred while GetObject. S3 Error Code: ${read.code}. S3 Error Message: ${read.message}`;
  throw new ServiceError('InvalidParameterValueException', message);
}
