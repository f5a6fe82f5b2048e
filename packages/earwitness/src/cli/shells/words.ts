// What the command line knows, for shells to complete: taken from the program itself, so that a new command or flag is
// there at once.
import type { Command, Option } from 'commander';

export interface CommandWords {
  readonly name: string;
  readonly description: string;
  readonly flags: readonly Flag[];
  /** Values of its first argument, where there are only some. */
  readonly choices: readonly string[];
}

export interface Flag {
  readonly short: string | undefined;
  readonly long: string;
  readonly description: string;
  /** Whether a value follows. */
  readonly takesValue: boolean;
  /** Its values, where there are only some; else a shell offers files. */
  readonly choices: readonly string[];
}

/** The commands of a program, by name. */
export function commandWords(program: Command): CommandWords[] {
  return program.commands
    .map((command) => ({
      name: command.name(),
      description: command.description(),
      flags: [...command.options.map(flagOf), HELP],
      choices: command.registeredArguments[0]?.argChoices ?? [],
    }))
    .toSorted((a, b) => (a.name < b.name ? -1 : 1));
}

const HELP: Flag = { short: '-h', long: '--help', description: 'show help', takesValue: false, choices: [] };

function flagOf({ short, long, description, required, argChoices }: Option): Flag {
  // Of a flag whose value may be left out, what follows is more likely something else.
  return { short, long: long ?? '', description, takesValue: required, choices: argChoices ?? [] };
}
