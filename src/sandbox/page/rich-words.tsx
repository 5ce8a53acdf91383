import type { ReactNode } from 'react';
import { type Mark, type Piece, readMrkdwn } from '../mrkdwn.ts';
import type { RichElement, RichPart } from './block-schema.ts';
import { Emoji } from './emoji.tsx';
import { useNavigation } from './navigation.ts';
import { placed } from './placed.ts';
import { threadAt } from './threads.ts';

const TAGS = { bold: 'strong', italic: 'em', strike: 's' } as const satisfies Record<Mark, string>;

function Mention({ id }: { readonly id: string }) {
  const { names } = useNavigation();
  return <span className="mention">@{names.get(id) ?? 'somebody'}</span>;
}

/** A link; one to a ticket of the demo, or to a thread, opens it beside. Only addresses of web pages can be followed. */
export function Reference({ url, children }: { readonly url: string; readonly children: ReactNode }) {
  const { ticketKeys, openTicket, openThread } = useNavigation();
  const key = typeof children === 'string' && ticketKeys.has(children) ? children : null;
  const thread = threadAt(url);
  const open = key !== null ? () => openTicket(key) : thread !== null ? () => openThread(thread) : null;
  if (open !== null) {
    return (
      <button type="button" className="textlink" onClick={open}>
        {children}
      </button>
    );
  }
  return (
    <a href={/^https?:/.test(url) ? url : undefined} target="_blank" rel="noreferrer">
      {children}
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
      return <Reference url={piece.url}>{piece.label}</Reference>;
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
          <Reference url={element.url}>{element.text ?? element.url}</Reference>
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
          <Tag
            key={key}
            className={`indent-${Math.min(part.indent ?? 0, 8)}`}
            {...(Tag === 'ol' ? { start: (part.offset ?? 0) + 1 } : {})}
          >
            {items}
          </Tag>
        );
      }
    }
    return null;
  });
}
