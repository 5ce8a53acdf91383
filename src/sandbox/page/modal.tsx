import { type FormEvent, useEffect, useId, useMemo, useRef, useState } from 'react';
import type { ActAnswer, PageView } from '../demo/demo-state.ts';
import { type FormValues, type Input, initialValues, readModal, type ShownModal } from './block-schema.ts';
import { Blocks } from './blocks.tsx';
import { useNavigation } from './navigation.ts';
import { placed } from './placed.ts';

interface FieldProps {
  readonly block: Input;
  readonly value: string;
  readonly error: string | null;
  readonly onChange: (value: string) => void;
}

function Control({ block, value, error, onChange, id }: FieldProps & { readonly id: string }) {
  const { element } = block;
  const shared = {
    id,
    value,
    'aria-invalid': error !== null,
    'aria-describedby': `${id}-about`,
    onChange: (event: { readonly target: { readonly value: string } }) => onChange(event.target.value),
  };
  const { names } = useNavigation();
  if (element.type !== 'plain_text_input') {
    const options =
      element.type === 'users_select'
        ? [...names].map(([value, label]) => ({ value, label }))
        : element.options.map(({ value, text }) => ({ value, label: text.text }));
    return (
      <select {...shared}>
        <option value="">{element.placeholder?.text ?? 'Choose an option'}</option>
        {options.map((option) => (
          <option key={option.value} value={option.value}>
            {option.label}
          </option>
        ))}
      </select>
    );
  }
  const text = { ...shared, maxLength: element.max_length, placeholder: element.placeholder?.text };
  return element.multiline === true ? <textarea rows={4} {...text} /> : <input type="text" {...text} />;
}

function Field(props: FieldProps) {
  const { block, error } = props;
  const id = useId();
  return (
    <div className={error === null ? 'field' : 'field wrong'}>
      <label htmlFor={id}>
        {block.label.text} {block.optional === true && <span className="faint">(optional)</span>}
      </label>
      <Control {...props} id={id} />
      <p
        id={`${id}-about`}
        className={error === null ? 'faint' : 'error'}
        role={error === null ? undefined : 'alert'}
      >
        {error ?? block.hint?.text}
      </p>
    </div>
  );
}

export interface ModalProps {
  readonly view: PageView;
  readonly onSubmit: (values: FormValues) => Promise<ActAnswer>;
  readonly onClose: () => void;
}

interface BodyProps extends ModalProps {
  readonly modal: ShownModal;
}

function Form({ view, modal, onSubmit, onClose }: BodyProps) {
  const [values, setValues] = useState<FormValues>(() => initialValues(modal.blocks));
  const [busy, setBusy] = useState(false);
  const [problem, setProblem] = useState<string | null>(null);
  const submit = async (event: FormEvent) => {
    event.preventDefault();
    setBusy(true);
    const answer = await onSubmit(values);
    setBusy(false);
    setProblem(answer.ok ? null : answer.message);
  };
  const atFields = Object.keys(view.errors).length > 0;
  return (
    <form onSubmit={(event) => void submit(event)} noValidate>
      <div className="modal-body">
        {problem !== null && !atFields && (
          <p className="error" role="alert">
            {problem}
          </p>
        )}
        {placed(modal.blocks).map(({ key, part: block }) => {
          if (block.type !== 'input') {
            return <Blocks key={key} blocks={[block]} onPress={() => {}} />;
          }
          const { block_id: blockId, element } = block;
          return (
            <Field
              key={blockId}
              block={block}
              value={values[blockId]?.[element.action_id] ?? ''}
              error={view.errors[blockId] ?? null}
              onChange={(value) => setValues({ ...values, [blockId]: { [element.action_id]: value } })}
            />
          );
        })}
      </div>
      <footer>
        <button type="button" className="button" onClick={onClose}>
          {modal.close}
        </button>
        {modal.submit !== null && (
          <button type="submit" className="button primary" disabled={busy}>
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
