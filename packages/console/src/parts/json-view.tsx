// A payload: JSON set out on lines, as it was written (numbers keep their digits, keys their order). A large one is a
// tree of which only what is opened is made, so that a payload of a megabyte costs no more than a small one.
import { type Entry, parseTree, type Tree } from '@earwitness/protocol/internal/pattern/tree';
import { showControls } from '@earwitness/protocol/internal/text/show-controls';
import { useSignal } from '@preact/signals';
import { useMemo } from 'preact/hooks';
import { indentTree, isBranch, isShallow, summaryOf } from './json-text.ts';
import { sizeText } from './text.ts';

/** Ours: characters and levels up to which a payload is set out whole. */
const SMALL = 6000;
const LEVELS = 20;
/** Characters of a text and members of an object that are shown at once. */
const CHARS = 4000;
const MEMBERS = 100;

export function JsonView({ title, text }: { readonly title?: string; readonly text: string }) {
  const tree = useMemo(() => read(text), [text]);
  return (
    <div class="payload">
      {title === undefined ? null : (
        <h3>
          {title} <span class="soft">{sizeText(text.length)}</span>
        </h3>
      )}
      {tree === undefined || (!isBranch(tree) && text.length > SMALL) ? (
        <LongText text={text} />
      ) : text.length <= SMALL && isShallow(tree, LEVELS) ? (
        <pre>{indentTree(tree)}</pre>
      ) : (
        <div class="tree">
          <Value entry={{ name: '', value: tree }} isNamed={false} isOpen={true} />
        </div>
      )}
    </div>
  );
}

/** `undefined` of what is no JSON. */
function read(text: string): Tree | undefined {
  try {
    return parseTree(text);
  } catch {
    return undefined;
  }
}

interface ValueProps {
  readonly entry: Entry;
  readonly isNamed: boolean;
  readonly isOpen: boolean;
}

function Value({ entry: { name, value }, isNamed, isOpen }: ValueProps) {
  const open = useSignal(isOpen);
  const label = isNamed ? `${showControls(JSON.stringify(name))}: ` : '';
  if (!isBranch(value)) {
    const text = value.kind === 'string' ? JSON.stringify(value.text) : value.text;
    return (
      <div class="leaf">
        {label}
        {text.length <= CHARS ? showControls(text) : <LongText text={text} />}
      </div>
    );
  }
  return (
    <details
      open={open.value}
      onToggle={({ currentTarget }) => {
        open.value = currentTarget.open;
      }}
    >
      <summary>
        {label}
        <span class="soft">{summaryOf(value)}</span>
      </summary>
      {open.value ? <Members entries={value.entries} isNamed={value.kind === 'object'} /> : null}
    </details>
  );
}

function Members({ entries, isNamed }: { readonly entries: readonly Entry[]; readonly isNamed: boolean }) {
  const most = useSignal(MEMBERS);
  return (
    <div class="members">
      {entries.slice(0, most.value).map((entry, index) => (
        <Value key={String(index)} entry={entry} isNamed={isNamed} isOpen={false} />
      ))}
      {entries.length <= most.value ? null : (
        <MoreButton
          text={`${entries.length - most.value} more`}
          onClick={() => {
            most.value += MEMBERS;
          }}
        />
      )}
    </div>
  );
}

function LongText({ text }: { readonly text: string }) {
  const most = useSignal(CHARS);
  return (
    <>
      <pre>{text.slice(0, most.value).split('\n').map(showControls).join('\n')}</pre>
      {text.length <= most.value ? null : (
        <MoreButton
          text={`${sizeText(text.length - most.value)} more`}
          onClick={() => {
            most.value += 5 * CHARS;
          }}
        />
      )}
    </>
  );
}

function MoreButton({ text, onClick }: { readonly text: string; readonly onClick: () => void }) {
  return (
    <button type="button" onClick={onClick}>
      {text}
    </button>
  );
}
