import { useCallback, useMemo, useState } from 'react';
import type { ChosenFile } from '../demo/act.ts';
import type { DemoState, PageMessage, TroubleKind } from '../demo/demo-state.ts';
import { AgreementStrip } from './agreement-strip.tsx';
import { DeskPane } from './desk-pane.tsx';
import type { MessageActs } from './message.tsx';
import { Modal } from './modal.tsx';
import { type Navigation, NavigationContext } from './navigation.ts';
import { readFile } from './read-file.ts';
import { SlackPane } from './slack-pane.tsx';
import type { ThreadAt } from './threads.ts';
import { createTicketActs, type Do } from './ticket-acts.ts';
import { Toasts, useToasts } from './toasts.tsx';
import { TroubleMenu } from './trouble-menu.tsx';
import { type Demo, useDemo } from './use-demo.ts';
import { useView, type View } from './use-view.ts';

function messageActs(state: DemoState, channel: string, run: Do): MessageActs {
  const on = (message: PageMessage) => ({ as: state.me, channel, ts: message.ts });
  return {
    press: (message, action, value) =>
      void run({ act: 'click', ...on(message), action, ...(value === undefined ? {} : { value }) }),
    shortcut: (message, callback) => void run({ act: 'shortcut', ...on(message), callback }),
    edit: async (message, text) => (await run({ act: 'edit', ...on(message), text })) !== false,
    remove: (message) => void run({ act: 'delete', ...on(message) }),
  };
}

interface WorldProps {
  readonly state: DemoState;
  readonly view: View;
  readonly run: Do;
  /** Its answer is shown in the form. */
  readonly actInView: Demo['act'];
  readonly say: (text: string) => void;
  readonly onPerson: (id: string) => void;
}

/** The text behind the command; null when it is an ordinary message. */
function behindCommand(text: string, command: string): string | null {
  return text === command || text.startsWith(`${command} `) ? text.slice(command.length).trim() : null;
}

/** What the visitor writes: into the channel, into the open thread, or as a command. */
function writingIn({ state, view, run }: Pick<WorldProps, 'state' | 'view' | 'run'>) {
  const as = state.me;
  const opensRequests = state.channels.find(({ id }) => id === view.channel)?.opensRequests === true;
  const write = (text: string, thread: string | null, file: ChosenFile | null) => {
    if (file !== null) return run({ act: 'upload', as, channel: view.channel, thread, text, file });
    return thread === null
      ? run({ act: 'post', as, channel: view.channel, text })
      : run({ act: 'reply', as, channel: view.channel, thread, text });
  };
  const post = async (text: string, file: ChosenFile | null) => {
    const command = file === null ? behindCommand(text, state.command) : null;
    if (command !== null) {
      return (await run({ act: 'command', as, channel: view.channel, text: command })) !== false;
    }
    const ts = await write(text, null, file);
    if (typeof ts === 'string' && opensRequests) {
      view.openThread({ channel: view.channel, root: ts });
    }
    return ts !== false;
  };
  const reply = async (text: string, file: ChosenFile | null) =>
    view.thread !== null && (await write(text, view.thread.root, file)) !== false;
  return { post, reply };
}

function World({ state, view, run, actInView, say, onPerson }: WorldProps) {
  const [agentName, setAgent] = useState('');
  const agent = state.agents.find((name) => name === agentName) ?? state.agents[0] ?? '';
  const channel = state.channels.find(({ id }) => id === view.channel);
  const messages = useMemo(() => messageActs(state, view.channel, run), [state, view.channel, run]);
  const tickets = useMemo(() => createTicketActs(agent, run), [agent, run]);
  const modal = state.views.at(-1);
  const as = state.me;

  const { post, reply } = writingIn({ state, view, run });

  return (
    <>
      <main className="panes">
        {channel !== undefined && (
          <SlackPane
            state={state}
            channel={channel}
            isHome={view.isHome}
            thread={view.thread}
            unread={view.unread}
            acts={messages}
            onHome={() => {
              view.openHome();
              void run({ act: 'open-home', as });
            }}
            onUseHome={(action, value) =>
              void run({ act: 'use-home', as, action, ...(value === undefined ? {} : { value }) })
            }
            onChannel={view.openChannel}
            onThread={view.openThread}
            onPost={post}
            onReply={reply}
            onPerson={(person) => {
              onPerson(person);
              // His own Home opens with him.
              if (view.isHome) void run({ act: 'open-home', as: person });
            }}
          />
        )}
        <DeskPane
          state={state}
          ticket={view.ticket}
          agent={agent}
          acts={tickets}
          say={say}
          onTicket={view.openTicket}
          onAgent={setAgent}
        />
      </main>
      {modal !== undefined && (
        <Modal
          key={modal.viewId}
          view={modal}
          onSubmit={(values) => actInView({ act: 'submit-view', as, view: modal.viewId, values })}
          onChoose={(choice) => actInView({ act: 'choose-in-view', as, view: modal.viewId, ...choice })}
          onFile={async (chosen) => {
            const file = await readFile(chosen);
            return (await actInView({ act: 'upload-in-view', as, view: modal.viewId, file })).file ?? null;
          }}
          onClose={() => void run({ act: 'close-view', as, view: modal.viewId })}
        />
      )}
    </>
  );
}

