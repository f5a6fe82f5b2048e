// Which parts of the deployed system use which fields of an event: the rules of its bus, by their patterns and by what
// they hand to their targets. Known only with a local cloud, whose journal names the bus.
import { explain, parsePattern } from '@earwitness/protocol/pattern';
import type { EventBridgeEvent } from '../event.ts';
import { type ListedRule, type ListedTarget, listRules, listTargets } from '../page/bus.ts';
import { readJournal } from '../page/journal/journal.ts';

/** A rule that matches events of the type. */
export interface RuleUse {
  readonly rule: string;
  readonly bus: string;
  /** Fields that its pattern asks for, or that it passes on by name. */
  readonly paths: readonly string[];
  /** Whether it still matches this event. */
  readonly matches: boolean;
  /** Where it leads: `lambda:function:ship-order`. */
  readonly targets: readonly string[];
}

/** The rules that match, or used to match, events of this type. `sinceMs`: epoch ms before it was published. */
export async function rulesFor(event: EventBridgeEvent, sinceMs: number): Promise<RuleUse[]> {
  const excerpt = await readJournal(sinceMs);
  const accepted = excerpt?.facts.find((fact) => fact.kind === 'event.accepted' && fact.eventId === event.id);
  if (accepted?.kind !== 'event.accepted') return [];
  const { bus } = accepted;
  const rules = await Promise.all((await listRules(bus)).map((rule) => ruleUse(rule, bus, event)));
  return rules.filter((rule) => rule !== undefined);
}

async function ruleUse(
  { Name, EventPattern }: ListedRule,
  bus: string,
  event: EventBridgeEvent,
): Promise<RuleUse | undefined> {
  if (EventPattern === undefined) return undefined;
  const { fields } = explain(parsePattern(EventPattern), event);
  const isMatched = ({ verdict }: (typeof fields)[number]) => verdict === 'matched';
  const ofType = fields.filter(({ path }) => path === 'source' || path === 'detail-type');
  if (!ofType.every(isMatched)) return undefined;
  const targets = await listTargets(bus, Name);
  return {
    rule: Name,
    bus,
    paths: [...fields.map(({ path }) => path), ...targets.flatMap(pathsOf)],
    matches: fields.every(isMatched),
    targets: targets.map(({ Arn }) => nameOf(Arn)),
  };
}

/** `$.detail.items[0].sku` is the field `detail.items.sku`. A target that gets the whole event names no field. */
function pathsOf({ InputPath, InputTransformer }: ListedTarget): string[] {
  const paths = [
    ...(InputPath === undefined ? [] : [InputPath]),
    ...Object.values(InputTransformer?.InputPathsMap ?? {}),
  ];
  return paths.map((path) => path.replace(/^\$\.?/, '').replaceAll(/\[(\d+|\*)\]/g, '')).filter((path) => path !== '');
}

/** An ARN without account and region, and without the id that follows an API destination's name. */
function nameOf(arn: string): string {
  const [, , service, , , ...resource] = arn.split(':');
  return `${service}:${resource.join(':').replace(/^(api-destination\/[^/]+)\/.*/, '$1')}`;
}
