import assert from 'node:assert/strict';
import { plainDoc } from '../../src/model/doc.ts';
import { type SlackTs, SlackUser } from '../../src/model/ids.ts';
import type { Visibility } from '../../src/model/ticket.ts';
import type { OperationRow } from '../model/memory/db.ts';
import type { PaperComment, PaperTicket } from '../model/paper/desk-state.ts';
import { HELP, JIRA, OPS, SNOW } from '../model/paper/rules.ts';
import { messageOf, type PaperFile, type PaperMessage, TEAM } from '../model/paper/slack-state.ts';
import { wordsIn } from '../model/paper-slack.ts';
import type { Sabotage } from '../model/processes.ts';
import { createStage, type Stage } from '../model/stage.ts';
import type { Fate } from '../model/weather.ts';

export const MINUTE_MS = 60_000;

/** One request in the help channel, its people and its agents, on paper systems with the real flows between them. */
export interface DeskPlay {
  readonly stage: Stage;
  readonly root: SlackTs;
  /** Somebody writes in the thread. */
  say(text: string, files?: readonly PaperFile[]): PaperMessage;
  edit(message: PaperMessage, text: string): void;
  remove(message: PaperMessage): void;
  file(name: string, content: string): PaperFile;
  /** An agent comments. */
  comment(text: string, visibility?: Visibility): PaperComment;
  change(comment: PaperComment, to: Partial<PaperComment> | null): void;
  ticket(): PaperTicket;
  /** What the bridge shows in the thread, oldest first. */
  shown(): readonly string[];
  /** The next calls at points that begin so meet this. */
  fate(at: string, fate: Fate, times?: number): void;
  operations(kind: OperationRow['body']['kind']): readonly OperationRow[];
}

export async function openDeskPlay(
  options: {
    readonly sabotage?: Sabotage;
    readonly text?: string;
    readonly prepared?: boolean;
    /** At the desk whose agents have a thread of their own. */
    readonly ops?: boolean;
  } = {},
): Promise<DeskPlay> {
  const stage = await createStage(options.sabotage);
  const { slack } = stage;
  const user = SlackUser.parse('U3');
  const channel = options.ops === true ? OPS : HELP;
  const desk = stage.desks.find(({ id }) => id === (options.ops === true ? SNOW : JIRA));
  assert.ok(desk);

  function say(root: SlackTs | null, text: string, files: readonly PaperFile[]): PaperMessage {
    const ts = slack.nextTs();
    const at = { channel, ts, root: root ?? ts, by: 'person' as const, user };
    const message = { ...at, body: plainDoc(text), text: '', files, edited: null, marker: null, gone: false };
    slack.put(message);
    slack.tell(
      { kind: 'message', message: messageOf(message), direct: false },
      { channel, root: message.root, identity: `${channel}:${ts}:`, type: 'event' },
    );
    return message;
  }
  const opening = say(null, options.text ?? 'The printer is jammed', []);
  const ticket = () => {
    const [only] = desk.all();
    assert.ok(only, 'there is a ticket');
    return only;
  };
  if (options.prepared !== false) {
    await stage.pass(MINUTE_MS);
    assert.ok(ticket());
  }
  return {
    stage,
    root: opening.ts,
    ticket,
    say: (text, files = []) => say(opening.ts, text, files),
    edit(message, text) {
      const changed = { ...message, body: plainDoc(text), edited: slack.nextTs() };
      slack.put(changed);
      const identity = `${channel}:${message.ts}:message_changed:${changed.edited}`;
      const about = { channel, root: message.root, identity, type: 'event' as const };
      slack.tell({ kind: 'edited', message: messageOf(changed) }, about);
    },
    remove(message) {
      slack.drop(message);
      const { ts, root } = message;
      const identity = `${channel}:${ts}:message_deleted:${slack.nextTs()}`;
      slack.tell(
        { kind: 'deleted', team: TEAM, channel, ts, root },
        { channel, root, identity, type: 'event' },
      );
    },
    file(name, content) {
      const bytes = Buffer.from(content);
      return { id: slack.nextFile(), name, mime: 'text/plain', size: bytes.length, permalink: null, bytes };
    },
    comment(text, visibility = 'public') {
      const draft = { author: 'Agent', body: plainDoc(text), visibility, marker: null };
      return desk.addComment(ticket(), { ...draft, ours: false, corrects: null });
    },
    change(comment, to) {
      const before = ticket();
      const rest = before.comments.flatMap((one) => {
        if (one.id !== comment.id) return [one];
        return to === null ? [] : [{ ...one, ...to, updatedAt: desk.now() }];
      });
      desk.change(before, { comments: rest });
    },
    shown: () =>
      slack
        .messages(channel)
        .now()
        .filter(({ by, gone }) => by === 'us' && !gone)
        .map(wordsIn),
    fate: (at, fate, times = 1) => stage.weather.planned.push({ at, fate, left: times, ms: 0 }),
    operations: (kind) => [...stage.db.operations.values()].filter(({ body }) => body.kind === kind),
  };
}
