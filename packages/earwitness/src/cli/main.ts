#!/usr/bin/env node
// The command line. stdout carries data (check, env, report, replay, explain, doctor, what the user's command prints),
// stderr carries remarks. Exit codes: 0 fine · the command's own (exec) · 1 a deployment, a wait, a match or a check
// failed · 2 wrong usage or configuration, or a tool of the project that fails · 130 Ctrl-C in exec. Each command's
// module is read when the command runs.
import { readFileSync } from 'node:fs';
import { inspect } from 'node:util';
import { Command, CommanderError, Option } from 'commander';
import { ConfigurationError, messageLines } from '../errors.ts';
import { type Line, line, linesOf } from '../printing/line.ts';
import { say } from './terminal.ts';
import { UsageError } from './usage-error.ts';

const { version } = JSON.parse(readFileSync(new URL('../../package.json', import.meta.url), 'utf8')) as {
  version: string;
};

const collect = (value: string, previous: readonly string[]) => [...previous, value];

function createProgram(): Command {
  const program = new Command('earwitness')
    .description(
      'Hear every event: a local cloud for event-driven serverless applications, and the tests that listen to it.',
    )
    .version(version)
    .exitOverride()
    .configureOutput({ writeErr: (text) => say(...linesOf(text.trimEnd())) })
    .configureHelp({ sortSubcommands: true })
    .showHelpAfterError('(earwitness --help shows what there is)');

  const withGiven = (command: Command) =>
    command
      .option('-p, --parameter <stack.Name=value>', 'a parameter of a stack (repeatable)', collect, [])
      .option('--bus <name>', 'an event bus that is there before (repeatable)', collect, [])
      .option('--ssm <name=value>', 'an entry of the parameter store that is there before (repeatable)', collect, [])
      .option('--secret <name=value>', 'a secret that is there before (repeatable)', collect, [])
      .option('--export <name=value>', 'an export of a stack that is not deployed here (repeatable)', collect, [])
      .option(
        '-c, --config <file>',
        'configuration file (default: earwitness.config.ts, .js or .mjs, when there is one)',
      )
      .option('--cwd <directory>', 'work as if started there');

  const withStacks = (command: Command) =>
    withGiven(command)
      .option(
        '-t, --template <[name=]file>',
        'deploy this template as a stack (repeatable), by the name and parameters of samconfig.toml if no name is given',
        collect,
        [],
      )
      .option('--no-deploy', 'start an empty cloud')
      .addOption(
        new Option(
          '-r, --relay [bus]',
          'relay the events of the buses that the stacks make, and of this one, to topics',
        )
          .preset('')
          .argParser((value: string, before: readonly string[] = []) => [
            ...before,
            ...value.split(',').filter(Boolean),
          ]),
      )
      .option('--strict', "refuse what is not served, unless the configuration's `unserved` names it")
      .option('--port <number>', 'port of the local cloud')
      .option('--host <address>', 'address to listen on (default: 127.0.0.1); 0.0.0.0 lets the network in')
      .option('--allow-host <name>', 'a further name under which clients may call (repeatable)', collect, [])
      .option('--allow-origin <origin>', 'a web page that may call everything (repeatable)', collect, []);

  const update = ['-u, --update', 'let the lock file of contracts follow this run (as EARWITNESS_UPDATE=1)'] as const;
  withStacks(program.command('exec'))
    .description('start the local cloud, deploy, run a command with its environment, stop')
    .argument('<command...>', 'what to run; write -- in front of it')
    .option(...update)
    .usage('[options] -- <command...>')
    .addHelpText(
      'after',
      '\nExamples:\n  earwitness exec -- vitest run\n  earwitness exec --template orders=template.yaml --relay -- npm test',
    )
    .action(async (command, options) => (await import('./commands/exec.ts')).exec(command, options));

  withStacks(program.command('dev'))
    .description("start the local cloud, deploy, print each event's journey, stay until Ctrl-C")
    .option('--logs', 'print all that functions write, too')
    .addHelpText('after', '\nHandlers and templates are picked up on change (hot reload): save, and ask again.')
    .option('--send <request>', 'send one request when ready, such as \'POST $API_URL {"name":"x"}\'')
    .action(async (options) => (await import('./commands/dev.ts')).dev(options, version));

  program
    .command('init')
    .description('write earwitness.config.ts and a first test for what this folder deploys; overwrites nothing')
    .option('--cwd <directory>', 'work as if started there')
    .action(async (options) => (await import('./commands/init.ts')).init(options));

  withGiven(program.command('check'))
    .description('tell on one page what would become of templates: served, standing in, wrong, to be given')
    .argument('[template...]', 'files, or name=file; without one, what earwitness dev would deploy')
    .option('--json', 'as one JSON document')
    .option('--strict', "what is not served is wrong, unless the configuration's `unserved` names it")
    .action(async (templates, options) => (await import('./commands/check.ts')).check(templates, options));

  withStacks(program.command('env'))
    .description('print the variables by which clients find a running local cloud (earwitness dev)')
    .option('--json', 'as one JSON object')
    .action(async (options) => (await import('./commands/env.ts')).env(options));

  program
    .command('relay')
    .description('print the stack that relays the events of buses to Momento topics, for a real account')
    .argument('[bus...]', 'names of the buses; without one, the bus is a parameter of the stack')
    .requiredOption('--print', 'as a CloudFormation template (YAML)')
    .action(async (buses) => (await import('./commands/relay.ts')).relay(buses));

  program
    .command('tail')
    .description("print what happens in a running local cloud: each event's journey as it comes to rest")
    .option('--all', 'begin with what has happened already, and leave nothing out')
    .option('--logs', 'print all that functions write, too')
    .option('--json', 'every fact of the journal, one a line')
    .option('--port <number>', 'port of the local cloud')
    .action(async (options) => (await import('./commands/tail.ts')).tail(options));

  program
    .command('doctor')
    .description('look at everything that a test needs: environment, certificates, cloud, subscription')
    .action(async () => (await import('./commands/doctor.ts')).doctor());

  program
    .command('explain')
    .description('tell, field by field, whether an event is matched by a pattern or by the rules of a bus')
    .requiredOption('-e, --event <file>', 'the event as JSON; - is standard input')
    .option('--pattern <file>', 'an event pattern as JSON')
    .option('--rule <name>', 'one rule; default: every rule of the bus')
    .option('--bus <name>', 'a bus of a running local cloud', 'default')
    .option('--port <number>', 'port of the local cloud')
    .action(async (options) => (await import('./commands/explain.ts')).explain(options));

  program
    .command('report')
    .description('show the evidence that a run wrote with EARWITNESS_REPORT=<folder>')
    .argument('[folder]', 'default: EARWITNESS_REPORT')
    .option('--no-open', 'only print the path of the page')
    .action(async (folder, options) => (await import('./commands/report.ts')).report(folder, options));

  program
    .command('replay')
    .description('ask the expectations of a recorded run again of its events, without a cloud')
    .argument('<file...>', 'evidence of a test file: <folder>/<test file>.ndjson')
    .action(async (files) => (await import('./commands/replay.ts')).replay(files));

  program
    .command('lock')
    .description(
      'hold a run of tests to the contracts, without a local cloud; without a command, put their files in order',
    )
    .argument('[command...]', 'what to run; write -- in front of it')
    .usage('[options] [-- <command...>]')
    .option(...update)
    .option('-c, --config <file>', 'configuration file')
    .option('--cwd <directory>', 'work as if started there')
    .action(async (command, options) => (await import('./commands/lock.ts')).lock(command, options));

  return program;
}

try {
  await createProgram().parseAsync();
} catch (error) {
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
}

function fail([first, ...more]: readonly Line[], code: number): void {
  say(line`earwitness: ${first ?? ''}`, ...more);
  process.exitCode = code;
}
