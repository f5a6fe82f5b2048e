// Which rules does an event match? One matcher per bus, kept in step with the table of rules.
//
//   rules (table) ──watch──> routes: bus → matcher over the patterns of its enabled rules, and those rules by key
//   event (JSON text) ──match──> rules
import { createMatcher, type Matcher, parsePattern } from '@earwitness/protocol/pattern';
import { type BusRef, busKey } from './bus.ts';
import type { Rule, Rules } from './rule.ts';

interface Route {
  readonly matcher: Matcher<string>;
  readonly rules: Map<string, Rule>;
}

export class Router {
  readonly #routes = new Map<string, Route>();

  constructor({ table }: Rules) {
    table.watch((key, row) => this.#update(key, row?.value));
    for (const { key, value } of table.list()) this.#update(key, value);
  }

  /** The enabled rules of a bus whose pattern the event matches. */
  match(bus: BusRef, event: string): Rule[] {
    const route = this.#routes.get(busKey(bus));
    if (!route) return [];
    const matched: Rule[] = [];
    for (const key of route.matcher.matchJson(event)) {
      const rule = route.rules.get(key);
      if (rule) matched.push(rule);
    }
    return matched;
  }

  /** How many rules an event of this bus is held against. */
  countRules(bus: BusRef): number {
    return this.#routes.get(busKey(bus))?.rules.size ?? 0;
  }

  #update(key: string, rule: Rule | undefined): void {
    const bus = key.slice(0, key.lastIndexOf(':'));
    const route = this.#routes.get(bus);
    const known = route?.rules.get(key);
    // A rule that EventBridge manages (an archive's) is there to be seen.
    const asks = rule && rule.state !== 'DISABLED' && rule.managedBy === undefined ? rule.eventPattern : undefined;
    if (known && known.eventPattern === asks) {
      // Only its targets or its description changed: the matcher stays as it is.
      if (rule) route?.rules.set(key, rule);
      return;
    }
    if (known) {
      route?.matcher.remove(key);
      route?.rules.delete(key);
    }
    if (!rule || asks === undefined) {
      // A matcher without rules takes 8 KB: of a bus that is deleted nothing stays.
      if (route?.rules.size === 0) this.#routes.delete(bus);
      return;
    }
    const { matcher, rules } = route ?? this.#open(bus);
    matcher.add(key, parsePattern(asks));
    rules.set(key, rule);
  }

  #open(bus: string): Route {
    const route: Route = { matcher: createMatcher<string>(), rules: new Map() };
    this.#routes.set(bus, route);
    return route;
  }
}
