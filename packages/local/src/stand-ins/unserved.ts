// What becomes of that which this local cloud does not serve: it stands in for the real thing, or is refused by name.
import { matchesGlob } from '@earwitness/protocol/internal/aws/glob';

/** `stand-in`: it is made, and records what it receives. `refuse`: it fails the deployment by name. */
export type Unserved = 'stand-in' | 'refuse';

/**
 * One answer for all, or one for each resource type (`AWS::Cognito::UserPool`) or service of an ARN (`batch`), where
 * `*` stands for any text. The longest name that fits decides; what none fits, stands in.
 */
export type UnservedSetting = Unserved | Readonly<Record<string, Unserved>>;

/** Returns what becomes of a resource type or a service. */
export type DecideUnserved = (type: string) => Unserved;

/**
 * @param strict refuses whatever the setting does not name as a stand-in itself: `*` and a setting for all do not count
 */
export function unservedBy(setting: UnservedSetting = 'stand-in', strict = false): DecideUnserved {
  const named = typeof setting === 'string' ? { '*': setting } : setting;
  const rules = Object.entries(named)
    .filter(([name]) => !(strict && name === '*'))
    .toSorted(([a], [b]) => b.length - a.length);
  return (type) => rules.find(([name]) => matchesGlob(name, type))?.[1] ?? (strict ? 'refuse' : 'stand-in');
}
