// node in-node.mjs <package> <cells as JSON>: prints what became of each, as JSON.
import { tryClient } from './try-client.mjs';

const [name, cells] = process.argv.slice(2);
const sdk = await import(name);
const outcomes = [];
for (const cell of JSON.parse(cells)) outcomes.push(await tryClient(sdk.default ?? sdk, process.env, cell));
process.stdout.write(JSON.stringify(outcomes), () => process.exit());
