import type { Button, Overflow, ShownBlock, Table, TextObject } from './block-schema.ts';
import { Menu } from './menu.tsx';
import { placed } from './placed.ts';
import { Mrkdwn, RichText } from './rich-words.tsx';

export function Words({ text }: { readonly text: TextObject }) {
  return text.type === 'mrkdwn' ? <Mrkdwn text={text.text} /> : text.text;
}

/** `value`: of what was chosen from a menu. */
type OnPress = (actionId: string, value?: string) => void;

interface ActionProps {
  readonly button: Button;
  readonly onPress: OnPress;
}

function Action({ button, onPress }: ActionProps) {
  const look = button.style === undefined ? 'button' : `button ${button.style}`;
  return (
    <button type="button" className={look} onClick={() => onPress(button.action_id)}>
      {button.text.text}
    </button>
  );
}

function Choices({ menu, onPress }: { readonly menu: Overflow; readonly onPress: OnPress }) {
  const items = menu.options.map(({ text, value }) => ({
    label: text.text,
    run: () => onPress(menu.action_id, value),
  }));
  return <Menu label="More actions on this request" items={items} />;
}

function TableShown({ table }: { readonly table: Table }) {
  return (
    <table className="block-table">
      <tbody>
        {placed(table.rows).map(({ key, part: row }) => (
          <tr key={key}>
            {placed(row).map(({ key: at, part: cell }) => (
              <td key={at}>{cell.type === 'raw_text' ? cell.text : <RichText parts={cell.elements} />}</td>
            ))}
          </tr>
        ))}
      </tbody>
    </table>
  );
}

interface BlockProps {
  readonly block: ShownBlock;
  readonly onPress: OnPress;
}

interface SectionProps {
  readonly block: Extract<ShownBlock, { readonly type: 'section' }>;
  readonly onPress: OnPress;
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
          {block.elements.map((element) =>
            element.type === 'button' ? (
              <Action key={element.action_id} button={element} onPress={onPress} />
            ) : (
              <Choices key={element.action_id} menu={element} onPress={onPress} />
            ),
          )}
        </div>
      );
    case 'divider':
      return <hr />;
    case 'rich_text':
      return <RichText parts={block.elements} />;
    case 'table':
      return <TableShown table={block} />;
    case 'unknown':
      return <p className="block-context">This demo does not show “{block.name}” here.</p>;
  }
}

export interface BlocksProps {
  readonly blocks: readonly ShownBlock[];
  readonly onPress: OnPress;
}

/** Block Kit as Slack would show it in a message. */
export function Blocks({ blocks, onPress }: BlocksProps) {
  return placed(blocks).map(({ key, part }) => <Block key={key} block={part} onPress={onPress} />);
}
