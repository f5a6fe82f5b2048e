// The page of a broken contract: which field, what it was and is, the event that showed it, and everybody who is known to use the field.
import type { EventBridgeEvent, Received } from '../event.ts';
import { printPath } from '../expectation/path.ts';
import { cut, printValue } from '../expectation/print.ts';
import { choosePaint, type Paint } from '../page/paint.ts';
import { elapsed } from '../page/timeline.ts';
import type { Breach } from './breach.ts';
import { type EventType, titleOf } from './lock.ts';
import type { RuleUse } from './rules.ts';
import { concerns, fieldAt, type Use } from './uses.ts';

/** The breaches of one event type. */
export interface BrokenType {
  readonly type: EventType;
  /** One for each field; the first event that showed it is `event`. */
  readonly breaches: readonly Breach[];
  readonly event: Received & { readonly message: EventBridgeEvent };
  readonly uses: readonly Use[];
  readonly rules: readonly RuleUse[];
}

/** What the page is about. */
export interface BrokenContracts {
  readonly types: readonly BrokenType[];
  /** Name of the lock file. */
  readonly lock: string;
  /** Epoch ms; times count from here. */
  readonly openedAt: number;
  /** The test file that heard the event, where that is known. */
  readonly heardIn?: string;
}

/** The text of the error. */
export function brokenPage(broken: BrokenContracts): string {
  const paint = choosePaint();
  const sections = broken.types.flatMap((one) => [
    breachSection(one, paint),
    eventSection(one, broken, paint),
    ...one.breaches.map((breach) => consumerSection(one, breach, paint)),
  ]);
  const advice = [
    paint.bold('If this is meant'),
    `  run the tests with EARWITNESS_UPDATE=1, and commit ${broken.lock}`,
  ];
  const indented = [...sections, advice].map((lines) => lines.map((line) => `  ${line}`).join('\n'));
  return [paint.bold(headline(broken)), ...indented].join('\n\n');
}

function headline({ types, lock }: BrokenContracts): string {
  const all = types.flatMap(({ type, breaches }) => breaches.map((breach) => ({ type, breach })));
  const [first] = all;
  if (!first) return `${lock} is broken`;
  const more = all.length > 1 ? `, and ${all.length - 1} more` : '';
  const { path, before, after } = first.breach;
  const change = after === 'dropped' ? 'was dropped' : `was ${before}, is ${after}`;
  return `${titleOf(first.type)} breaks ${lock}: ${printPath(path)} ${change}${more}`;
}

function breachSection({ type, breaches }: BrokenType, paint: Paint): string[] {
  const names = breaches.map(({ path }) => printPath(path));
  const changes = breaches.map(({ before, after }) => `${before} → ${after}`);
  const widths = [names, changes].map((texts) => Math.max(...texts.map((text) => text.length)) + 3);
  const lines = breaches.map(({ path, value, after }, index) => {
    const name = (names[index] ?? '').padEnd(widths[0] ?? 0);
    const change = (changes[index] ?? '').padEnd(widths[1] ?? 0);
    const key = String(path.at(-1));
    const shown =
      after === 'dropped' ? '' : cut(printValue(value, { key }), Math.max(24, 76 - name.length - change.length));
    return `  ${name}${paint.red(change)}${paint.dim(shown)}`.trimEnd();
  });
  return [`${paint.bold('Broken')}   ${titleOf(type)}`, ...lines];
}

function eventSection({ event }: BrokenType, { openedAt, heardIn }: BrokenContracts, paint: Paint): string[] {
  const facts = [`id ${event.message.id}`, elapsed(event.receivedAt - openedAt), event.route];
  return [`${paint.bold('Event')}   ${facts.join('   ')}`, ...(heardIn === undefined ? [] : [`  heard in ${heardIn}`])];
}

function consumerSection({ rules, uses }: BrokenType, { path }: Breach, paint: Paint): string[] {
  const field = fieldAt(path);
  const named = rules.filter(({ paths }) => paths.some((used) => concerns(used, field)));
  const lines = [
    ...named.map((rule) => `  rule ${ruleName(rule)}${rule.matches ? '' : ': takes this event no more'}`),
    ...uses
      .filter(({ paths }) => paths.some((used) => concerns(used, field)))
      .map(({ place, title }) => `  ${place}   ${cut(title, Math.max(24, 73 - place.length))}`),
  ];
  const whole = rules
    .filter((rule) => !named.includes(rule))
    .map((rule) => `  rule ${ruleName(rule)}: hands the event on`);
  return [
    `${paint.bold('Consumers')} of ${field}`,
    ...(lines.length === 0 ? ['  nobody is known to look at it'] : lines),
    ...whole,
  ];
}

function ruleName({ rule, bus, targets }: RuleUse): string {
  return `${rule} on bus ${bus}${targets.length === 0 ? '' : ` → ${targets.join(', ')}`}`;
}
