// The command line. stdout carries data (what a command reports, what the user's command prints), stderr carries
// remarks. The exit codes are those of docs/guide/command-line.md.
import { readFileSync } from 'node:fs';
import { inspect } from 'node:util';
import { CommanderError } from 'commander';
import { ConfigurationError, messageLines } from '../errors.ts';
import { type Line, line, linesOf } from '../printing/line.ts';
import { createProgram } from './program/program.ts';
import { say } from './terminal.ts';
import { UsageError } from './usage-error.ts';

const { version } = JSON.parse(readFileSync(new URL('../../package.json', import.meta.url), 'utf8')) as {
  version: string;
};

// A reader that has enough (`| head`) closes the pipe: nothing that follows would be read.
process.stdout.on('error', (error: NodeJS.ErrnoException) => {
  if (error.code !== 'EPIPE') throw error;
  process.exit();
});

// The bundle is CommonJS: no await here.
createProgram(version)
  .parseAsync()
  .catch((error: unknown) => {
    if (error instanceof CommanderError) process.exitCode = error.exitCode === 0 ? 0 : 2;
    else if (error instanceof UsageError) fail([line`${error.message}`, ...error.details], 2);
    else if (error instanceof ConfigurationError) fail(messageLines(error), 2);
    // The message has a line for each resource that failed, and a reason may have lines of its own.
    else if (error instanceof Error && error.name === 'DeploymentError') fail(linesOf(error.message), 1);
    else {
      // A fault of ours: print everything there is to know about it.
      fail(linesOf(inspect(error)), 1);
      process.exit();
    }
  });

function fail([first, ...more]: readonly Line[], code: number): void {
  say(line`earwitness: ${first ?? ''}`, ...more);
  process.exitCode = code;
}
