// `earwitness relay --print`: the stack that the local cloud deploys for `--relay`, for a person to deploy to a real
// account.
import { relayTemplate } from '@earwitness/protocol/internal/relay/template';
import { printData } from '../terminal.ts';

/** Prints the template. */
export function relay(buses: readonly string[]): void {
  printData(relayTemplate(buses).trimEnd());
}
