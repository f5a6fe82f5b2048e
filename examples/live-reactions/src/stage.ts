// The stage: subscribes to the topic and lets each reaction float up.
import { TopicSubscribe } from '@gomomento/sdk-web';
import { draw, KINDS, type Kind, parseReaction } from './reactions.ts';
import { takeSeat } from './topic.ts';

const AGAIN_AFTER_MS = 2000;
/** More than these in the air at once nobody could tell apart; what comes meanwhile is counted only. */
const MAX_IN_THE_AIR = 120;

const sky = element('sky');
const status = element('status');
const counts = new Map(KINDS.map((kind) => [kind, { count: 0, pill: addPill(kind) }]));
element('invitation').textContent = location.host;
await listen();

async function listen(): Promise<void> {
  try {
    const { client, cache, topic } = await takeSeat('stage');
    const subscription = await client.subscribe(cache, topic, {
      onItem: (item) => show(parseReaction(item.valueString())),
      // For example when the token has expired. The SDK comes back by itself when only the connection was lost.
      onError: () => again('The stage was cut off'),
    });
    if (!(subscription instanceof TopicSubscribe.Subscription)) throw new Error(subscription.toString());
    tell('live', 'Live');
  } catch (error) {
    console.error(error);
    again('The stage cannot hear');
  }
}

function again(why: string): void {
  tell('cut', `${why}. Trying again …`);
  setTimeout(listen, AGAIN_AFTER_MS);
}

function show(kind: Kind | undefined): void {
  const counted = kind && counts.get(kind);
  if (!counted) return;
  counted.count++;
  counted.pill.querySelector('output')?.replaceChildren(String(counted.count));
  counted.pill.animate([{ transform: 'scale(1.12)' }, { transform: 'none' }], 250);
  if (sky.childElementCount < MAX_IN_THE_AIR) sky.append(float(kind));
}

function float(kind: Kind): SVGSVGElement {
  const shape = draw(kind);
  const place = {
    '--from': between(4, 92),
    '--sway': between(-9, 9),
    '--turn': between(-40, 40),
    '--size': between(5, 10),
  };
  for (const [name, value] of Object.entries(place)) shape.style.setProperty(name, value);
  shape.style.animationDuration = `${between(3.6, 5.4)}s`;
  shape.addEventListener('animationend', () => shape.remove());
  return shape;
}

function addPill(kind: Kind): HTMLLIElement {
  const pill = document.createElement('li');
  pill.dataset['kind'] = kind;
  pill.title = kind;
  const count = document.createElement('output');
  count.textContent = '0';
  count.setAttribute('aria-label', kind);
  pill.append(draw(kind), count);
  element('counts').append(pill);
  return pill;
}

function tell(state: 'live' | 'cut', text: string): void {
  status.dataset['state'] = state;
  status.textContent = text;
}

function between(low: number, high: number): string {
  return (low + Math.random() * (high - low)).toFixed(2);
}

function element(id: string): HTMLElement {
  return document.getElementById(id) as HTMLElement;
}
