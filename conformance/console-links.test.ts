// From a failure page to the event's road in the console, by a link or by a command, where somebody would see it.
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { SFNClient, StartExecutionCommand } from '@aws-sdk/client-sfn';
import { type Local, startLocal } from '@earwitness/local';
import { cloud, execution, subscribe } from 'earwitness';
import { afterEach, beforeEach, expect, onTestFinished, test, vi } from 'vitest';

let local: Local;
beforeEach(() => {
  vi.stubEnv('EARWITNESS_RUN', '');
  vi.stubEnv('EARWITNESS_REPORT', '');
});
afterEach(async () => {
  vi.unstubAllEnvs();
  await local.close();
});

async function start(options: { readonly console?: URL }): Promise<void> {
  local = await startLocal(options);
  await local.relay();
  for (const [name, value] of Object.entries(await local.environment())) vi.stubEnv(name, value);
}

/** What stands under `Console` on the page of a wait for an event that was not like that, and the event's id. */
async function consoleOf(): Promise<readonly [section: string | undefined, eventId: string]> {
  await using events = await subscribe({ transport: 'momento-http' });
  const { id: eventId } = await cloud.send({ source: 'shop', 'detail-type': 'Placed', detail: { id: 1 } });
  await events.waitForMessageMatching({ detail: { id: 1 } });
  const page = await events.waitForMessageMatching({ detail: { id: 2 } }, { timeoutMs: 20 }).catch((e: Error) => e);
  const [, section] = /\n\n {2}Console {3}(.*)$/s.exec(page instanceof Error ? page.message : '') ?? [];
  return [section, eventId];
}

// Any file: nobody opens it.
const CONSOLE = new URL(import.meta.url);

test('beside a cloud with a console, a page ends with the address of its event', async () => {
  await start({ console: CONSOLE });
  const [section, eventId] = await consoleOf();
  expect(section).toBe(`${local.url}/_earwitness#/event/${eventId}`);
});

test('without a console there is no link', async () => {
  await start({});
  expect((await consoleOf())[0]).toBeUndefined();
});

test('of a run with a cloud of its own, a page says how the saved journal is opened, when one is saved', async () => {
  await start({ console: CONSOLE });
  vi.stubEnv('EARWITNESS_RUN', 'monday');
  expect((await consoleOf())[0]).toBeUndefined();
  const folder = mkdtempSync(join(tmpdir(), 'earwitness-console-links-'));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  vi.stubEnv('EARWITNESS_REPORT', folder);
  const [section, eventId] = await consoleOf();
  expect(section).toBe(`after the run:\n    npx earwitness open ${folder}/journal.ndjson '#/event/${eventId}'`);
});

test('the page of an execution that failed ends with its address', async () => {
  await start({ console: CONSOLE });
  const { Machine: stateMachineArn } = await local.deploy({
    name: 'shop',
    template: `
Transform: AWS::Serverless-2016-10-31
Resources:
  Orders:
    Type: AWS::Serverless::StateMachine
    Properties: {Definition: {StartAt: Pay, States: {Pay: {Type: Fail, Error: CardDeclined}}}}
Outputs:
  Machine: {Value: !Ref Orders}
`,
  });
  const client = new SFNClient({});
  onTestFinished(() => client.destroy());
  const { executionArn = '' } = await client.send(new StartExecutionCommand({ stateMachineArn }));
  const page = await execution(executionArn).catch((error: Error) => error.message);
  expect(page).toMatch(/^execution \S+ of \S+ FAILED in Pay: CardDeclined\n/);
  const address = `${local.url}/_earwitness#/request/${encodeURIComponent(executionArn)}`;
  expect(page).toContain(`\n  Console   ${address}`);
});
