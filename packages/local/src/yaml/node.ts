// A YAML document as nodes with their places, made from the events of js-yaml.
import { EVENT_ID, type Event, getScalarValue, SCALAR_STYLE, type ScalarEvent } from 'js-yaml';

interface Common {
  /** Where it begins in the text; `undefined` for a value that is left out. */
  readonly at: number | undefined;
  /** As it is written: `!Sub`, `!!str`. */
  readonly tag?: string | undefined;
  readonly anchor?: string | undefined;
}

export interface ScalarNode extends Common {
  readonly kind: 'scalar';
  readonly text: string;
  /** Neither quoted nor a block: it may say a number, a boolean or null. */
  readonly isPlain: boolean;
}

export interface ListNode extends Common {
  readonly kind: 'list';
  readonly items: readonly YamlNode[];
}

export interface MapNode extends Common {
  readonly kind: 'map';
  /** As they are written: a key may stand there twice. */
  readonly members: readonly Member[];
}

export interface Member {
  readonly key: YamlNode;
  readonly value: YamlNode;
}

/** Stands for the last node before it that has this anchor. */
export interface AliasNode extends Common {
  readonly kind: 'alias';
  readonly name: string;
}

export type YamlNode = ScalarNode | ListNode | MapNode | AliasNode;

/** The first document of a text; `undefined` when there is none. */
export function composeNode(text: string, events: readonly Event[]): YamlNode | undefined {
  // The event before it begins the document.
  let next = 1;

  const compose = (): YamlNode | undefined => {
    const event = events[next++];
    switch (event?.type) {
      case EVENT_ID.SCALAR:
        return scalarOf(event);
      case EVENT_ID.ALIAS:
        return { kind: 'alias', at: event.anchorStart, name: text.slice(event.anchorStart, event.anchorEnd) };
      case EVENT_ID.SEQUENCE:
        return { kind: 'list', at: event.start, tag: tagOf(event), anchor: anchorOf(event), items: itemsUntilPop() };
      case EVENT_ID.MAPPING:
        return { kind: 'map', at: event.start, tag: tagOf(event), anchor: anchorOf(event), members: membersUntilPop() };
      default:
        return undefined;
    }
  };

  const itemsUntilPop = (): readonly YamlNode[] => {
    const items: YamlNode[] = [];
    for (let item = compose(); item; item = compose()) items.push(item);
    return items;
  };

  const membersUntilPop = (): readonly Member[] => {
    const members: Member[] = [];
    for (let key = compose(); key; key = compose()) {
      const value = compose();
      if (value) members.push({ key, value });
    }
    return members;
  };

  const scalarOf = (event: ScalarEvent): YamlNode => ({
    kind: 'scalar',
    at: placeOf(event),
    tag: tagOf(event),
    anchor: anchorOf(event),
    text: getScalarValue(text, event),
    isPlain: event.style === SCALAR_STYLE.PLAIN,
  });

  const tagOf = ({ tagStart, tagEnd }: Properties) => (tagStart < 0 ? undefined : text.slice(tagStart, tagEnd));

  const anchorOf = ({ anchorStart, anchorEnd }: Properties) =>
    anchorStart < 0 ? undefined : text.slice(anchorStart, anchorEnd);

  return compose();
}

type Properties = Pick<ScalarEvent, 'tagStart' | 'tagEnd' | 'anchorStart' | 'anchorEnd'>;

/** The text of a block begins on the line below its `|` or `>`. */
function placeOf({ style, valueStart, tagStart }: ScalarEvent): number | undefined {
  if (valueStart < 0) return tagStart < 0 ? undefined : tagStart;
  const isBlock = style === SCALAR_STYLE.LITERAL_BLOCK || style === SCALAR_STYLE.FOLDED_BLOCK;
  return isBlock ? valueStart - 1 : valueStart;
}
