import { plainDoc } from '../../src/model/doc.ts';
import type { Visibility } from '../../src/model/ticket.ts';
import type { AnyAct } from './acts.ts';
import type { DeskState, PaperComment, PaperTicket } from './paper/desk-state.ts';
import { statusOf } from './paper/fields.ts';
import { fileOf, nthOf, type Playing } from './people-act.ts';
import { sayWith } from './truth.ts';

type ActOf<K extends AnyAct['act']> = Extract<AnyAct, { act: K }>;

interface At {
  readonly desk: DeskState;
  readonly ticket: PaperTicket;
}

const ticketsOf = ({ stage }: Playing): readonly At[] =>
  stage.desks.flatMap((desk) => desk.all().map((ticket) => ({ desk, ticket })));

/** What agents have written where it can still be changed. */
const commentsOf = (play: Playing) =>
  ticketsOf(play)
    .filter(({ desk }) => desk.personality === 'editable')
    .flatMap((at) => at.ticket.comments.filter(({ ours }) => !ours).map((comment) => ({ ...at, comment })));

const VISIBILITIES: readonly Visibility[] = ['public', 'public', 'public', 'public', 'internal', 'unknown'];

export function comment(play: Playing, { ticket: n, visibility: v, words }: ActOf<'comment'>): void {
  const at = nthOf(ticketsOf(play), n);
  if (at === undefined) return;
  const { truth } = play;
  const kind = VISIBILITIES[v] ?? 'public';
  const visibility = at.desk.personality === 'journal' && kind === 'unknown' ? 'internal' : kind;
  // The word has to be known before the comment has an id.
  const name = at.desk.upcoming();
  const word = truth.word(name);
  if (visibility !== 'public') truth.secrets.add(word);
  const body = plainDoc(sayWith(word, words));
  const draft = { author: 'Agent', body, visibility, marker: null, ours: false, corrects: null };
  at.desk.addComment(at.ticket, draft);
}

function change(
  { desk, ticket, comment: one }: At & { comment: PaperComment },
  to: Partial<PaperComment>,
): void {
  const changed = { ...one, ...to, updatedAt: desk.now() };
  desk.change(ticket, { comments: ticket.comments.map((other) => (other.id === one.id ? changed : other)) });
}

export function amend(play: Playing, { comment: n, words }: ActOf<'amend'>): void {
  const at = nthOf(commentsOf(play), n);
  if (at === undefined) return;
  const { truth } = play;
  const name = at.comment.id;
  truth.retracted.set(truth.current(name), name);
  const word = truth.word(name);
  if (at.comment.visibility !== 'public') truth.secrets.add(word);
  change(at, { body: plainDoc(sayWith(word, words)) });
}

export function flip(play: Playing, { comment: n }: ActOf<'flip'>): void {
  const at = nthOf(commentsOf(play), n);
  if (at === undefined) return;
  const { truth } = play;
  const word = truth.current(at.comment.id);
  const toPublic = at.comment.visibility !== 'public';
  if (toPublic) {
    truth.secrets.delete(word);
    truth.retracted.delete(word);
  } else truth.retracted.set(word, at.comment.id);
  change(at, { visibility: toPublic ? 'public' : 'internal' });
}

export function strike(play: Playing, { comment: n }: ActOf<'strike'>): void {
  const at = nthOf(commentsOf(play), n);
  if (at === undefined) return;
  const { desk, ticket, comment: one } = at;
  play.truth.retracted.set(play.truth.current(one.id), one.id);
  desk.change(ticket, { comments: ticket.comments.filter(({ id }) => id !== one.id) });
}

export function attach(play: Playing, { ticket: n, visibility: v, file }: ActOf<'attach'>): void {
  const at = nthOf(ticketsOf(play), n);
  if (at === undefined) return;
  const { name, bytes } = fileOf(play.stage, file);
  const visibility = v === 0 ? 'internal' : 'public';
  at.desk.addFile(at.ticket, { name, author: 'Agent', visibility, ours: false, bytes });
}

export function detach(play: Playing, { file: n }: ActOf<'detach'>): void {
  const files = ticketsOf(play).flatMap((at) =>
    at.ticket.files.filter(({ ours }) => !ours).map((file) => ({ ...at, file })),
  );
  const at = nthOf(files, n);
  if (at === undefined) return;
  at.desk.change(at.ticket, { files: at.ticket.files.filter(({ id }) => id !== at.file.id) });
}

export function status(play: Playing, { ticket: n, to }: ActOf<'status'>): void {
  const at = nthOf(ticketsOf(play), n);
  if (at === undefined) return;
  const resolution = to === 'done' ? 'Done by an agent' : null;
  at.desk.change(at.ticket, { fields: { ...at.ticket.fields, status: statusOf(to), resolution } });
}

export function field(play: Playing, { ticket: n, value }: ActOf<'field'>): void {
  const at = nthOf(ticketsOf(play), n);
  if (at === undefined) return;
  at.desk.change(at.ticket, {
    fields: { ...at.ticket.fields, assignee: `Agent ${value}`, group: `Group ${value}` },
  });
}

/** Somebody edits many fields at once, as an import does. */
export function bulk(play: Playing, { ticket: n, times }: ActOf<'bulk'>): void {
  for (let time = 0; time < times; time += 1) {
    const at = nthOf(ticketsOf(play), n);
    if (at === undefined) return;
    const priority = ['low', 'medium', 'high'][time % 3] ?? 'low';
    at.desk.change(at.ticket, { fields: { ...at.ticket.fields, priority, assignee: `Agent ${time}` } });
  }
}
