import { type DragEvent, type KeyboardEvent, type ReactNode, useId, useState } from 'react';
import type { ChosenFile } from '../demo/act.ts';
import { refusalOf } from './chosen-file.ts';
import { Clip, FileChip, FilePicker } from './files.tsx';
import { readFile } from './read-file.ts';

export interface ComposerProps {
  readonly label: string;
  readonly placeholder: string;
  readonly send: string;
  /** Stands below the text, before the button. */
  readonly tools?: ReactNode;
  readonly look?: string;
  readonly initial?: string;
  /** A file can go along. */
  readonly takesFile?: boolean;
  /** Answers whether the text was taken; it stays where it is when not. */
  readonly onSend: (text: string, file: ChosenFile | null) => Promise<boolean>;
  readonly onCancel?: () => void;
}

/** The text in the field with its file, and their way out. */
function useDraft({ initial = '', onSend }: Pick<ComposerProps, 'initial' | 'onSend'>) {
  const [text, setText] = useState(initial);
  const [file, setFile] = useState<File | null>(null);
  const [problem, setProblem] = useState<string | null>(null);
  const [busy, setBusy] = useState(false);
  const idle = busy || (text.trim() === '' && file === null);
  const choose = (chosen: File | null) => {
    const refusal = chosen === null ? null : refusalOf(chosen);
    setProblem(refusal);
    setFile(refusal === null ? chosen : null);
  };
  const submit = async () => {
    if (idle) return;
    setBusy(true);
    try {
      const taken = await onSend(text.trim(), file === null ? null : await readFile(file));
      if (taken) {
        setText('');
        setFile(null);
      }
    } catch (error) {
      setProblem(error instanceof Error ? error.message : 'The file could not be read.');
    } finally {
      setBusy(false);
    }
  };
  return { text, setText, file, choose, problem, submit, idle };
}

type Draft = ReturnType<typeof useDraft>;

function keysFor(submit: () => Promise<void>, onCancel: ComposerProps['onCancel']) {
  return (event: KeyboardEvent) => {
    if (event.key === 'Escape' && onCancel !== undefined) onCancel();
    if (event.key !== 'Enter' || event.shiftKey || event.nativeEvent.isComposing) return;
    event.preventDefault();
    void submit();
  };
}

function Foot({ props, draft }: { readonly props: ComposerProps; readonly draft: Draft }) {
  const { tools, onCancel, takesFile = false, send } = props;
  return (
    <div className="composer-foot">
      {takesFile && (
        <FilePicker label="Attach a file" look="icon" onFile={draft.choose}>
          <Clip />
        </FilePicker>
      )}
      {tools}
      {onCancel !== undefined && (
        <button type="button" className="button small" onClick={onCancel}>
          Cancel
        </button>
      )}
      <button type="submit" className="button primary small" disabled={draft.idle}>
        {send}
      </button>
    </div>
  );
}

/** A field for a message: Enter sends, Shift+Enter begins a new line; `*bold*`, `_italic_`, `- item` become formatting. */
export function Composer(props: ComposerProps) {
  const { label, placeholder, look, takesFile = false, onCancel } = props;
  const id = useId();
  const draft = useDraft(props);
  const onDrop = (event: DragEvent) => {
    const file = event.dataTransfer.files[0];
    if (!takesFile || file === undefined) return;
    event.preventDefault();
    draft.choose(file);
  };

  return (
    <form
      className={look === undefined ? 'composer' : `composer ${look}`}
      onDrop={onDrop}
      onDragOver={(event) => takesFile && event.preventDefault()}
      onSubmit={(event) => {
        event.preventDefault();
        void draft.submit();
      }}
    >
      <label className="hidden" htmlFor={id}>
        {label}
      </label>
      <textarea
        id={id}
        rows={1}
        value={draft.text}
        placeholder={placeholder}
        title="*bold*  _italic_  ~struck~  `code`  - list  > quote"
        onChange={(event) => draft.setText(event.target.value)}
        onKeyDown={keysFor(draft.submit, onCancel)}
      />
      {draft.file !== null && (
        <div className="files">
          <FileChip name={draft.file.name} size={draft.file.size} onRemove={() => draft.choose(null)} />
        </div>
      )}
      {draft.problem !== null && (
        <p className="error" role="alert">
          {draft.problem}
        </p>
      )}
      <Foot props={props} draft={draft} />
    </form>
  );
}
