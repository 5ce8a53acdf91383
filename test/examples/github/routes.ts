import type { IncomingMessage } from 'node:http';
import { type Context, Hono } from 'hono';
import { z } from 'zod';
import type { Fault, FaultPlan } from '../../../src/sandbox/faults.ts';
import { type HubComment, type HubIssue, REPOSITORY, shownComment, shownIssue } from './records.ts';
import { LAG_MS, type Records } from './repository.ts';

interface Env {
  readonly Bindings: { readonly incoming?: IncomingMessage };
}
type Call = Context<Env>;

interface Options {
  readonly records: Records;
  readonly faults: FaultPlan<Fault>;
  readonly logins: ReadonlyMap<string, string>;
  readonly isPrivate: boolean;
  readonly stopping: AbortSignal;
}

/** What makes content: at most 80 in a minute. https://docs.github.com/rest/using-the-rest-api/rate-limits-for-the-rest-api */
const CONTENT_PER_MINUTE = 80;
const Strings = z.array(z.string());
const IssueBody = z.object({
  title: z.string().min(1).max(256).optional(),
  body: z.string().max(65_536).nullish(),
  labels: Strings.optional(),
  assignees: Strings.optional(),
  state: z.enum(['open', 'closed']).optional(),
  state_reason: z.enum(['completed', 'not_planned', 'duplicate', 'reopened']).nullish(),
});
const NewIssue = IssueBody.required({ title: true });
const CommentBody = z.object({ body: z.string().min(1).max(65_536) });

const message = (status: number, text: string, headers: Record<string, string> = {}) =>
  new Response(JSON.stringify({ message: text, documentation_url: 'https://docs.github.com/rest' }), {
    status,
    headers: { 'content-type': 'application/json; charset=utf-8', ...headers },
  });
const invalid = () => message(422, 'Validation Failed');
const notFound = () => message(404, 'Not Found');

function page<T>(c: Call, all: readonly T[]): Response {
  const [size, number] = [Number(c.req.query('per_page') ?? 30), Number(c.req.query('page') ?? 1)];
  const perPage = Math.min(size, 100);
  return c.json(all.slice((number - 1) * perPage, number * perPage));
}

/** In the order asked for, and only what was changed since; whole seconds, as the API tells them. */
function listed<T extends HubIssue | HubComment>(c: Call, all: Iterable<T>): readonly T[] {
  const since = Date.parse(c.req.query('since') ?? '') || 0;
  const by = c.req.query('sort') === 'updated' ? 'updatedAt' : 'createdAt';
  const sign = c.req.query('direction') === 'asc' ? 1 : -1;
  return [...all]
    .filter((one) => Math.floor(one.updatedAt / 1000) * 1000 >= since)
    .sort((a, b) => sign * (a[by] - b[by]));
}

