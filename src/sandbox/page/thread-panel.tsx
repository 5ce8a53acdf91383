import type { DemoState, PageChannel } from '../demo/demo-state.ts';
import { Composer, type ComposerProps } from './composer.tsx';
import { Message, type MessageActs } from './message.tsx';
import { repliesTo } from './threads.ts';
import { useStickToEnd } from './use-stick-to-end.ts';

export interface ThreadPanelProps {
  readonly state: DemoState;
  readonly channel: PageChannel;
  readonly root: string;
  readonly acts: MessageActs;
  readonly onReply: ComposerProps['onSend'];
  readonly onClose: () => void;
}

/** A thread beside its channel, or over it where there is no room for both. */
export function ThreadPanel({ state, channel, root, acts, onReply, onClose }: ThreadPanelProps) {
  const first = channel.messages.find(({ ts }) => ts === root);
  const replies = repliesTo(channel, root);
  const counted = replies.filter(({ ephemeral }) => !ephemeral).length;
  const list = useStickToEnd(`${root}:${replies.length}`);
  const waits = channel.opensRequests && replies.length === 0 && isRequester(state, first?.userId);
  return (
    <section className="thread" aria-label="Thread">
      <header className="pane-head">
        <button type="button" className="textlink back" onClick={onClose}>
          <span aria-hidden="true">‹ </span>
          <span className="hidden">Back to </span>
          {channel.isDirect ? channel.name : `#${channel.name}`}
        </button>
        <h2>Thread</h2>
        <span className="grow" />
        <button type="button" className="icon" aria-label="Close the thread" title="Close" onClick={onClose}>
          <span aria-hidden="true">✕</span>
        </button>
      </header>
      <div className="messages" ref={list} role="log" aria-label="Messages of the thread">
        {first === undefined ? (
          <p className="faint">The first message was deleted.</p>
        ) : (
          <Message message={first} mine={first.userId === state.me} acts={acts} />
        )}
        {counted > 0 && (
          <p className="day left">
            <span>{counted === 1 ? '1 reply' : `${counted} replies`}</span>
          </p>
        )}
        {replies.map((message) => (
          <Message key={message.ts} message={message} mine={message.userId === state.me} acts={acts} />
        ))}
        {waits && (
          <p className="waiting" role="status">
            <i aria-hidden="true" />
            Deskbridge is finding the right queue
          </p>
        )}
      </div>
      <div className="pane-foot">
        <Composer
          key={root}
          label="Reply in the thread"
          placeholder="Reply… *bold*, _italic_ and - lists work"
          send="Reply"
          takesFile
          onSend={onReply}
        />
      </div>
    </section>
  );
}

function isRequester(state: DemoState, user: string | undefined): boolean {
  return state.people.some(({ id, role }) => id === user && role === 'requester');
}
