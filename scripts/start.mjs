// npm start: the whole road in one command. Starts the local cloud, deploys examples/order-service through the CloudFormation API,
// sends one order and prints its journey; stays until Ctrl-C. Needs no build: the command line is bundled from the sources.
import { bundleCli } from './bundle-cli.mjs';

const cli = await bundleCli();
process.argv = [
  process.execPath,
  cli,
  'dev',
  '--cwd',
  'examples/order-service',
  '--send',
  'POST $API_URL {"name":"test order"}',
  ...process.argv.slice(2),
];
await import(cli);