/** The endpoints that an adapter to issues needs, as GitHub documents them. */
export function createRoutes(options: Options) {
  const { records, logins, isPrivate } = options;
  const app = new Hono<Env>();
  const repo = `/repos/${REPOSITORY}`;
  let requests = 0;
  let planned: Response | null = null;
  let made: number[] = [];
  const who = (c: Call) => logins.get((c.req.header('authorization') ?? '').replace(/^Bearer /, '')) ?? null;

  app.use('*', async (c, next) => {
    requests += 1;
    const faulty = await fault(c, options, async () => {
      if (planned !== null) {
        const answer = planned;
        planned = null;
        return answer;
      }
      if (who(c) === null) return message(401, 'Bad credentials');
      if (c.req.header('user-agent') === undefined) return message(403, 'Request forbidden: no User-Agent');
      if (c.req.method === 'POST' && isSpent()) {
        const text = 'You have exceeded a secondary rate limit.';
        return message(403, text, { 'retry-after': '60' });
      }
      await next();
      return c.res;
    });
    c.res = undefined;
    c.res = faulty;
  });

  function isSpent(): boolean {
    made = made.filter((at) => at > records.now() - 60_000);
    if (made.length >= CONTENT_PER_MINUTE) return true;
    made.push(records.now());
    return false;
  }

  function issueIn(c: Call): HubIssue | Response {
    const issue = records.issues.get(Number(c.req.param('number')));
    if (issue === undefined) return notFound();
    if (issue.fate === 'deleted') return message(410, 'This issue was deleted');
    if (issue.fate === 'transferred')
      return message(301, 'Moved Permanently', {
        location: `https://api.github.com/repositories/77/issues/1`,
      });
    return issue;
  }

  async function bodyIn<T>(c: Call, schema: z.ZodType<T>): Promise<T | null> {
    return schema.safeParse(await c.req.json().catch(() => null)).data ?? null;
  }

  const one = (issue: HubIssue) => shownIssue(new URL('https://api.github.com').origin, issue);
  const said = (comment: HubComment) => shownComment('https://api.github.com', comment);
  const of = (issue: HubIssue) =>
    [...records.comments.values()].filter((comment) => comment.issue === issue.number);

  app.get('/user', (c) => c.json({ login: who(c) }));
  app.get(repo, (c) =>
    c.json({ full_name: REPOSITORY, private: isPrivate, has_issues: true, archived: false }),
  );
  app.get(`${repo}/assignees/:login`, (c) =>
    records.assignable.has(c.req.param('login')) ? c.body(null, 204) : notFound(),
  );
  app.get(`${repo}/issues`, (c) => {
    const state = c.req.query('state') ?? 'open';
    const shown = [...records.issues.values()].filter(
      (issue) =>
        issue.fate === 'here' &&
        issue.updatedAt <= records.now() - LAG_MS &&
        (state === 'all' || issue.state === state),
    );
    return page(c, listed(c, shown).map(one));
  });
  app.post(`${repo}/issues`, async (c) => {
    const body = await bodyIn(c, NewIssue);
    if (body === null) return invalid();
    return c.json(one(records.create({ by: who(c) ?? '', ...body, body: body.body ?? '' })), 201);
  });
  app.get(`${repo}/issues/comments`, (c) => page(c, listed(c, records.comments.values()).map(said)));
  app.get(`${repo}/issues/comments/:id`, (c) => {
    const comment = records.comments.get(Number(c.req.param('id')));
    return comment === undefined ? notFound() : c.json(said(comment));
  });
  app.patch(`${repo}/issues/comments/:id`, async (c) => {
    const comment = records.comments.get(Number(c.req.param('id')));
    if (comment === undefined) return notFound();
    const body = await bodyIn(c, CommentBody);
    if (body === null) return invalid();
    records.touch(comment, body.body);
    return c.json(said(comment));
  });
  app.get(`${repo}/issues/:number`, (c) => {
    const issue = issueIn(c);
    return issue instanceof Response ? issue : c.json(one(issue));
  });
  app.patch(`${repo}/issues/:number`, async (c) => {
    const [issue, body] = [issueIn(c), await bodyIn(c, IssueBody)];
    if (issue instanceof Response) return issue;
    if (body === null) return invalid();
    const { state_reason: reason, ...rest } = body;
    records.change(issue, { by: who(c) ?? '', ...rest, body: body.body ?? undefined, reason });
    return c.json(one(issue));
  });
  app.get(`${repo}/issues/:number/comments`, (c) => {
    const issue = issueIn(c);
    return issue instanceof Response ? issue : page(c, of(issue).map(said));
  });
  app.post(`${repo}/issues/:number/comments`, async (c) => {
    const [issue, body] = [issueIn(c), await bodyIn(c, CommentBody)];
    if (issue instanceof Response) return issue;
    return body === null ? invalid() : c.json(said(records.comment(issue, who(c) ?? '', body.body)), 201);
  });
  app.post(`${repo}/issues/:number/labels`, async (c) => {
    const [issue, body] = [issueIn(c), await bodyIn(c, z.object({ labels: Strings }))];
    if (issue instanceof Response) return issue;
    if (body === null) return invalid();
    records.change(issue, { by: who(c) ?? '', labels: [...issue.labels, ...body.labels] });
    return c.json(one(issue).labels);
  });
  app.delete(`${repo}/issues/:number/labels/:name`, (c) => {
    const issue = issueIn(c);
    if (issue instanceof Response) return issue;
    const name = c.req.param('name');
    if (!issue.labels.includes(name)) return message(404, 'Label does not exist');
    records.change(issue, { by: who(c) ?? '', labels: issue.labels.filter((label) => label !== name) });
    return c.json(one(issue).labels);
  });
  app.all('*', notFound);
  return {
    app,
    requests: () => requests,
    /** The next call is answered so, whatever it asks. */
    answerNext(status: number, headers: Record<string, string>) {
      planned = message(status, 'API rate limit exceeded', headers);
    },
  };
}

/** The call meets its planned fault; `work` does it. */
async function fault(
  c: Call,
  { faults, stopping }: Options,
  work: () => Promise<Response>,
): Promise<Response> {
  const kind = c.req.method === 'GET' ? 'read' : 'write';
  const planned = faults.take(kind);
  const page = () => c.html('<!doctype html><title>Unicorn! · GitHub</title>');
  const cut = () => {
    c.env?.incoming?.socket.resetAndDestroy();
    return c.body(null, 502);
  };
  async function hang(): Promise<Response> {
    const gone = AbortSignal.any([c.req.raw.signal, stopping]);
    if (!gone.aborted)
      await new Promise<void>((resolve) => gone.addEventListener('abort', () => resolve(), { once: true }));
    return cut();
  }
  if (planned?.kind.endsWith('-after') === true) await work();
  switch (planned?.kind) {
    case 'fail-before':
    case 'fail-after':
      return message(planned.status, 'Server Error');
    case 'limit': {
      // Both ways in which GitHub says it, in turn.
      const status = planned.retryAfterS % 2 === 0 ? 429 : 403;
      return message(status, 'You have exceeded a secondary rate limit.', {
        'retry-after': `${planned.retryAfterS}`,
      });
    }
    case 'html':
    case 'html-after':
      return page();
    case 'reset-before':
    case 'reset-after':
      return cut();
    case 'hang':
    case 'hang-after':
      return hang();
    default:
      return work();
  }
}
