// The commands that speak to a local cloud that is running.
import { KEY_FORMS } from '@earwitness/protocol/internal/momento/key';
import { type Command, Option } from 'commander';
import { collect, withCloud, withJson } from './flags.ts';

export function addCloudCommands(program: Command): void {
  withCloud(program.command('open'))
    .description('open the console in the browser: of a running local cloud (earwitness dev), or of a saved journal')
    .argument('[place...]', "the saved journal (evidence/journal.ndjson); where to begin: '#/map', '#/event/ID'")
    .option('--no-open', 'only print the address')
    .action(async (places, options) => (await import('../commands/open.ts')).open(places, options));

  withCloud(withJson(program.command('env'), 'as one JSON object (--format json)'))
    .description('print the variables by which clients find a running local cloud (earwitness dev)')
    .addOption(
      new Option('--format <name>', 'for which shell, or as which file')
        .choices(['sh', 'fish', 'pwsh', 'dotenv', 'json'])
        .default('sh'),
    )
    .addHelpText(
      'after',
      '\nExamples:\n  eval "$(earwitness env)"\n  earwitness env --format fish | source\n  earwitness env --format pwsh | Out-String | Invoke-Expression\n  earwitness env --format dotenv > .env.local',
    )
    .action(async (options) => (await import('../commands/env.ts')).env(options));

  withCloud(withJson(program.command('token')))
    .description('print an API key of Momento that a running local cloud takes')
    .addOption(new Option('--form <name>', 'as which clients take it').choices(KEY_FORMS).default('legacy'))
    .action(async (options) => (await import('../commands/token.ts')).token(options));

  withCloud(withJson(program.command('send')))
    .description('put an event on a bus, also one of an AWS service; print its id')
    .argument('[event]', 'the event, or an array of events, as JSON')
    .option('-f, --file <file>', 'the event from a file; - is standard input')
    .option('-s, --source <name>', 'its source, such as aws.s3')
    .option('-d, --detail-type <text>', 'its detail-type, such as "Object Created"')
    .option('--detail <json>', 'its detail (default: {})')
    .option('-b, --bus <name>', 'its bus (default: default)')
    .option('--resource <arn>', 'one of its resources (repeatable)', collect)
    .addHelpText(
      'after',
      '\nExamples:\n  earwitness send -s aws.s3 -d "Object Created" --detail \'{"key":"a.png"}\'\n  earwitness send -f event.json --bus shop',
    )
    .action(async (event, options) => (await import('../commands/send.ts')).send(event, options));

  withCloud(withJson(program.command('invoke')))
    .description('invoke a function and print what it answers; its log goes to stderr')
    .argument('<function>', 'logical id, stack.LogicalId, name or ARN; with :alias or without')
    .argument('[payload]', 'the event as JSON (default: {})')
    .option('-f, --file <file>', 'the event from a file; - is standard input')
    .action(async (name, payload, options) => (await import('../commands/invoke.ts')).invoke(name, payload, options));

  withCloud(withJson(program.command('logs'), 'one JSON object a line'))
    .description('print what functions have printed')
    .argument('[function]', 'logical id, stack.LogicalId, name or ARN; without one, all functions')
    .option('--follow', 'go on until Ctrl-C')
    .option('--since <time>', 'how long ago (10m), or a time (2026-11-22T14:00:00Z), by the clock of the cloud')
    .action(async (name, options) => (await import('../commands/logs.ts')).logs(name, options));

  withCloud(withJson(program.command('time')))
    .description('show the clock of the cloud; with a step, move it on, and with it retries and schedules')
    .argument('[step]', 'how far: +90s, +2h, +1d12h')
    // `-2h` would be an unknown flag: the command says what it is instead.
    .allowUnknownOption()
    .action(async (step, options) => (await import('../commands/time.ts')).time(step, options));

  withCloud(withJson(program.command('reset')))
    .description('forget everything, stacks too; with --keep-stacks what tests left behind')
    .option('--keep-stacks', 'keep stacks and resources; forget messages, events, logs and the journal')
    .action(async (options) => (await import('../commands/reset.ts')).reset(options));

  withCloud(program.command('tail'))
    .description("print what happens in a running local cloud: each event's journey as it comes to rest")
    .option('--all', 'begin with what has happened already, and leave nothing out')
    .option('--logs', 'print all that functions write, too')
    .option('--json', 'every fact of the journal, one a line')
    .action(async (options) => (await import('../commands/tail.ts')).tail(options));

  withCloud(withJson(program.command('explain')))
    .description('tell, field by field, whether an event is matched by rules; or what an execution did, and why')
    .argument('[execution]', 'of a state machine: its ARN, its name or the beginning of it, or the machine: its newest')
    .option('-e, --event <file>', 'the event as JSON; - is standard input')
    .option('--pattern <file>', 'an event pattern as JSON')
    .option('--rule <name>', 'one rule, by logical id, stack.LogicalId or name (default: every rule of the bus)')
    .option('--bus <name>', "a bus, by name or logical id (default: the rule's, else default)")
    .action(async (execution, options) => (await import('../commands/explain.ts')).explain(execution, options));
}
