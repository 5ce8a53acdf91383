import { CommentId, Marker, type TicketId } from '../../model/ids.ts';
import { type Outcome, ok, rejected } from '../../model/outcome.ts';
import type { TicketComment } from '../../model/ticket.ts';
import { COMMENT_GONE, FORMER_USER, NO_ID_OF_JIRA } from '../../texts/jira.ts';
import { readBody } from './adf-read.ts';
import type { JiraClient } from './client.ts';
import { visibilityOf } from './fields.ts';
import type { JiraPeople } from './people.ts';
import {
  Comment,
  CommentPage,
  CommentProperties,
  InternalProperty,
  type Issue,
  IssueHome,
  NumericId,
  OwnProperty,
} from './schema.ts';

/** Our marker stands here, set in the request that writes the comment. */
export const OP_PROPERTY = 'deskbridge.op';
/** Jira Service Management keeps a comment's visibility here. */
export const INTERNAL_PROPERTY = 'sd.public.comment';

const PAGE = 100;
/** comment/list takes at most this many ids. */
const IDS = 1000;

interface Marks {
  readonly marker: string | null;
  readonly internal: boolean;
}

/** What the ticket as a whole says about who sees its parts. */
export interface Home {
  readonly onServiceDesk: boolean;
  /** It has a security level: whoever lacks that sees nothing of it, so nothing of it is public. */
  readonly secured: boolean;
}

/** Comments created since a time (null: all), newest page first, so that an old ticket costs one request. */
export async function listComments(
  client: JiraClient,
  ticket: TicketId,
  since: Date | null,
): Promise<Outcome<readonly Comment[]>> {
  const found = new Map<string, Comment>();
  for (let startAt = 0; ; ) {
    const page = await client.read(CommentPage, ({ cloud }) =>
      cloud.issueComments.getComments({
        issueIdOrKey: ticket,
        startAt,
        maxResults: PAGE,
        orderBy: '-created',
      }),
    );
    if (page.kind !== 'ok') return page;
    const { comments, total } = page.value;
    const wanted = comments.filter((one) => since === null || one.created >= since);
    for (const comment of wanted) found.set(comment.id, comment);
    startAt += comments.length;
    // A comment written while we page only shifts the pages, which the map absorbs.
    if (comments.length === 0 || wanted.length < comments.length || startAt >= (total ?? Infinity)) break;
  }
  return ok([...found.values()].sort(byAge));
}

function byAge(a: Comment, b: Comment): number {
  return a.created.getTime() - b.created.getTime() || Number(BigInt(a.id) - BigInt(b.id));
}

/** The properties of comments, by comment id. comment/list is the one documented way to read many at once. */
export async function readMarks(
  client: JiraClient,
  comments: readonly Comment[],
): Promise<Outcome<ReadonlyMap<string, Marks>>> {
  const marks = new Map<string, Marks>();
  for (let at = 0; at < comments.length; at += IDS) {
    const ids = comments.slice(at, at + IDS).map((comment) => Number(comment.id));
    const answer = await client.read(CommentProperties, ({ cloud }) =>
      cloud.issueComments.getCommentsByIds({ ids, expand: 'properties' }),
    );
    if (answer.kind !== 'ok') return answer;
    for (const { id, properties } of answer.value.values) {
      const propertyValue = (key: string) => properties?.find((property) => property.key === key)?.value;
      const own = OwnProperty.safeParse(propertyValue(OP_PROPERTY));
      const internal = InternalProperty.safeParse(propertyValue(INTERNAL_PROPERTY));
      marks.set(id, {
        marker: own.success && Marker.safeParse(own.data.marker).success ? own.data.marker : null,
        internal: internal.success && internal.data.internal,
      });
    }
  }
  return ok(marks);
}

interface Reading {
  readonly marks: ReadonlyMap<string, Marks>;
  readonly names: ReadonlyMap<string, string>;
  readonly home: Home;
}

function toTicketComment(comment: Comment, { marks, names, home }: Reading): TicketComment {
  const mark = marks.get(comment.id);
  return {
    id: CommentId.parse(comment.id),
    author: comment.author?.displayName ?? FORMER_USER,
    body: readBody(comment.body, names),
    createdAt: comment.created,
    updatedAt: comment.updated ?? comment.created,
    visibility: visibilityOf(comment, { markedInternal: mark?.internal ?? false, ...home }),
    marker: mark?.marker ?? null,
  };
}

/** Comments as the core knows them, with their properties and the names of whom they mention. */
export async function presentComments(
  { client, people }: { readonly client: JiraClient; readonly people: JiraPeople },
  comments: readonly Comment[],
  home: Home,
): Promise<Outcome<readonly TicketComment[]>> {
  const marks = await readMarks(client, comments);
  if (marks.kind !== 'ok') return marks;
  const names = await people.namesIn(comments.map(({ body }) => body));
  if (names.kind !== 'ok') return names;
  return ok(comments.map((one) => toTicketComment(one, { marks: marks.value, names: names.value, home })));
}

/** Refuses ids that no Jira ever gave out before they get into a path. */
export function foreignId(...ids: readonly string[]) {
  if (ids.every((id) => NumericId.safeParse(id).success)) return null;
  return rejected('not-found', NO_ID_OF_JIRA);
}

/** One comment, bound to its issue: the same id below another issue is not found. */
export async function readOne(
  parts: { readonly client: JiraClient; readonly people: JiraPeople },
  ticket: TicketId,
  comment: CommentId,
): Promise<Outcome<TicketComment>> {
  const foreign = foreignId(ticket, comment);
  if (foreign !== null) return foreign;
  const found = await parts.client.read(Comment, ({ cloud }) =>
    cloud.issueComments.getComment({ issueIdOrKey: ticket, id: comment }),
  );
  if (found.kind !== 'ok') return found;
  const issue = await parts.client.read(IssueHome, ({ cloud }) =>
    cloud.issues.getIssue({ issueIdOrKey: ticket, fields: ['project', 'security'] }),
  );
  if (issue.kind !== 'ok') return issue;
  const shown = await presentComments(parts, [found.value], homeOf(issue.value.fields));
  if (shown.kind !== 'ok') return shown;
  const [only] = shown.value;
  return only === undefined ? rejected('not-found', COMMENT_GONE) : ok(only);
}

/** Unknown kinds count as service desks: there a comment without `jsdPublic` is not taken for public. */
export function homeOf({ project, security }: Pick<Issue['fields'], 'project' | 'security'>): Home {
  const { projectTypeKey } = project;
  return {
    onServiceDesk: projectTypeKey !== 'software' && projectTypeKey !== 'business',
    secured: security !== null && security !== undefined,
  };
}
