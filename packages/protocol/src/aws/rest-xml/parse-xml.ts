// Reads the XML of a request: elements, attributes and text. Refuses what is not well formed, and document type
// declarations: no AWS client writes one, and entities of one's own are a way to make a small text large.

/** One element. White space around its name and between elements is not kept. */
export interface XmlElement {
  /** With its prefix, if it has one. */
  readonly name: string;
  readonly attributes: Readonly<Record<string, string>>;
  readonly children: readonly XmlElement[];
  /** All text directly in it. */
  readonly text: string;
}

/** The text is not well-formed XML. */
export class XmlError extends Error {
  constructor(message: string, at: number) {
    super(`${message} at character ${at}`);
    this.name = 'XmlError';
  }
}

/** Ours: elements inside one another. */
const MAX_DEPTH = 64;

const TOKEN =
  /<\?[\s\S]*?\?>|<!--[\s\S]*?-->|<!\[CDATA\[([\s\S]*?)\]\]>|<\/([^\s<>/]+)\s*>|<([^\s<>/!?]+)((?:\s+[^\s<>/=]+\s*=\s*(?:"[^"<]*"|'[^'<]*'))*)\s*(\/?)>|([^<]+)/y;

interface Open {
  readonly name: string;
  readonly attributes: Readonly<Record<string, string>>;
  readonly children: XmlElement[];
  text: string;
}

/** @throws XmlError */
export function parseXml(text: string): XmlElement {
  const open: Open[] = [];
  let root: XmlElement | undefined;
  const close = (element: Open, at: number) => {
    const inside = open.at(-1);
    if (inside) inside.children.push(element);
    else if (root) throw new XmlError('A second root element', at);
    else root = element;
  };
  TOKEN.lastIndex = 0;
  while (TOKEN.lastIndex < text.length) {
    const at = TOKEN.lastIndex;
    const token = TOKEN.exec(text);
    if (!token) throw new XmlError('Not well-formed XML', at);
    const [, cdata, ended, begun, attributes = '', isEmpty, plain] = token;
    const inside = open.at(-1);
    if (begun !== undefined) {
      const element: Open = { name: begun, attributes: parseAttributes(attributes, at), children: [], text: '' };
      if (isEmpty) close(element, at);
      else if (open.push(element) > MAX_DEPTH) throw new XmlError('Too many elements inside one another', at);
    } else if (ended !== undefined) {
      const element = open.pop();
      if (element?.name !== ended) throw new XmlError(`The end of '${ended}', which is not open,`, at);
      close(element, at);
    } else {
      const content = cdata ?? (plain === undefined ? '' : decodeEntities(plain, at));
      if (inside) inside.text += content;
      else if (content.trim() !== '' && content !== '\uFEFF')
        throw new XmlError('Text outside of the root element', at);
    }
  }
  if (!root || open.length > 0) throw new XmlError('The document is not complete', text.length);
  return root;
}

function parseAttributes(text: string, at: number): Record<string, string> {
  const found = text.matchAll(/([^\s=]+)\s*=\s*(?:"([^"]*)"|'([^']*)')/g);
  return Object.fromEntries(
    [...found].map(([, name = '', double, single]) => [name, decodeEntities(double ?? single ?? '', at)]),
  );
}

const ENTITIES: Readonly<Record<string, string>> = { amp: '&', lt: '<', gt: '>', quot: '"', apos: "'" };

function decodeEntities(text: string, at: number): string {
  if (!text.includes('&')) return text;
  return text.replace(/&([^;&\s]*);?/g, (whole, name: string) => {
    const number = /^#(?:x([0-9a-f]{1,6})|(\d{1,7}))$/i.exec(name);
    const code = number && (number[1] === undefined ? Number(number[2]) : Number.parseInt(number[1], 16));
    const decoded = code !== null && code <= 0x10ffff ? String.fromCodePoint(code) : ENTITIES[name];
    if (decoded === undefined || !whole.endsWith(';')) throw new XmlError(`An unknown entity ${whole}`, at);
    return decoded;
  });
}
