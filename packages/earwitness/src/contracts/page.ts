// The page of a broken contract: which field, what it was and is, the event that showed it, and every known user of the
// field.
import { cut } from '@earwitness/protocol/internal/text/cut';
import { showControls } from '@earwitness/protocol/internal/text/show-controls';
import type { EventBridgeEvent, Received } from '../event.ts';
import { printPath } from '../expectation/path.ts';
import { printValue } from '../expectation/print.ts';
import { elapsed } from '../page/timeline.ts';
import { joinSections, type Line, line } from '../printing/line.ts';
import { choosePaint, type Paint } from '../printing/paint.ts';
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

/** The lines of the error. */
export function brokenPage(broken: BrokenContracts): Line[] {
  const paint = choosePaint();
  const sections = broken.types.flatMap((one) => [
    breachSection(one, paint),
    eventSection(one, broken, paint),
    ...one.breaches.map((breach) => consumerSection(one, breach, paint)),
  ]);
  const advice = [
    paint.bold('If this is meant'),
    line`  run the tests with EARWITNESS_UPDATE=1, and commit ${broken.lock}`,
  ];
  return joinSections(paint.bold(headline(broken)), [...sections, advice]);
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

function breachSection({ type, breaches }: BrokenType, paint: Paint): Line[] {
  const names = breaches.map(({ path }) => printPath(path));
  const changes = breaches.map(({ before, after }) => `${before} → ${after}`);
  const widths = [names, changes].map((texts) => Math.max(...texts.map((text) => text.length)) + 3);
  const lines = breaches.map(({ path, value, after }, index) => {
    const name = (names[index] ?? '').padEnd(widths[0] ?? 0);
    const change = changes[index] ?? '';
    if (after === 'dropped') return line`  ${name}${paint.red(change)}`;
    const padded = change.padEnd(widths[1] ?? 0);
    const shown = cut(printValue(value, { key: String(path.at(-1)) }), Math.max(24, 76 - name.length - padded.length));
    return line`  ${name}${paint.red(padded)}${paint.dim(shown)}`;
  });
  return [line`${paint.bold('Broken')}   ${titleOf(type)}`, ...lines];
}

function eventSection({ event }: BrokenType, { openedAt, heardIn }: BrokenContracts, paint: Paint): Line[] {
  const facts = [`id ${event.message.id}`, elapsed(event.receivedAt - openedAt), event.route];
  return [
    line`${paint.bold('Event')}   ${facts.join('   ')}`,
    ...(heardIn === undefined ? [] : [line`  heard in ${heardIn}`]),
  ];
}

function consumerSection({ rules, uses }: BrokenType, { path }: Breach, paint: Paint): Line[] {
  const field = fieldAt(path);
  const named = rules.filter(({ paths }) => paths.some((used) => concerns(used, field)));
  const lines = [
    ...named.map((rule) => line`  rule ${ruleName(rule)}${rule.matches ? '' : ': takes this event no more'}`),
    ...uses
      .filter(({ paths }) => paths.some((used) => concerns(used, field)))
      .map(({ place, title }) => line`  ${place}   ${cut(showControls(title), Math.max(24, 73 - place.length))}`),
  ];
  const whole = rules
    .filter((rule) => !named.includes(rule))
    .map((rule) => line`  rule ${ruleName(rule)}: hands the event on`);
  return [
    line`${paint.bold('Consumers')} of ${field}`,
    ...(lines.length === 0 ? [line`  none is known`] : lines),
    ...whole,
  ];
}

function ruleName({ rule, bus, targets }: RuleUse): string {
  return `${rule} on bus ${bus}${targets.length === 0 ? '' : ` → ${targets.join(', ')}`}`;
}
