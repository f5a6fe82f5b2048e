// What resources are called on the page.
import type { MapNode } from '@earwitness/protocol/internal/admin/cloud-map';
import { plainName } from '@earwitness/protocol/internal/journal/names';
import { showControls } from '@earwitness/protocol/internal/text/show-controls';

/** As its template knows it; of an address, without what is the same in all. */
export function nodeTitle({ id, name, logicalId, kind }: MapNode): string {
  if (/^https?:/.test(name)) return showControls(name.replace(/^https?:\/\//, ''));
  // Its name alone does not tell that CloudFormation made it.
  if (kind === 'state-machine') return showControls(plainName(id));
  return showControls(kind === 'rule' && logicalId !== undefined ? logicalId : plainName(name));
}
