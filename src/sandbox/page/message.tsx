import { memo, useMemo, useState } from 'react';
import type { PageMessage } from '../demo/demo-state.ts';
import { Avatar } from './avatar.tsx';
import { readBlocks } from './block-schema.ts';
import { Blocks } from './blocks.tsx';
import { Composer } from './composer.tsx';
import { Files } from './files.tsx';
import { Menu, type MenuItem } from './menu.tsx';
import { useNavigation } from './navigation.ts';
import { Mrkdwn } from './rich-words.tsx';
import { clockTime, dateOfTs } from './times.ts';
import { typedMrkdwn } from './typed-doc.ts';

/** What the visitor can do with messages, as the person that he is. */
export interface MessageActs {
  press(message: PageMessage, actionId: string, value?: string): void;
  shortcut(message: PageMessage, callback: string): void;
  edit(message: PageMessage, text: string): Promise<boolean>;
  remove(message: PageMessage): void;
}

export interface MessageProps {
  readonly message: PageMessage;
  readonly mine: boolean;
  readonly acts: MessageActs;
  /** Set where a thread can be opened from here. */
  readonly onReply?: () => void;
  readonly replies?: readonly PageMessage[];
}

function Body({ message, acts }: Pick<MessageProps, 'message' | 'acts'>) {
  const blocks = useMemo(() => readBlocks(message.blocks), [message.blocks]);
  if (message.gone) return <p className="faint">{message.text}</p>;
  if (blocks.length === 0) {
    return (
      <p className="pre">
        <Mrkdwn text={message.text} />
      </p>
    );
  }
  return (
    <div className={message.isBot && blocks.length > 2 ? 'card' : undefined}>
      <Blocks blocks={blocks} onPress={(actionId, value) => acts.press(message, actionId, value)} />
    </div>
  );
}

function Replies({
  replies,
  onReply,
}: {
  readonly replies: readonly PageMessage[];
  readonly onReply: () => void;
}) {
  const last = replies.at(-1);
  if (last === undefined) return null;
  const names = [...new Set(replies.map(({ userName }) => userName))].slice(0, 4);
  return (
    <button type="button" className="replies" onClick={onReply}>
      {names.map((name) => (
        <Avatar
          key={name}
          name={name}
          isBot={replies.find(({ userName }) => userName === name)?.isBot === true}
        />
      ))}
      <b>{replies.length === 1 ? '1 reply' : `${replies.length} replies`}</b>
      <span>last at {clockTime(dateOfTs(last.ts))}</span>
    </button>
  );
}

function toolsFor({ message, mine, acts, onReply }: MessageProps, edit: () => void): readonly MenuItem[] {
  if (message.ephemeral) return [];
  const isWritten = !message.isBot && !message.gone;
  return [
    ...(onReply === undefined ? [] : [{ label: 'Reply in thread', run: onReply }]),
    ...(!isWritten ? [] : [{ label: 'Open request', run: () => acts.shortcut(message, 'open_request') }]),
    ...(message.gone
      ? []
      : [
          { label: 'Escalate', run: () => acts.shortcut(message, 'escalate_request') },
          { label: 'Hand to a human', run: () => acts.shortcut(message, 'hand_to_human') },
        ]),
    ...(mine
      ? [
          ...(message.text === '' ? [] : [{ label: 'Edit message', run: edit }]),
          { label: 'Delete message', danger: true, run: () => acts.remove(message) },
        ]
      : []),
  ];
}

function MessageShown(props: MessageProps) {
  const { message, acts, onReply, replies = [] } = props;
  const [editing, setEditing] = useState(false);
  const { names } = useNavigation();
  const tools = toolsFor(props, () => setEditing(true));
  return (
    <article className={message.ephemeral ? 'message ephemeral' : 'message'} data-ts={message.ts}>
      <Avatar name={message.userName} isBot={message.isBot} />
      <div className="message-main">
        <header>
          <b>{message.userName}</b>
          {message.isBot && <span className="tag">App</span>}
          <time>{clockTime(dateOfTs(message.ts))}</time>
          {message.edited && !message.gone && !message.isBot && <span className="faint">(edited)</span>}
          {message.ephemeral && <span className="faint">Only visible to you</span>}
        </header>
        {editing ? (
          <Composer
            label="Edit the message"
            placeholder=""
            send="Save"
            initial={typedMrkdwn(message.text, names)}
            onCancel={() => setEditing(false)}
            onSend={async (text) => {
              const done = await acts.edit(message, text);
              if (done) setEditing(false);
              return done;
            }}
          />
        ) : (
          <Body message={message} acts={acts} />
        )}
        <Files files={message.files} />
        {onReply !== undefined && (
          <Replies replies={replies.filter((one) => !one.ephemeral)} onReply={onReply} />
        )}
      </div>
      {tools.length > 0 && !editing && (
        <div className="message-tools">
          <Menu label={`Actions on the message of ${message.userName}`} items={tools} />
        </div>
      )}
    </article>
  );
}

export const Message = memo(MessageShown);
