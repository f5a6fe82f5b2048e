// Whether a function's `bootstrap` is there and can run on this machine: public templates hold the sources of programs
// that are still to be built, and builds for another processor.
import { closeSync, openSync, readSync } from 'node:fs';
import { join } from 'node:path';
import { archiveFileOf, readTime } from '../code/archive-file.ts';
import type { RunnableCode } from '../code/code.ts';
import { isExecutable } from '../process/is-executable.ts';

/** Source: elf(5) and the ELF specification, e_machine. */
const MACHINES: Readonly<Record<number, NodeJS.Architecture>> = { 62: 'x64', 183: 'arm64' };

/** Why the code's bootstrap does not run here, to follow the function's name; of an archive nothing is known yet. */
export function whyNotExecutable(
  code: RunnableCode,
  { hasLayers }: { readonly hasLayers: boolean },
): string | undefined {
  if (code.kind !== 'directory' || archiveFileOf(code) !== undefined) return undefined;
  const file = join(code.path, 'bootstrap');
  if (readTime(file) === undefined) {
    return hasLayers ? undefined : `there is no bootstrap in ${code.path} (\`sam build\` makes it)`;
  }
  if (!isExecutable(file)) return `${file} is not executable (\`chmod +x\`)`;
  const machine = machineOf(file);
  if (machine === undefined) return undefined;
  if (process.platform !== 'linux') return `its bootstrap is a program for Linux, and this is ${process.platform}`;
  return machine === process.arch
    ? undefined
    : `its bootstrap is built for ${machine}, and this machine is ${process.arch}`;
}

/** Of a compiled program; `undefined` of a script, which says itself what runs it. */
function machineOf(file: string): string | undefined {
  const head = Buffer.alloc(20);
  const descriptor = openSync(file, 'r');
  try {
    readSync(descriptor, head, 0, head.length, 0);
  } finally {
    closeSync(descriptor);
  }
  if (head.toString('latin1', 0, 4) !== '\x7fELF') return undefined;
  const number = head.readUInt16LE(18);
  return MACHINES[number] ?? `machine ${number}`;
}
