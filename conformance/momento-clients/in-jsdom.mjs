// node in-jsdom.mjs <cells as JSON>: the same with the browser's SDK in a page of jsdom, whose requests go over Node's
// sockets and names, and which asks before it calls another origin.
import { JSDOM, VirtualConsole } from 'jsdom';
import { tryClient } from './try-client.mjs';

// What jsdom would print of a request that fails is the test's to judge.
const { window } = new JSDOM('', { url: 'http://localhost:3000/', virtualConsole: new VirtualConsole() });
for (const name of ['window', 'document', 'navigator', 'location', 'XMLHttpRequest']) {
  Object.defineProperty(globalThis, name, { value: name === 'window' ? window : window[name], configurable: true });
}
const sdk = await import('@gomomento/sdk-web');
const outcomes = [];
for (const cell of JSON.parse(process.argv[2])) outcomes.push(await tryClient(sdk.default ?? sdk, process.env, cell));
process.stdout.write(JSON.stringify(outcomes), () => process.exit());
