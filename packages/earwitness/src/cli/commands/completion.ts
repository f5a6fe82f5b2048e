// `earwitness completion`: a script that completes commands and flags in a shell, made from the program itself.
// commander has none; the libraries that have (such as @bomb.sh/tab) start the program at every Tab.
import type { Command } from 'commander';
import { bashCompletion } from '../shells/bash.ts';
import { fishCompletion } from '../shells/fish.ts';
import { commandWords } from '../shells/words.ts';
import { zshCompletion } from '../shells/zsh.ts';
import { printData } from '../terminal.ts';

const SCRIPTS = { bash: bashCompletion, zsh: zshCompletion, fish: fishCompletion };

/** Prints the script. */
export function completion(shell: keyof typeof SCRIPTS, program: Command): void {
  printData(SCRIPTS[shell](commandWords(program)));
}
