import { useId } from 'react';
import type { FieldElement, FieldValue } from './form-schema.ts';

interface TicksProps {
  readonly element: Extract<
    FieldElement,
    { readonly type: 'radio_buttons' | 'checkboxes' | 'multi_static_select' }
  >;
  readonly chosen: readonly string[];
  readonly onChange: (value: FieldValue) => void;
}

/** One of several, or any of them. The list of a select with many choices scrolls. */
export function Ticks({ element, chosen, onChange }: TicksProps) {
  const group = useId();
  const { type, options } = element;
  const isRadio = type === 'radio_buttons';
  const toggle = (value: string, on: boolean) => {
    if (isRadio) return onChange(value);
    const kept = new Set(chosen);
    if (on) kept.add(value);
    else kept.delete(value);
    // In the order of the options, as Slack sends them.
    onChange(options.flatMap((option) => (kept.has(option.value) ? [option.value] : [])));
  };
  return (
    <div className={type === 'multi_static_select' ? 'ticks listed' : 'ticks'}>
      {options.map(({ value, text, description }) => (
        <label key={value} className="tick">
          <input
            type={isRadio ? 'radio' : 'checkbox'}
            name={group}
            checked={chosen.includes(value)}
            onChange={(event) => toggle(value, event.target.checked)}
          />
          <span>
            {text.text}
            {description !== undefined && <span className="faint"> {description.text}</span>}
          </span>
        </label>
      ))}
    </div>
  );
}
