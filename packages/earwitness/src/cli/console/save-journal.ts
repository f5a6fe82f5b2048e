// Writes the journal of a run down as it comes, beside the evidence, for `earwitness open`: a purge between tests takes
// nothing of it, and of a run that is killed there is what happened until then. Secrets are left out, as in evidence.
// What cannot be written is said once, and the run goes on.
import { type FileHandle, mkdir, open } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import type { Local } from '@earwitness/local';
import type { QueuedMessages } from '@earwitness/protocol/internal/admin/queued-messages';
import {
  type JournalBeginning,
  type JournalEnd,
  SAVED_JOURNAL_VERSION,
} from '@earwitness/protocol/internal/admin/saved-journal';
import type { Fact } from '@earwitness/protocol/internal/journal/fact';
import { attributesWithoutSecrets, redactText, withoutSecrets } from '../../evidence/fact-secrets.ts';
import { JOURNAL_FILE } from '../../evidence/file.ts';
import { createCanaryFilter } from '../../page/journal/canaries.ts';
import { line } from '../../printing/line.ts';
import { say } from '../terminal.ts';

/** Ours: what a browser can still open. What comes after it is counted. */
const MAX_BYTES = 64 * 1024 * 1024;

/** Ours: messages of each queue, and of all. */
const MAX_MESSAGES = 100;
const MAX_QUEUES = 50;

/** Ours: facts that are written at once. */
const BATCH_FACTS = 500;

/** Writes the end, and closes the file. */
export type JournalSaver = () => Promise<void>;

/**
 * Saves the journal of a cloud from its beginning to its end. Call what it returns before the cloud is closed.
 * @param folder of the evidence (EARWITNESS_REPORT); without one nothing is saved
 */
export async function saveJournal(local: Local, folder: string | undefined): Promise<JournalSaver> {
  if (!folder) return async () => undefined;
  const file = join(resolve(folder), JOURNAL_FILE);
  try {
    await mkdir(resolve(folder), { recursive: true });
    return begin(local, await open(file, 'w'), file);
  } catch (error) {
    tell(file, error);
    return async () => undefined;
  }
}

function begin({ journal, clock, cloud, env }: Local, handle: FileHandle, file: string): JournalSaver {
  const isOfOthers = createCanaryFilter();
  const waiting: Fact[] = journal.read();
  const head: JournalBeginning = { kind: 'journal', version: SAVED_JOURNAL_VERSION, at: clock.now() };
  let isFailed = false;
  let written = write(`${JSON.stringify(head)}\n`);
  let isDue = false;
  let bytes = 0;
  let firstMissed: number | undefined;
  let newest = 0;

  async function write(text: string): Promise<void> {
    if (isFailed) return;
    try {
      await handle.appendFile(text);
    } catch (error) {
      isFailed = true;
      tell(file, error);
    }
  }

  /** Takes what waits, in portions. */
  function flush(): void {
    isDue = false;
    const lines: string[] = [];
    for (const fact of waiting.splice(0, BATCH_FACTS)) {
      newest = fact.seq;
      if (firstMissed !== undefined || !isOfOthers(fact)) continue;
      const text = `${JSON.stringify(withoutSecrets(fact))}\n`;
      bytes += text.length;
      if (bytes > MAX_BYTES) firstMissed = fact.seq;
      else lines.push(text);
    }
    if (lines.length > 0) written = written.then(() => write(lines.join('')));
    if (waiting.length > 0) plan();
  }

  function plan(): void {
    if (isDue) return;
    isDue = true;
    setImmediate(flush);
  }

  const stop = journal.listen((fact) => {
    if (isFailed) return;
    waiting.push(fact);
    plan();
  });
  if (waiting.length > 0) plan();

  return async () => {
    stop();
    while (waiting.length > 0) flush();
    const at = clock.now();
    if (firstMissed !== undefined) {
      const skipped: Fact = { seq: newest, at, kind: 'journal.skipped', firstMissed, lastMissed: newest };
      written = written.then(() => write(`${JSON.stringify(skipped)}\n`));
    }
    try {
      const home = { account: env.AWS_ACCESS_KEY_ID, region: env.AWS_REGION };
      const [map, state] = await Promise.all([cloud.map(home), cloud.state(home)]);
      const queues: QueuedMessages[] = [];
      for (const { id } of map.nodes.filter(({ kind }) => kind === 'queue')) {
        const found = await cloud.lookAt(id, { after: 0, limit: MAX_MESSAGES });
        if (found && found.messages.length > 0 && queues.length < MAX_QUEUES) queues.push(keepable(found));
      }
      const end: JournalEnd = { kind: 'journal.end', at, map, state: { queues: state.queues }, queues };
      await written;
      await write(`${JSON.stringify(end)}\n`);
      await handle.close();
    } catch (error) {
      tell(file, error);
    }
  };
}

function keepable(found: QueuedMessages): QueuedMessages {
  return {
    ...found,
    messages: found.messages.map((message) => ({
      ...message,
      body: redactText(message.body),
      attributes: attributesWithoutSecrets(message.attributes),
    })),
  };
}

function tell(file: string, error: unknown): void {
  const reason = error instanceof Error ? error.message : String(error);
  say(line`earwitness: the journal is not written to ${file}: ${reason}`);
}
