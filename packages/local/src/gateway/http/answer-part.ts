// A part of an integration's answer, as REST APIs (`integration.response.…`) and HTTP APIs (`$response.…`) name it.
import type { GatewayAnswer } from '../answer.ts';
import { memberOf } from '../services/parameter-value.ts';

/**
 * The values of a header, or what the body's JSON has at `name`, as text; the whole body without a name. `undefined`:
 * there is no such part.
 */
export function answerPart(
  place: string,
  name: string,
  { headers, body }: Pick<GatewayAnswer, 'headers' | 'body'>,
): string | undefined {
  if (place === 'body') {
    const value = name === '' ? body.toString() : memberOf(body, name);
    return typeof value === 'string' ? value : JSON.stringify(value);
  }
  const values = headers.filter(([one]) => one.toLowerCase() === name.toLowerCase()).map(([, value]) => value);
  return values.length === 0 ? undefined : values.join(',');
}
