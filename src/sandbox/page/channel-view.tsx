import { Fragment } from 'react';
import type { DemoState, PageChannel, PageMessage } from '../demo/demo-state.ts';
import { Composer, type ComposerProps } from './composer.tsx';
import { Message, type MessageActs } from './message.tsx';
import { repliesTo, rootsOf } from './threads.ts';
import { dateOfTs, dayName } from './times.ts';
import { useStickToEnd } from './use-stick-to-end.ts';

export interface ChannelViewProps {
  readonly state: DemoState;
  readonly channel: PageChannel;
  readonly acts: MessageActs;
  readonly onPost: ComposerProps['onSend'];
  readonly onThread: (root: string) => void;
}

const title = (channel: PageChannel) => (channel.isDirect ? channel.name : `# ${channel.name}`);

function purpose(channel: PageChannel): string {
  if (channel.isDirect) return 'Private: only you and Deskbridge';
  return channel.opensRequests
    ? 'A message here opens a request'
    : 'Ordinary talk; nothing here opens a request by itself';
}

function EmptyChannel({ channel, command }: { readonly channel: PageChannel; readonly command: string }) {
  if (channel.isDirect) {
    return (
      <div className="empty">
        <h3>Nothing here yet</h3>
        <p>
          Deskbridge writes here when a request should stay private, and when you ask with{' '}
          <code>{command}</code>.
        </p>
      </div>
    );
  }
  return (
    <div className="empty">
      <h3>{channel.opensRequests ? 'Ask for help' : `This is #${channel.name}`}</h3>
      <p>
        {channel.opensRequests
          ? 'Write what you need, as you would to a colleague. Deskbridge opens a ticket in the right queue and answers in the thread.'
          : 'Write anything. If it turns out to be a request, choose “Open request” in the menu of the message.'}
      </p>
    </div>
  );
}

function Suggestions({ state, channel, onPost }: Pick<ChannelViewProps, 'state' | 'channel' | 'onPost'>) {
  const said = new Set(channel.messages.map(({ text }) => text));
  const left = state.suggestions.filter((text) => !said.has(text));
  if (!channel.opensRequests || left.length === 0) return null;
  return (
    <fieldset className="chips">
      <legend>Try one of these</legend>
      {left.map((text) => (
        <button key={text} type="button" className="chip" onClick={() => void onPost(text, null)}>
          {text}
        </button>
      ))}
    </fieldset>
  );
}

function Timeline({ state, channel, acts, onThread }: Omit<ChannelViewProps, 'onPost'>) {
  const roots = rootsOf(channel);
  const now = new Date();
  const dayOf = (message: PageMessage | undefined) =>
    message === undefined ? null : dayName(dateOfTs(message.ts), now);
  return roots.map((message, place) => {
    const day = dayOf(message);
    return (
      <Fragment key={message.ts}>
        {day !== dayOf(roots[place - 1]) && (
          <p className="day">
            <span>{day}</span>
          </p>
        )}
        <Message
          message={message}
          mine={message.userId === state.me}
          acts={acts}
          replies={repliesTo(channel, message.ts)}
          onReply={() => onThread(message.ts)}
        />
      </Fragment>
    );
  });
}

export function ChannelView({ state, channel, acts, onPost, onThread }: ChannelViewProps) {
  const list = useStickToEnd(`${channel.id}:${rootsOf(channel).length}`);
  const name = title(channel);
  return (
    <section className="channel" aria-label={name}>
      <header className="pane-head">
        <h2>{name}</h2>
        <span className="faint">{purpose(channel)}</span>
      </header>
      <div className="messages" ref={list} role="log" aria-label={`Messages in ${name}`}>
        {channel.messages.length === 0 ? (
          <EmptyChannel channel={channel} command={state.command} />
        ) : (
          <Timeline state={state} channel={channel} acts={acts} onThread={onThread} />
        )}
      </div>
      <div className="pane-foot">
        <Suggestions state={state} channel={channel} onPost={onPost} />
        <Composer
          key={channel.id}
          label={`Message to ${name}`}
          placeholder={`Message ${name.replace('# ', '#')}, or type ${state.command}`}
          send="Send"
          takesFile
          onSend={onPost}
          tools={
            <button
              type="button"
              className="button small quiet"
              title={`Opens the form of ${state.command}`}
              onClick={() => void onPost(state.command, null)}
            >
              {state.command} form
            </button>
          }
        />
      </div>
    </section>
  );
}
