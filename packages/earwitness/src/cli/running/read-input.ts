// Text that a command takes from a file or from standard input.
import { readFile } from 'node:fs/promises';
import { text as readStdin } from 'node:stream/consumers';
import { findJsonFault } from '@earwitness/protocol/internal/events/json-text';
import { UsageError } from '../usage-error.ts';

/** The text of a file; `-` is standard input. `what` is for the sentence: `the event`. @throws UsageError */
export async function readInput(file: string, what: string): Promise<string> {
  return (file === '-' ? readStdin(process.stdin) : readFile(file, 'utf8')).catch((cause: Error) => {
    const isMissing = 'code' in cause && cause.code === 'ENOENT';
    throw new UsageError(isMissing ? `there is no file ${file}.` : `${what} cannot be read: ${cause.message}`, {
      cause,
    });
  });
}

/** Ours: characters that are shown of what is no JSON. */
const SHOWN = 30;

/** Refuses text that is no JSON, with its line. `where`: where it stands, for the sentence. @throws UsageError */
export function checkJson(text: string, where: string): void {
  const fault = findJsonFault(text);
  if (fault < 0) return;
  const before = text.slice(0, fault).split('\n');
  const place = `line ${before.length}, column ${(before.at(-1)?.length ?? 0) + 1}`;
  const there = text.slice(fault, fault + SHOWN);
  throw new UsageError(`${where} is not JSON at ${place}, where it ${there === '' ? 'ends' : `has ${there}`}.`);
}