interface HeadProps {
  readonly reachable: boolean;
  readonly trouble: DemoState['trouble'];
  readonly onTrouble: (kind: TroubleKind | null) => void;
}

function Head({ reachable, trouble, onTrouble }: HeadProps) {
  return (
    <header className="top">
      <svg className="mark" viewBox="0 0 28 20" aria-hidden="true">
        <path d="M1.5 17V8.5M26.5 17V8.5M1.5 13h25M1.5 8.5C8 13 20 13 26.5 8.5" />
        <circle cx="1.8" cy="4" r="1.8" />
        <circle cx="26.2" cy="4" r="1.8" />
      </svg>
      <h1>Deskbridge</h1>
      <p>A real bridge between a simulated Slack and simulated ticket systems, all on this machine.</p>
      <span className="grow" />
      {reachable && <TroubleMenu trouble={trouble} onMake={onTrouble} />}
      {!reachable && (
        <p className="away" role="alert">
          The demo does not answer. Start it again in the terminal; this page finds it by itself.
        </p>
      )}
    </header>
  );
}

function useNavigationOf(state: DemoState | null, view: View, become: (person: string) => void): Navigation {
  return useMemo(
    () => ({
      ticketKeys: new Set(state?.tickets.map(({ key }) => key)),
      names: new Map(
        [...(state?.people ?? []), ...(state ? [state.bot] : [])].map(({ id, name }) => [id, name]),
      ),
      openTicket: view.openTicket,
      openThread(at: ThreadAt) {
        const there = state?.channels.some(({ id }) => id === at.channel) === true;
        const member = state?.tickets
          .find(({ thread }) => thread?.channel === at.channel)
          ?.thread?.members.find((id) => state.people.some((person) => person.id === id));
        // A direct message belongs to one person: to read it is to be that person.
        if (!there && member !== undefined) become(member);
        view.openThread(at);
      },
    }),
    [state, view.openTicket, view.openThread, become],
  );
}

export function App() {
  const [me, setMe] = useState<string | null>(null);
  const { state, reachable, act } = useDemo(me);
  const { toasts, say, drop } = useToasts();
  const view = useView(state);

  const run = useCallback<Do>(
    async (wanted) => {
      const answer = await act(wanted);
      // What a command answers stands in the channel already.
      const isShown = wanted.act === 'command' && answer.ok;
      if (answer.message !== null && !isShown) say(answer.message);
      else if (!answer.ok) say('That did not work. Try again.');
      return answer.ok ? answer.ts : false;
    },
    [act, say],
  );
  const navigation = useNavigationOf(state, view, setMe);

  return (
    <NavigationContext value={navigation}>
      <div className="app">
        <Head
          reachable={reachable}
          trouble={state?.trouble ?? null}
          onTrouble={(kind) => void run({ act: 'trouble', kind })}
        />
        {state === null ? (
          <main className="panes loading" aria-busy="true" />
        ) : (
          <World state={state} view={view} run={run} actInView={act} say={say} onPerson={setMe} />
        )}
        <AgreementStrip ticket={view.ticket} />
        <Toasts toasts={toasts} onGone={drop} />
      </div>
    </NavigationContext>
  );
}
