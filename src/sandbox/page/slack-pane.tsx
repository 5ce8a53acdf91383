import type { DemoState, PageChannel } from '../demo/demo-state.ts';
import { Avatar } from './avatar.tsx';
import { ChannelView } from './channel-view.tsx';
import type { ComposerProps } from './composer.tsx';
import { HomeView, type HomeViewProps } from './home-view.tsx';
import type { MessageActs } from './message.tsx';
import { ThreadPanel } from './thread-panel.tsx';
import type { ThreadAt } from './threads.ts';

export interface SlackPaneProps {
  readonly state: DemoState;
  readonly channel: PageChannel;
  /** The Home tab is shown instead of a channel. */
  readonly isHome: boolean;
  readonly thread: ThreadAt | null;
  readonly unread: ReadonlyMap<string, number>;
  readonly acts: MessageActs;
  readonly onHome: () => void;
  readonly onUseHome: HomeViewProps['onUse'];
  readonly onChannel: (id: string) => void;
  readonly onThread: (at: ThreadAt | null) => void;
  readonly onPost: ComposerProps['onSend'];
  readonly onReply: ComposerProps['onSend'];
  readonly onPerson: (id: string) => void;
}

interface PlaceProps {
  readonly channel: PageChannel;
  readonly current: boolean;
  readonly unread: number;
  readonly onOpen: () => void;
}

function Place({ channel, current, unread, onOpen }: PlaceProps) {
  return (
    <li>
      <button
        type="button"
        className={unread > 0 ? 'place unread' : 'place'}
        aria-current={current ? 'page' : undefined}
        onClick={onOpen}
      >
        <span aria-hidden="true">{channel.isDirect ? '●' : '#'}</span>
        {channel.name}
        {unread > 0 && <span className="badge">{unread}</span>}
      </button>
    </li>
  );
}

function Rail({ state, channel, isHome, unread, onHome, onChannel, onPerson }: SlackPaneProps) {
  const me = state.people.find(({ id }) => id === state.me);
  const list = (title: string, channels: readonly PageChannel[]) => (
    <>
      <h3>{title}</h3>
      <ul>
        {channels.map((one) => (
          <Place
            key={one.id}
            channel={one}
            current={!isHome && one.id === channel.id}
            unread={unread.get(one.id) ?? 0}
            onOpen={() => onChannel(one.id)}
          />
        ))}
      </ul>
    </>
  );
  return (
    <nav className="rail" aria-label="Channels">
      <p className="workspace">
        <b>{state.team}</b>
        <span>Slack, simulated</span>
      </p>
      <div className="rail-lists">
        {list(
          'Channels',
          state.channels.filter(({ isDirect }) => !isDirect),
        )}
        {list(
          'Direct messages',
          state.channels.filter(({ isDirect }) => isDirect),
        )}
        <h3>Apps</h3>
        <ul>
          <li>
            <button
              type="button"
              className="place"
              aria-current={isHome ? 'page' : undefined}
              onClick={onHome}
            >
              <span aria-hidden="true">⌂</span>
              {state.bot.name} Home
            </button>
          </li>
        </ul>
      </div>
      <label className="whoami">
        <Avatar name={me?.name ?? '?'} />
        <span>
          <span className="faint">In Slack you are</span>
          <select value={state.me} onChange={(event) => onPerson(event.target.value)}>
            {state.people.map(({ id, name, role }) => (
              <option key={id} value={id}>
                {role === 'responder' ? `${name} (help desk)` : name}
              </option>
            ))}
          </select>
        </span>
      </label>
    </nav>
  );
}

/** The left side: a workspace as its people see it. */
export function SlackPane(props: SlackPaneProps) {
  const { state, channel, isHome, thread, acts, onThread, onPost, onReply, onUseHome } = props;
  const open = !isHome && thread !== null && thread.channel === channel.id ? thread : null;
  return (
    <section className="pane slack" aria-label="Slack">
      <Rail {...props} />
      <div className={open === null ? 'stage' : 'stage with-thread'}>
        {isHome ? (
          <HomeView key={state.me} name={state.bot.name} view={state.home} onUse={onUseHome} />
        ) : (
          <ChannelView
            state={state}
            channel={channel}
            acts={acts}
            onPost={onPost}
            onThread={(root) => onThread({ channel: channel.id, root })}
          />
        )}
        {open !== null && (
          <ThreadPanel
            state={state}
            channel={channel}
            root={open.root}
            acts={acts}
            onReply={onReply}
            onClose={() => onThread(null)}
          />
        )}
      </div>
    </section>
  );
}
