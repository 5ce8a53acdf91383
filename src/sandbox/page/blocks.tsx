import type { Button, ShownBlock, TextObject } from './block-schema.ts';
import { placed } from './placed.ts';
import { Mrkdwn, RichText } from './rich-words.tsx';

function Words({ text }: { readonly text: TextObject }) {
  return text.type === 'mrkdwn' ? <Mrkdwn text={text.text} /> : text.text;
}

interface ActionProps {
  readonly button: Button;
  readonly onPress: (actionId: string) => void;
}

function Action({ button, onPress }: ActionProps) {
  const look = button.style === undefined ? 'button' : `button ${button.style}`;
  return (
    <button type="button" className={look} onClick={() => onPress(button.action_id)}>
      {button.text.text}
    </button>
  );
}

interface BlockProps {
  readonly block: ShownBlock;
  readonly onPress: (actionId: string) => void;
}

interface SectionProps {
  readonly block: Extract<ShownBlock, { readonly type: 'section' }>;
  readonly onPress: (actionId: string) => void;
}

function Section({ block, onPress }: SectionProps) {
  return (
    <div className="block-section">
      {block.text && (
        <p>
          <Words text={block.text} />
        </p>
      )}
      {block.fields && (
        <div className="block-fields">
          {block.fields.map((field) => (
            <p key={field.text}>
              <Words text={field} />
            </p>
          ))}
        </div>
      )}
      {block.accessory && <Action button={block.accessory} onPress={onPress} />}
    </div>
  );
}

function Block({ block, onPress }: BlockProps) {
  switch (block.type) {
    case 'header':
      return <h4 className="block-header">{block.text.text}</h4>;
    case 'section':
      return <Section block={block} onPress={onPress} />;
    case 'context':
      return (
        <p className="block-context">
          {block.elements.map((element) => (
            <span key={element.text}>
              <Words text={element} />
            </span>
          ))}
        </p>
      );
    case 'actions':
      return (
        <div className="block-actions">
          {block.elements.map((button) => (
            <Action key={button.action_id} button={button} onPress={onPress} />
          ))}
        </div>
      );
    case 'divider':
      return <hr />;
    case 'rich_text':
      return <RichText parts={block.elements} />;
    case 'input':
    case 'unknown':
      return (
        <p className="block-context">
          This demo does not show “{block.type === 'input' ? 'input' : block.name}” in a message.
        </p>
      );
  }
}

export interface BlocksProps {
  readonly blocks: readonly ShownBlock[];
  readonly onPress: (actionId: string) => void;
}

/** Block Kit as Slack would show it in a message. */
export function Blocks({ blocks, onPress }: BlocksProps) {
  return placed(blocks).map(({ key, part }) => <Block key={key} block={part} onPress={onPress} />);
}
