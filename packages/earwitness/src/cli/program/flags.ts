// Flags that several commands have, with the same words everywhere.
import { KEY_FORMS } from '@earwitness/protocol/internal/momento/key';
import { type Command, Option } from 'commander';

/** Which configuration. */
export const CONFIG = [
  '-c, --config <file>',
  'configuration file (default: earwitness.config.ts, .js or .mjs, when there is one)',
] as const;

/** A flag that may be repeated. */
export function collect(value: string, previous: readonly string[] = []): string[] {
  return [...previous, value];
}

/** Of commands that report something. */
export function withJson(command: Command, what = 'as one JSON document'): Command {
  return command.option('--json', what);
}

/** Of commands that speak to a local cloud that is running. */
export function withCloud(command: Command): Command {
  return command.option('--port <number>', 'port of the local cloud (default: as EARWITNESS_URL says, else 4566)');
}

/** Of commands that read what a project deploys. */
export function withGiven(command: Command): Command {
  return command
    .option('-p, --parameter <stack.Name=value>', 'a parameter of a stack (repeatable)', collect)
    .option('--bus <name>', 'an event bus that is there before (repeatable)', collect)
    .option('--ssm <name=value>', 'an entry of the parameter store that is there before (repeatable)', collect)
    .option('--secret <name=value>', 'a secret that is there before (repeatable)', collect)
    .option('--export <name=value>', 'an export of a stack that is not deployed here (repeatable)', collect)
    .option(...CONFIG)
    .option('--cwd <directory>', 'work as if started there');
}

/** Of commands that start a local cloud. */
export function withStacks(command: Command, usualPort: string): Command {
  return withGiven(command)
    .option(
      '-t, --template <[name=]file>',
      'deploy this template as a stack (repeatable), by the name and parameters of samconfig.toml if no name is given',
      collect,
    )
    .option('--no-deploy', 'start an empty cloud')
    .addOption(
      new Option(
        '-r, --relay [bus]',
        'relay the events of the buses that the stacks make, and of this one, to topics (repeatable)',
      )
        .preset('')
        .argParser((value: string, before: readonly string[] = []) => [...before, ...value.split(',').filter(Boolean)]),
    )
    .option('--strict', "refuse what is not served, unless the configuration's `unserved` names it")
    .addOption(
      new Option('--isolation <what>', 'what runs functions of Node (default: worker)').choices(['worker', 'process']),
    )
    .option(
      '--backbone <url>',
      "nats://host:4222/NAME: keep the cloud's state there, and be one cloud with every other that does",
    )
    .option('--data <directory>', "keep the cloud's state in this folder, with a nats-server of this machine")
    .option('--node-name <name>', "this node's name, where several are one cloud (default: the machine's)")
    .option('--port <number>', `port of the local cloud (default: ${usualPort})`)
    .option(
      '--tls-port <number>',
      'port for TLS, which Momento keys name (default: a free one; on the same port the same again)',
    )
    .addOption(
      new Option(
        '--momento-key <form>',
        'form of MOMENTO_API_KEY; v1 and v2 set grpc_proxy, too (default: legacy)',
      ).choices(KEY_FORMS),
    )
    .addOption(
      new Option('--momento-local [port]', 'listen for CredentialProvider.forMomentoLocal(), too (port 8080)').preset(
        '8080',
      ),
    )
    .addOption(
      new Option(
        '--momento-admin [port]',
        'cut gRPC off by GET /block on this port, until /unblock (port 9090)',
      ).preset('9090'),
    )
    .option('--host <address>', 'address to listen on (default: 127.0.0.1); 0.0.0.0 lets the network in')
    .option('--allow-host <name>', 'a further name under which clients may call (repeatable)', collect)
    .option('--allow-origin <origin>', 'a web page that may call everything (repeatable)', collect)
    .addOption(
      new Option('--inspect [place]', 'let a debugger stop in functions, at [host:]port (default: 9229)').preset(''),
    )
    .addOption(new Option('--inspect-brk [place]', 'the same, and wait until a debugger is there').preset(''));
}
