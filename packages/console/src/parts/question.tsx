// A button whose work cannot be taken back: it asks before.
import { useRef } from 'preact/hooks';

interface QuestionProps {
  readonly label: string;
  readonly question: string;
  /** What the answer does: `Purge 3 messages`. */
  readonly yes: string;
  readonly isDisabled?: boolean;
  onYes(): void;
}

export function QuestionButton({ label, question, yes, isDisabled = false, onYes }: QuestionProps) {
  const dialog = useRef<HTMLDialogElement>(null);
  return (
    <>
      <button type="button" disabled={isDisabled} onClick={() => dialog.current?.showModal()}>
        {label}
      </button>
      <dialog
        ref={dialog}
        aria-label={label}
        // Escape closes the question, and leads to no other page.
        onKeyDown={(event) => event.stopPropagation()}
      >
        <p>{question}</p>
        <p class="answers">
          <button type="button" autofocus onClick={() => dialog.current?.close()}>
            No
          </button>
          <button
            type="button"
            class="danger"
            onClick={() => {
              dialog.current?.close();
              onYes();
            }}
          >
            {yes}
          </button>
        </p>
      </dialog>
    </>
  );
}
