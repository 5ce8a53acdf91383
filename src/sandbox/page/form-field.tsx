import { useId } from 'react';
import { Words } from './blocks.tsx';
import { Ticks } from './form-choices.tsx';
import { FormFiles } from './form-files.tsx';
import type { FieldElement, FieldValue, FormField } from './form-schema.ts';
import { useNavigation } from './navigation.ts';
import { localMoment, momentSeconds } from './times.ts';

export interface FieldProps {
  readonly field: FormField;
  readonly value: FieldValue;
  readonly error: string | null;
  readonly onChange: (value: FieldValue) => void;
  /** Puts a file into the form; answers its id, or null when it was not taken. */
  readonly onFile: (file: File) => Promise<string | null>;
}

type LineElement = Exclude<
  FieldElement,
  { readonly type: 'radio_buttons' | 'checkboxes' | 'multi_static_select' | 'file_input' }
>;

interface LineProps {
  readonly id: string;
  readonly field: FormField;
  readonly element: LineElement;
  readonly value: string;
  readonly wrong: boolean;
  readonly onChange: (value: string) => void;
}

/** A field with one value in one control. */
function Line({ id, field, element, value, wrong, onChange }: LineProps) {
  const { names } = useNavigation();
  const shared = {
    id,
    value,
    'aria-invalid': wrong,
    'aria-required': !field.optional,
    'aria-describedby': `${id}-about`,
    onChange: (event: { readonly target: { readonly value: string } }) => onChange(event.target.value),
  };
  const placeholder = element.placeholder?.text;
  switch (element.type) {
    case 'plain_text_input': {
      const text = { ...shared, maxLength: element.max_length, placeholder };
      return element.multiline === true ? <textarea rows={4} {...text} /> : <input type="text" {...text} />;
    }
    case 'number_input': {
      const { min_value: min, max_value: max, is_decimal_allowed: decimals } = element;
      const range = { min, max, step: decimals ? 'any' : 1 };
      return <input type="number" {...range} {...shared} placeholder={placeholder} />;
    }
    case 'datepicker':
      return <input type="date" {...shared} />;
    case 'datetimepicker':
      return (
        <input
          type="datetime-local"
          {...shared}
          value={localMoment(value)}
          onChange={(event) => onChange(momentSeconds(event.target.value))}
        />
      );
    case 'static_select':
    case 'users_select': {
      const options =
        element.type === 'users_select'
          ? [...names].map(([id, label]) => ({ value: id, label }))
          : element.options.map((option) => ({ value: option.value, label: option.text.text }));
      return (
        <select {...shared} className={value === '' ? 'unchosen' : undefined}>
          <option value="">{placeholder ?? 'Choose an option'}</option>
          {options.map((option) => (
            <option key={option.value} value={option.value}>
              {option.label}
            </option>
          ))}
        </select>
      );
    }
  }
}

interface AboutProps {
  readonly id: string;
  readonly error: string | null;
  readonly hint: string | null;
}

function About({ id, error, hint }: AboutProps) {
  return (
    <p
      id={`${id}-about`}
      className={error === null ? 'faint' : 'error'}
      role={error === null ? undefined : 'alert'}
    >
      {error ?? hint}
    </p>
  );
}

/** One field of a modal with its label, its hint, and what is wrong with it. */
export function Field({ field, value, error, onChange, onFile }: FieldProps) {
  const { element, label, optional, hint } = field;
  const id = useId();
  const look = error === null ? 'field' : 'field wrong';
  const name = (
    <>
      <Words text={label} /> {optional && <span className="faint">(optional)</span>}
    </>
  );
  const about = <About id={id} error={error} hint={hint} />;
  const list = typeof value === 'string' ? [value].filter((one) => one !== '') : value;
  if ('options' in element && element.type !== 'static_select') {
    return (
      <fieldset className={look} aria-describedby={`${id}-about`}>
        <legend>{name}</legend>
        <Ticks element={element} chosen={list} onChange={onChange} />
        {about}
      </fieldset>
    );
  }
  if (element.type === 'file_input') {
    return (
      <fieldset className={look} aria-describedby={`${id}-about`}>
        <legend>{name}</legend>
        <FormFiles label={label.text} most={element.max_files ?? 10} ids={list} {...{ onChange, onFile }} />
        {about}
      </fieldset>
    );
  }
  const line = { id, field, element, value: list[0] ?? '', wrong: error !== null, onChange };
  return (
    <div className={look}>
      <label htmlFor={id}>{name}</label>
      <Line {...line} />
      {about}
    </div>
  );
}
