import { Fragment, type ReactNode } from 'react';
import type { RichElement, RichPart } from './block-schema.ts';
import { Emoji } from './emoji.tsx';
import { type Mark, type Piece, readMrkdwn } from './mrkdwn.ts';
import { useNavigation } from './navigation.ts';
import { placed } from './placed.ts';

const TAGS = { bold: 'strong', italic: 'em', strike: 's' } as const satisfies Record<Mark, string>;

function Mention({ id }: { readonly id: string }) {
  const { names } = useNavigation();
  return <span className="mention">@{names.get(id) ?? 'somebody'}</span>;
}

/** A link; one to a ticket of the demo opens it beside the thread. */
function Reference({ url, label }: { readonly url: string; readonly label: string }) {
  const { ticketKeys, openTicket } = useNavigation();
  if (ticketKeys.has(label)) {
    return (
      <button type="button" className="textlink" onClick={() => openTicket(label)}>
        {label}
      </button>
    );
  }
  return (
    <a href={/^https?:/.test(url) ? url : undefined} target="_blank" rel="noreferrer">
      {label}
    </a>
  );
}

function ShownPiece({ piece }: { readonly piece: Piece }): ReactNode {
  switch (piece.kind) {
    case 'text':
      return piece.text;
    case 'break':
      return <br />;
    case 'emoji':
      return <Emoji name={piece.name} />;
    case 'code':
      return <code>{piece.text}</code>;
    case 'link':
      return <Reference url={piece.url} label={piece.label} />;
    case 'person':
      return <Mention id={piece.id} />;
    case 'mark': {
      const Tag = TAGS[piece.mark];
      return (
        <Tag>
          <Pieces pieces={piece.inner} />
        </Tag>
      );
    }
  }
}

function Pieces({ pieces }: { readonly pieces: readonly Piece[] }) {
  return placed(pieces).map(({ key, part }) => <ShownPiece key={key} piece={part} />);
}

export function Mrkdwn({ text }: { readonly text: string }) {
  return <Pieces pieces={readMrkdwn(text)} />;
}

interface StyledProps {
  readonly style: Extract<RichElement, { readonly type: 'text' }>['style'];
  readonly children: ReactNode;
}

function Styled({ style = {}, children }: StyledProps): ReactNode {
  let shown = children;
  if (style.code === true) shown = <code>{shown}</code>;
  if (style.bold === true) shown = <strong>{shown}</strong>;
  if (style.italic === true) shown = <em>{shown}</em>;
  if (style.strike === true) shown = <s>{shown}</s>;
  return shown;
}

function RichElementShown({ element }: { readonly element: RichElement }): ReactNode {
  switch (element.type) {
    case 'text':
      return <Styled style={element.style}>{element.text}</Styled>;
    case 'link':
      return (
        <Styled style={element.style}>
          <Reference url={element.url} label={element.text ?? element.url} />
        </Styled>
      );
    case 'user':
      return <Mention id={element.user_id} />;
    case 'emoji':
      return <Emoji name={element.name} />;
    case 'channel':
      return `#${element.channel_id}`;
    case 'broadcast':
      return `@${element.range}`;
  }
}

function Line({ elements }: { readonly elements: readonly RichElement[] }) {
  return placed(elements).map(({ key, part }) => <RichElementShown key={key} element={part} />);
}

export function RichText({ parts }: { readonly parts: readonly RichPart[] }) {
  return placed(parts).map(({ key, part }) => {
    switch (part.type) {
      case 'rich_text_section':
        return (
          <p key={key} className="pre">
            <Line elements={part.elements} />
          </p>
        );
      case 'rich_text_preformatted':
        return (
          <pre key={key}>
            <Line elements={part.elements} />
          </pre>
        );
      case 'rich_text_quote':
        return (
          <blockquote key={key}>
            <Line elements={part.elements} />
          </blockquote>
        );
      case 'rich_text_list': {
        const Tag = part.style === 'ordered' ? 'ol' : 'ul';
        const items = placed(part.elements).map(({ key: at, part: item }) => (
          <li key={at}>
            <Line elements={item.elements} />
          </li>
        ));
        return (
          <Fragment key={key}>
            <Tag
              style={{ marginInlineStart: `${(part.indent ?? 0) * 1.5}rem` }}
              {...(Tag === 'ol' ? { start: (part.offset ?? 0) + 1 } : {})}
            >
              {items}
            </Tag>
          </Fragment>
        );
      }
    }
    return null;
  });
}
