import { type FormEvent, useEffect, useId, useMemo, useRef, useState } from 'react';
import type { ActAnswer, PageView } from '../demo/demo-state.ts';
import { Blocks } from './blocks.tsx';
import { Field } from './form-field.tsx';
import type { ShownModal } from './form-schema.ts';
import {
  type FieldValue,
  type FormField,
  type FormValues,
  readModal,
  standingValues,
} from './form-schema.ts';
import { placed } from './placed.ts';

/** A choice that the app hears of at once. */
export interface Choice {
  readonly block: string;
  readonly action: string;
  readonly value: string;
  readonly values: FormValues;
}

export interface ModalProps {
  readonly view: PageView;
  readonly onSubmit: (values: FormValues) => Promise<ActAnswer>;
  readonly onChoose: (choice: Choice) => Promise<ActAnswer>;
  /** Puts a file into the form; answers its id, or null when it was not taken. */
  readonly onFile: (file: File) => Promise<string | null>;
  readonly onClose: () => void;
}

interface BodyProps extends ModalProps {
  readonly modal: ShownModal;
}

/** What was filled in, and its way to the app. */
function useForm({ modal, onSubmit, onChoose }: BodyProps) {
  const [filled, setFilled] = useState<FormValues>({});
  const [busy, setBusy] = useState(false);
  const [problem, setProblem] = useState<string | null>(null);
  const values = standingValues(modal.parts, filled);
  const tell = async (answer: Promise<ActAnswer>) => {
    setBusy(true);
    const { ok, message } = await answer;
    setBusy(false);
    setProblem(ok ? null : message);
  };
  const change = ({ blockId, atOnce, element }: FormField, value: FieldValue) => {
    const action = element.action_id;
    const after = (before: FormValues): FormValues => {
      const standing = standingValues(modal.parts, before);
      return { ...standing, [blockId]: { ...standing[blockId], [action]: value } };
    };
    setFilled(after);
    if (atOnce && typeof value === 'string')
      void tell(onChoose({ block: blockId, action, value, values: after(filled) }));
  };
  const submit = (event: FormEvent) => {
    event.preventDefault();
    void tell(onSubmit(values));
  };
  return { values, busy, problem, change, submit };
}

function Form(props: BodyProps) {
  const { view, modal, onFile, onClose } = props;
  const form = useForm(props);
  const atFields = Object.keys(view.errors).length > 0;
  return (
    <form onSubmit={form.submit} noValidate>
      <div className="modal-body">
        {form.problem !== null && !atFields && (
          <p className="error" role="alert">
            {form.problem}
          </p>
        )}
        {placed(modal.parts).map(({ key, part }) => {
          if (part.kind === 'block') return <Blocks key={key} blocks={[part.block]} onPress={() => {}} />;
          return part.fields.map((field) => (
            <Field
              key={`${field.blockId} ${field.element.action_id}`}
              field={field}
              value={form.values[field.blockId]?.[field.element.action_id] ?? ''}
              error={view.errors[field.blockId] ?? null}
              onChange={(value) => form.change(field, value)}
              onFile={onFile}
            />
          ));
        })}
      </div>
      <footer>
        <button type="button" className="button" onClick={onClose}>
          {modal.close}
        </button>
        {modal.submit !== null && (
          <button type="submit" className="button primary" disabled={form.busy}>
            {modal.submit}
          </button>
        )}
      </footer>
    </form>
  );
}

/** A modal that the app opened, from its Block Kit. Esc closes it, as in Slack. */
export function Modal(props: ModalProps) {
  const { view, onClose } = props;
  const dialog = useRef<HTMLDialogElement>(null);
  const title = useId();
  const modal = useMemo(() => readModal(view.view), [view.view]);
  useEffect(() => dialog.current?.showModal(), []);
  return (
    <dialog
      ref={dialog}
      className="modal"
      aria-labelledby={title}
      onCancel={(event) => {
        event.preventDefault();
        onClose();
      }}
    >
      <header>
        <span className="avatar bot" aria-hidden="true">
          D
        </span>
        <h2 id={title}>{modal?.title ?? 'This form cannot be shown'}</h2>
        <button type="button" className="icon" aria-label="Close the form" onClick={onClose}>
          <span aria-hidden="true">✕</span>
        </button>
      </header>
      {modal !== null && <Form {...props} modal={modal} />}
    </dialog>
  );
}
