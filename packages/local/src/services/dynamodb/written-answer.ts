// An answer with items in it: they are kept as the text that the wire has, and go out without being read.
import { WrittenOutput } from '@earwitness/protocol/internal/aws/json/written-output';

/**
 * @param written members that are JSON already, by name
 * @param rest the other members; JSON has them as they are: no bytes, no times
 */
export function writeAnswer(written: Readonly<Record<string, string>>, rest: object): WrittenOutput {
  const members = Object.entries(written).map(([name, text]) => `"${name}":${text}`);
  const others = JSON.stringify(rest).slice(1, -1);
  if (others !== '') members.push(others);
  return new WrittenOutput(`{${members.join(',')}}`);
}
