// The commands and their flags. Each command's module is read when the command runs.
import { setFlagsFromString } from 'node:v8';
import { Argument, Command, type Option } from 'commander';
import { linesOf } from '../../printing/line.ts';
import { say } from '../terminal.ts';
import { addCloudCommands } from './cloud-commands.ts';
import { CONFIG, withGiven, withJson, withStacks } from './flags.ts';

const EXIT_CODES = `
Exit codes: 0 fine; 1 what was asked for failed; 2 wrong usage or configuration,
or no cloud; exec and lock: the command's own. All: docs/guide/command-line.md`;

export function createProgram(version: string): Command {
  const program = new Command('earwitness')
    .description(
      'Hear every event: a local cloud for event-driven serverless applications, and the tests that listen to it.',
    )
    .version(version)
    .exitOverride()
    .configureOutput({ writeErr: (text) => say(...linesOf(text.trimEnd())) })
    .configureHelp({ sortSubcommands: true, subcommandTerm: termOf, optionDescription: describeOption })
    .addHelpText('after', EXIT_CODES)
    .showHelpAfterError('(earwitness --help shows what there is)');
  addProjectCommands(program, version);
  addCloudCommands(program);
  addRecordCommands(program);
  program
    .command('completion')
    .description('print a script that completes commands and flags: eval "$(earwitness completion bash)"')
    .addArgument(new Argument('<shell>', 'which shell').choices(['bash', 'zsh', 'fish']))
    .action(async (shell) => (await import('../commands/completion.ts')).completion(shell, program));
  return program;
}

/** Without `[options]`, which all have: descriptions get the room. */
function termOf(command: Command): string {
  const args = command.registeredArguments.map((argument) => {
    const name = `${argument.name()}${argument.variadic ? '...' : ''}`;
    return argument.required ? `<${name}>` : `[${name}]`;
  });
  return [command.name(), ...args].join(' ');
}

/** With its choices and its default, but no preset: an empty one says nothing. */
function describeOption({ description, argChoices, defaultValue }: Option): string {
  const more = [
    ...(argChoices ? [argChoices.join(', ')] : []),
    ...(typeof defaultValue === 'string' ? [`default: ${defaultValue}`] : []),
  ];
  return more.length === 0 ? description : `${description} (${more.join('; ')})`;
}

/** Let the lock file follow a run. */
const UPDATE = ['-u, --update', 'let the lock file of contracts follow this run (as EARWITNESS_UPDATE=1)'] as const;

/** What begins with a folder and what it deploys. */
function addProjectCommands(program: Command, version: string): void {
  withStacks(program.command('exec'), 'a free one')
    .description('start the local cloud, deploy, run a command with its environment, stop')
    .argument('<command...>', 'what to run; write -- in front of it')
    .option(...UPDATE)
    .usage('[options] -- <command...>')
    .addHelpText(
      'after',
      '\nExamples:\n  earwitness exec -- vitest run\n  earwitness exec --template orders=template.yaml --relay -- npm test',
    )
    .action(async (command, options) => (await import('../commands/exec.ts')).exec(command, options));

  withStacks(program.command('dev'), '4566, or a free one when that is in use')
    .description("start the local cloud, deploy, print each event's journey, stay until Ctrl-C")
    .option('--logs', 'print all that functions write, too')
    .addHelpText('after', '\nHandlers and templates are picked up on change (hot reload): save, ask again.')
    .option('--send <request>', 'send one request when ready, such as \'POST $API_URL {"name":"x"}\'')
    .action(async (options) => (await import('../commands/dev.ts')).dev(options, version));

  withJson(program.command('init'))
    .description('write earwitness.config.ts and a first test for what this folder deploys; overwrites nothing')
    .option('--cwd <directory>', 'work as if started there')
    .action(async (options) => (await import('../commands/init.ts')).init(options));

  withJson(withGiven(program.command('check')))
    .description('tell on one page what would become of templates: served, standing in, wrong, to be given')
    .argument('[template...]', 'files, or name=file; without one, what earwitness dev would deploy')
    .option('--strict', "what is not served is wrong, unless the configuration's `unserved` names it")
    .action(async (templates, options) => {
      // Each template is read once, and then the process ends: V8's optimizing compiler takes more than it gives. With
      // 500 resources 361 → 299 ms, with 3,000 783 → 574; so it is on Node 22 and 24 (`npm run bench -- check`). Before
      // anything is loaded, because V8 keeps what it compiled for these flags apart.
      setFlagsFromString('--no-opt');
      return (await import('../commands/check.ts')).check(templates, options);
    });

  program
    .command('relay')
    .description('print the stack that relays the events of buses to Momento topics, for a real account')
    .argument('[bus...]', 'names of the buses; without one, the bus is a parameter of the stack')
    .requiredOption('--print', 'as a CloudFormation template (YAML)')
    .action(async (buses) => (await import('../commands/relay.ts')).relay(buses));

  withJson(program.command('ca'))
    .description('tell where the certificate lies that browsers have to trust, and how they come to')
    .option('--chromium', 'print the flag by which Chromium takes it, and nothing else')
    .action(async (options) => (await import('../commands/ca.ts')).ca(options));

  withJson(program.command('doctor'))
    .description('look at everything that a test needs: environment, certificates, cloud, subscription')
    .option(...CONFIG)
    .action(async (options) => (await import('../commands/doctor.ts')).doctor(options));
}

/** What begins with the record of a run. */
function addRecordCommands(program: Command): void {
  withJson(program.command('report'))
    .description('show the evidence that a run wrote with EARWITNESS_REPORT=<folder>')
    .argument('[folder]', 'default: EARWITNESS_REPORT')
    .option('--no-open', 'only print the path of the page')
    .action(async (folder, options) => (await import('../commands/report.ts')).report(folder, options));

  withJson(program.command('replay'))
    .description('ask the expectations of a recorded run again of its events, without a cloud')
    .argument('<file...>', 'evidence of a test file: <folder>/<test file>.ndjson')
    .action(async (files, options) => (await import('../commands/replay.ts')).replay(files, options));

  withJson(program.command('lock'), 'what was done, as one JSON document (without a command)')
    .description(
      'hold a run of tests to the contracts, without a local cloud; without a command, put their files in order',
    )
    .argument('[command...]', 'what to run; write -- in front of it')
    .usage('[options] [-- <command...>]')
    .option(...UPDATE)
    .option(...CONFIG)
    .option('--cwd <directory>', 'work as if started there')
    .action(async (command, options) => (await import('../commands/lock.ts')).lock(command, options));
}
