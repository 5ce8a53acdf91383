import type { Block, Doc, Inline, ListItem } from '../../model/doc.ts';
import { Emoji } from './emoji.tsx';
import { placed } from './placed.ts';
import { Reference } from './rich-words.tsx';

const TAGS = { strong: 'strong', emphasis: 'em', delete: 's' } as const;

function InlineShown({ node }: { readonly node: Inline }) {
  switch (node.type) {
    case 'text':
      return node.value;
    case 'inlineCode':
      return <code>{node.value}</code>;
    case 'break':
      return <br />;
    case 'mention':
      return <span className="mention">@{node.name}</span>;
    case 'emoji':
      return <Emoji name={node.name} />;
    case 'link':
      return (
        <Reference url={node.url}>
          <Inlines nodes={node.children} />
        </Reference>
      );
    default: {
      const Tag = TAGS[node.type];
      return (
        <Tag>
          <Inlines nodes={node.children} />
        </Tag>
      );
    }
  }
}

function Inlines({ nodes }: { readonly nodes: readonly Inline[] }) {
  return placed(nodes).map(({ key, part }) => <InlineShown key={key} node={part} />);
}

function Item({ item }: { readonly item: ListItem }) {
  return (
    <li>
      {item.checked !== null && (
        <input
          type="checkbox"
          checked={item.checked}
          readOnly
          aria-label={item.checked ? 'done' : 'not done'}
        />
      )}
      <Blocks blocks={item.children} />
    </li>
  );
}

function BlockShown({ block }: { readonly block: Block }) {
  switch (block.type) {
    case 'paragraph':
      return (
        <p className="pre">
          <Inlines nodes={block.children} />
        </p>
      );
    case 'heading':
      return (
        <p>
          <strong>
            <Inlines nodes={block.children} />
          </strong>
        </p>
      );
    case 'code':
      return <pre>{block.value}</pre>;
    case 'thematicBreak':
      return <hr />;
    case 'blockquote':
      return (
        <blockquote>
          <Blocks blocks={block.children} />
        </blockquote>
      );
    case 'list': {
      const items = placed(block.children).map(({ key, part }) => <Item key={key} item={part} />);
      return block.ordered ? <ol start={block.start ?? 1}>{items}</ol> : <ul>{items}</ul>;
    }
    case 'table':
      return (
        <table className="block-table">
          <tbody>
            {placed(block.children).map(({ key, part: row }) => (
              <tr key={key}>
                {placed(row.children).map(({ key: at, part: cell }) => (
                  <td key={at}>
                    <Inlines nodes={cell.children} />
                  </td>
                ))}
              </tr>
            ))}
          </tbody>
        </table>
      );
  }
}

function Blocks({ blocks }: { readonly blocks: readonly Block[] }) {
  return placed(blocks).map(({ key, part }) => <BlockShown key={key} block={part} />);
}

/** A document as elements: nothing in it is ever read as HTML. */
export function RichDoc({ doc }: { readonly doc: Doc }) {
  return (
    <div className="doc">
      <Blocks blocks={doc.children} />
    </div>
  );
}
