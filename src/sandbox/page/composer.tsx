import { type KeyboardEvent, type ReactNode, useId, useState } from 'react';

export interface ComposerProps {
  readonly label: string;
  readonly placeholder: string;
  readonly send: string;
  /** Stands below the text, before the button. */
  readonly tools?: ReactNode;
  readonly look?: string;
  readonly initial?: string;
  /** Answers whether the text was taken; it stays where it is when not. */
  readonly onSend: (text: string) => Promise<boolean>;
  readonly onCancel?: () => void;
}

/** The text in the field, and its way out. */
function useDraft(initial: string, onSend: ComposerProps['onSend']) {
  const [text, setText] = useState(initial);
  const [busy, setBusy] = useState(false);
  const empty = text.trim() === '';
  const submit = async () => {
    if (empty || busy) return;
    setBusy(true);
    const taken = await onSend(text.trim());
    setBusy(false);
    if (taken) setText('');
  };
  return { text, setText, submit, idle: empty || busy };
}

/** A field for a message: Enter sends, Shift+Enter begins a new line. */
export function Composer(props: ComposerProps) {
  const { label, placeholder, send, tools, look, initial = '', onSend, onCancel } = props;
  const id = useId();
  const { text, setText, submit, idle } = useDraft(initial, onSend);
  const onKeyDown = (event: KeyboardEvent) => {
    if (event.key === 'Escape' && onCancel !== undefined) onCancel();
    if (event.key !== 'Enter' || event.shiftKey || event.nativeEvent.isComposing) return;
    event.preventDefault();
    void submit();
  };

  return (
    <form
      className={look === undefined ? 'composer' : `composer ${look}`}
      onSubmit={(event) => {
        event.preventDefault();
        void submit();
      }}
    >
      <label className="hidden" htmlFor={id}>
        {label}
      </label>
      <textarea
        id={id}
        rows={1}
        value={text}
        placeholder={placeholder}
        onChange={(event) => setText(event.target.value)}
        onKeyDown={onKeyDown}
      />
      <div className="composer-foot">
        {tools}
        {onCancel !== undefined && (
          <button type="button" className="button small" onClick={onCancel}>
            Cancel
          </button>
        )}
        <button type="submit" className="button primary small" disabled={idle}>
          {send}
        </button>
      </div>
    </form>
  );
}
