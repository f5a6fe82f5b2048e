// The phone: publishes a reaction for each tap.
import { MomentoErrorCode, TopicPublish } from '@gomomento/sdk-web';
import { draw, KINDS, type Kind } from './reactions.ts';
import { type Seat, takeSeat } from './topic.ts';

const status = document.getElementById('status') as HTMLElement;
const keys = document.getElementById('keys') as HTMLElement;
let seat: Promise<Seat> | undefined;
let sent = 0;

for (const kind of KINDS) {
  const key = document.createElement('button');
  key.dataset['kind'] = kind;
  key.setAttribute('aria-label', kind);
  key.append(draw(kind));
  key.addEventListener('click', () => tap(kind, key));
  keys.append(key);
}

async function tap(kind: Kind, key: HTMLElement): Promise<void> {
  rise(kind, key);
  navigator.vibrate?.(10);
  const problem = await send(kind).catch((error: unknown) => String(error));
  if (problem === undefined) sent++;
  status.dataset['state'] = problem === undefined ? 'live' : 'cut';
  status.textContent = problem ?? (sent === 1 ? 'Sent one' : `Sent ${sent}`);
  if (problem !== undefined) console.error(problem);
}

/** @returns what went wrong, if something did */
async function send(kind: Kind, isSecond = false): Promise<string | undefined> {
  seat ??= takeSeat('phone');
  // Who asks again after a failure gets a new token.
  const { client, cache, topic } = await seat.catch((error: unknown) => {
    seat = undefined;
    throw error;
  });
  const published = await client.publish(cache, topic, JSON.stringify({ kind }));
  if (!(published instanceof TopicPublish.Error)) return undefined;
  if (isSecond || published.errorCode() !== MomentoErrorCode.AUTHENTICATION_ERROR) return published.message();
  // Half an hour is over.
  seat = undefined;
  return send(kind, true);
}

function rise(kind: Kind, key: HTMLElement): void {
  const shape = draw(kind);
  shape.classList.add('rising');
  shape.addEventListener('animationend', () => shape.remove());
  key.append(shape);
}
