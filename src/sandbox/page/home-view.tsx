import { type FormEvent, useId, useState } from 'react';
import { z } from 'zod';
import { readBlocks, TextObject } from './block-schema.ts';
import { Blocks, Words } from './blocks.tsx';
import { placed } from './placed.ts';

/** What people use on a Home tab (docs.slack.dev/surfaces/app-home): a line, buttons, and a choice. */
const Button = z.object({
  type: z.literal('button'),
  action_id: z.string(),
  text: TextObject,
  value: z.string().optional(),
  url: z.string().optional(),
  style: z.enum(['primary', 'danger']).optional(),
});
type Button = z.infer<typeof Button>;
const Option = z.object({ text: TextObject, value: z.string() });
const Select = z.object({
  type: z.literal('static_select'),
  action_id: z.string(),
  placeholder: TextObject,
  options: z.array(Option),
  initial_option: Option.optional(),
});
type Select = z.infer<typeof Select>;
const Line = z.object({
  type: z.literal('input'),
  label: TextObject,
  hint: TextObject.optional(),
  element: z.object({
    type: z.literal('plain_text_input'),
    action_id: z.string(),
    max_length: z.number().optional(),
  }),
});
const Used = z.discriminatedUnion('type', [
  Line,
  z.object({ type: z.literal('actions'), elements: z.array(Button) }),
  z.object({
    type: z.literal('section'),
    text: TextObject,
    accessory: z.discriminatedUnion('type', [Button, Select]),
  }),
]);

type OnUse = (action: string, value?: string) => void;

function Press({ button, onUse }: { readonly button: Button; readonly onUse: OnUse }) {
  const look = button.style === undefined ? 'button' : `button ${button.style}`;
  if (button.url !== undefined)
    return (
      <a className={look} href={button.url} target="_blank" rel="noreferrer">
        {button.text.text}
      </a>
    );
  return (
    <button type="button" className={look} onClick={() => onUse(button.action_id, button.value)}>
      {button.text.text}
    </button>
  );
}

function Choice({ select, onUse }: { readonly select: Select; readonly onUse: OnUse }) {
  return (
    <select
      aria-label={select.placeholder.text}
      value={select.initial_option?.value ?? ''}
      onChange={(event) => onUse(select.action_id, event.target.value)}
    >
      {select.options.map(({ text, value }) => (
        <option key={value} value={value}>
          {text.text}
        </option>
      ))}
    </select>
  );
}

function TypedLine({ line, onUse }: { readonly line: z.infer<typeof Line>; readonly onUse: OnUse }) {
  const [text, setText] = useState('');
  const id = useId();
  const enter = (event: FormEvent) => {
    event.preventDefault();
    if (text.trim() !== '') onUse(line.element.action_id, text.trim());
  };
  return (
    <form className="field home-line" onSubmit={enter}>
      <label htmlFor={id}>{line.label.text}</label>
      <input
        id={id}
        type="text"
        value={text}
        maxLength={line.element.max_length}
        onChange={(event) => setText(event.target.value)}
      />
      <p className="faint">{line.hint?.text}</p>
    </form>
  );
}

function Part({ raw, onUse }: { readonly raw: unknown; readonly onUse: OnUse }) {
  const used = Used.safeParse(raw).data;
  switch (used?.type) {
    case 'input':
      return <TypedLine line={used} onUse={onUse} />;
    case 'actions':
      return (
        <div className="block-actions">
          {used.elements.map((button) => (
            <Press key={button.action_id} button={button} onUse={onUse} />
          ))}
        </div>
      );
    case 'section':
      return (
        <div className="home-choice">
          <p>
            <Words text={used.text} />
          </p>
          {used.accessory.type === 'button' ? (
            <Press button={used.accessory} onUse={onUse} />
          ) : (
            <Choice select={used.accessory} onUse={onUse} />
          )}
        </div>
      );
    default:
      // A button of a message has no value here, so a block that only shows something is drawn as in a message.
      return <Blocks blocks={readBlocks([raw])} onPress={(action) => onUse(action)} />;
  }
}

const Home = z.object({ blocks: z.array(z.unknown()) });

export interface HomeViewProps {
  readonly name: string;
  /** As the app published it; null while it has not. */
  readonly view: unknown;
  readonly onUse: OnUse;
}

/** The Home tab of the app, as its person sees it. */
export function HomeView({ name, view, onUse }: HomeViewProps) {
  const home = Home.safeParse(view).data;
  return (
    <section className="channel" aria-label={`Home of ${name}`}>
      <header className="pane-head">
        <h2>{name}</h2>
        <span className="faint">Home: only you see this</span>
      </header>
      <div className="home">
        {home === undefined ? (
          <div className="empty">
            <h3>Nothing here yet</h3>
            <p>{name} fills this page when you open it.</p>
          </div>
        ) : (
          placed(home.blocks).map(({ key, part }) => <Part key={key} raw={part} onUse={onUse} />)
        )}
      </div>
    </section>
  );
}
