// `earwitness send`: puts an event on a bus of a running local cloud, also one of an AWS service, and says which rules
// took it.
import type { Fact } from '@earwitness/protocol/internal/journal/fact';
import { createNames } from '@earwitness/protocol/internal/journal/names';
import { type Line, line } from '../../printing/line.ts';
import { adminUrl, commandAt } from '../cloud-options.ts';
import { askAdmin, noCloud, readJournalEnd } from '../running/admin.ts';
import { type EventFlags, eventText } from '../running/event-text.ts';
import { readFactsAfter } from '../running/facts.ts';
import { printData, say } from '../terminal.ts';

export interface SendOptions extends EventFlags {
  readonly json?: boolean;
  readonly port?: string;
}

/** Prints the id of each event; what became of it is said on stderr. @throws UsageError */
export async function send(event: string | undefined, options: SendOptions): Promise<void> {
  const url = adminUrl(options.port);
  const body = await eventText(event, options);
  const { newest } = await readJournalEnd(url);
  const ids = idsIn(await askAdmin(url, 'events', body));
  if (!ids) throw noCloud(url);
  const facts = await readFactsAfter(url, newest);
  const sent = ids.map((id) => sentEvent(id, facts));
  if (options.json) return printData(JSON.stringify({ events: sent }, undefined, 2));
  printData(ids.join('\n'));
  const explain = commandAt(`earwitness explain --event ${options.file ?? 'FILE'}`, options.port);
  say(
    ...sent.map((one) => sentLine(one, explain)),
    line`${commandAt('earwitness tail --all', options.port)} shows what becomes of it.`,
  );
}

/** An event that was sent, as far as the journal knows it already. */
interface Sent {
  readonly id: string;
  readonly bus: string;
  readonly source: string;
  readonly detailType: string;
  /** Names of the rules that matched. */
  readonly rules: readonly string[];
}

function sentEvent(id: string, facts: readonly Fact[]): Sent {
  const accepted = facts.find((fact) => fact.kind === 'event.accepted' && fact.eventId === id);
  const { bus = '', source = '', detailType = '' } = accepted?.kind === 'event.accepted' ? accepted : {};
  const rules = facts.flatMap((fact) =>
    fact.kind === 'rule.matched' && fact.eventId === id && fact.bus === bus ? [fact.rule] : [],
  );
  return { id, bus, source, detailType, rules };
}

function sentLine({ bus, source, detailType, rules }: Sent, explain: string): Line {
  const what = line`${detailType} from ${source} on ${bus}`;
  if (rules.length > 0) return line`${what}: matched by ${rules.map(createNames(rules)).join(', ')}.`;
  return line`${what}: no rule matches it; ${explain} --bus ${bus} says why.`;
}

function idsIn(answer: unknown): readonly string[] | undefined {
  const ids = typeof answer === 'object' && answer !== null && 'ids' in answer ? answer.ids : undefined;
  return Array.isArray(ids) && ids.every((id) => typeof id === 'string') ? ids : undefined;
}
