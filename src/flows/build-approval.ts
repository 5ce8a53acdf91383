import { createHash } from 'node:crypto';
import { type Judgement, judge } from '../approvals/judge.ts';
import { payloadHash, policyHash } from '../approvals/payload.ts';
import type { Policy } from '../approvals/policy.ts';
import { type ApprovalKind, classificationOf } from '../approvals/settings.ts';
import { type BoundNow, isOverWith, rebound, WORDS, wantedBy, workOf } from '../approvals/work.ts';
import type { Approval, ApprovalId, ApprovalRequest, PayloadHash } from '../model/approval.ts';
import { ApprovalRequest as RequestSchema } from '../model/approval.ts';
import type { LinkId, PrincipalId, SlackUser } from '../model/ids.ts';
import type { BodyOf, Link } from '../model/link.ts';
import type { RoutingFacts } from '../model/route.ts';
import type { TicketFields } from '../model/ticket.ts';
import type { Store, StoreTx } from '../store/store.ts';
import { moreFiles, type NotAsked } from '../texts/approval-notes.ts';
import type { Approving } from './approving.ts';
import { textOf } from './route-request.ts';
import type { World } from './world.ts';

const MINUTE_MS = 60_000;
const LONGEST_WORDS = 20_000;

export type Built =
  | { readonly kind: 'built'; readonly request: ApprovalRequest; readonly rule: Policy }
  | { readonly kind: 'not-asked'; readonly why: NotAsked; readonly action: string };

export interface Routed {
  readonly link: Link;
  readonly action: string;
  readonly trigger: string;
  /** Whose idea it is, where that is not whoever asks: who set it off on the ticket. */
  readonly proposer?: PrincipalId | null;
}

/** Everything that an approver says yes to, of one kind that the route of a request demands. */
export async function buildRouted(
  world: World,
  approving: Approving,
  { link, action, trigger, proposer = null }: Routed,
): Promise<Built | null> {
  const { rules } = approving;
  const { route, ticket } = link;
  if (route === null || ticket === null || ticket.id === null || ticket.fields === null) return null;
  const kind = rules.kinds[action];
  const notAsked = (why: NotAsked): Built => ({ kind: 'not-asked', why, action });
  if (kind === undefined) return notAsked({ because: 'unclassified', missing: [action] });
  if (await isFileUnderWay(world.store, link.id)) return null;
  const facts = await world.store.links.factsOf(link.id);
  const people = await peopleOf(world, link, facts);
  const said = await saidIn(world.store, link);
  const asked = {
    kind: action,
    proposer: { kind: 'person' as const, principal: proposer ?? people.requester, own_rights: false },
    classification: classificationOf(kind),
    evidence: evidenceOf(said, ticket.fields, kind),
  };
  const minutes = rules.matrix.rate.minutes;
  const before = await world.store.approvals.countOf(action, { requester: people.requester, minutes });
  const judged = judge(rules, asked, before);
  if (judged.kind === 'refused') return notAsked(notAskedBy(judged, action));
  const { rule, risk } = judged;
  const now = (await world.store.now()).getTime();
  const request = RequestSchema.safeParse({
    ...{ v: 1, ...asked, ...people, author: null, risk },
    target: { system: ticket.connector, ticket: ticket.id },
    work: workFor(kind, ticket.fields),
    trigger,
    rationale: said.words,
    confidence: null,
    ...{
      environment: kind.environment,
      production_data: kind.production_data,
      external_vendor: kind.external_vendor,
    },
    policy: { name: rule.name, hash: policyHash(rule) },
    correlation: link.id,
    expires_at: endOf(rule, rules, now),
  });
  return request.success ? { kind: 'built', request: request.data, rule } : notAsked({ because: 'no-work' });
}

/** What a changed request is by the policy as it is now, or why nobody can be asked about it. */
export async function judgedAnew(
  rows: Pick<Store, 'approvals' | 'now'>,
  { rules }: Approving,
  { id, request: asked }: { readonly id: ApprovalId; readonly request: ApprovalRequest },
): Promise<Built> {
  const { kind: action, requester } = asked;
  const kind = rules.kinds[action];
  if (kind === undefined)
    return { kind: 'not-asked', why: { because: 'unclassified', missing: [action] }, action };
  const request = { ...asked, classification: classificationOf(kind) };
  const { minutes } = rules.matrix.rate;
  const before = await rows.approvals.countOf(action, { requester, minutes, own: id });
  const judged = judge(rules, request, before);
  if (judged.kind === 'refused') return { kind: 'not-asked', why: notAskedBy(judged, action), action };
  const { rule, risk } = judged;
  const now = (await rows.now()).getTime();
  const policy = { name: rule.name, hash: policyHash(rule) };
  return { kind: 'built', rule, request: { ...request, risk, policy, expires_at: endOf(rule, rules, now) } };
}

const notAskedBy = (
  { because, missing }: Extract<Judgement, { kind: 'refused' }>,
  action: string,
): NotAsked => (because === 'no-rule' ? { because, action } : { because, missing });

/** So many minutes a step may wait that has no end of its own. */
const ENDLESS_MINUTES = 90 * 1440;

/** When all of it is over, asked now: what its steps and their seniors may take together, and the work after each. */
function endOf(
  { steps, verdict }: Policy,
  { senior_minutes, run_within_minutes }: Approving['rules'],
  now: number,
): number {
  const own = steps.map(({ timeout: { after_minutes, outcome } }) =>
    outcome === 'stay' ? ENDLESS_MINUTES : after_minutes + (outcome === 'escalate' ? senior_minutes : 0),
  );
  const last = verdict === 'escalate' ? senior_minutes : 0;
  const minutes = own.reduce((sum, one) => sum + one + run_within_minutes, last + run_within_minutes);
  return now + minutes * MINUTE_MS;
}

const workFor = ({ work }: ApprovalKind, fields: TicketFields) =>
  Object.fromEntries(Object.entries(work).map(([name, set]) => [name, workOf(wantedBy(set), fields)]));

const wordsOf = ({ request }: Pick<Link, 'request'>): string => (request === null ? '' : textOf(request));
const fitting = (words: string) => words.slice(0, LONGEST_WORDS).toWellFormed();

/** Who sent it asks; where he asks for another, that one has the benefit. Neither decides. */
export async function peopleOf(
  { store }: World,
  { requester }: Link,
  facts: RoutingFacts | null,
): Promise<{ readonly requester: PrincipalId; readonly beneficiary: PrincipalId | null }> {
  const principal = async (user: SlackUser) =>
    (await store.principals.of({ system: 'slack', id: user }))?.id ?? (await store.principals.ofSlack(user));
  const own = await principal(requester);
  if (facts?.sentBy === undefined) return { requester: own, beneficiary: null };
  return { requester: await principal(facts.sentBy), beneficiary: own };
}

/** What was said in the form and in words, what the policy binds of the ticket, and the files that reached it. */
function evidenceOf(
  { words, form, files }: Said,
  fields: TicketFields,
  { bound: fieldNames }: ApprovalKind,
): ApprovalRequest['evidence'] {
  const bound = fieldNames.map((name) => [`ticket.${name}`, (fields[name] ?? '').toWellFormed()] as const);
  return { fields: { ...form, ...Object.fromEntries(bound), [WORDS]: words }, files };
}

/** What of a request stands in our own rows. */
type Said = Pick<BoundNow, 'words' | 'form' | 'files'>;

async function saidIn(rows: Rows, link: Pick<Link, 'id' | 'request'>): Promise<Said> {
  const words = (await rows.approvals.bound.words(link.id)) ?? wordsOf(link);
  const facts = await rows.links.factsOf(link.id);
  const form = Object.entries(facts?.form ?? {}).map(
    ([name, value]) => [name, value.toWellFormed()] as const,
  );
  const all = await filesOf(rows, link.id);
  return { words: fitting(words), form: Object.fromEntries(form), files: atMost(MOST_FILES, all) };
}

type Files = ApprovalRequest['evidence']['files'];

/** Files of Slack that are on the ticket, each as it was put there last, but for those that were taken back. */
async function filesOf(rows: Rows, link: LinkId): Promise<Files> {
  const items = await rows.items.of(link);
  const gone = new Set(items.flatMap((item) => (item.gone ? [item.id] : [])));
  const latest = new Map<string, BodyOf<'attach'>>();
  for (const { itemId, body } of await rows.operations.carried(link))
    if (body.kind === 'attach' && itemId !== null && !gone.has(itemId)) latest.set(itemId, body);
  return [...latest.values()].flatMap(({ withdrawn, sent, file }) =>
    withdrawn || sent === undefined
      ? []
      : [{ name: file.name.slice(0, 255).toWellFormed(), bytes: sent.size, sha256: sent.sha256 }],
  );
}

const MOST_FILES = 100;

/** Beyond so many the rest stands as one, whose hash covers all of it. */
function atMost(most: number, files: Files): Files {
  if (files.length <= most) return files;
  const rest = files.slice(most - 1);
  const sha256 = createHash('sha256')
    .update(rest.map((file) => file.sha256).join('\n'))
    .digest('hex');
  const bytes = rest.reduce((sum, file) => sum + file.bytes, 0);
  return [...files.slice(0, most - 1), { name: moreFiles(rest.length), bytes, sha256 }];
}

/** Whether a file of Slack is on its way to the ticket, or off it: what is there is not known yet. */
async function isFileUnderWay(rows: Rows, link: LinkId): Promise<boolean> {
  const open = await rows.operations.open(link);
  return open.some(({ body }) => body.kind === 'attach');
}

type Rows = Pick<Store | StoreTx, 'approvals' | 'links' | 'operations' | 'items'>;

export interface Bound {
  readonly request: ApprovalRequest;
  readonly hash: PayloadHash;
  /** Its ticket is closed, and its own work did not do that: nobody can want it any more. */
  readonly isClosed: boolean;
}

/** The same request as the world is now, by our rows; null while nobody knows what its ticket says. */
export async function boundNow(
  rows: Rows,
  { approval }: { readonly approval: Pick<Approval, 'request' | 'steps' | 'ran'> },
  link: Pick<Link, 'id' | 'request' | 'ticket'>,
): Promise<Bound | null> {
  const { ticket } = link;
  if (ticket === null || ticket.id === null || ticket.fields === null) return null;
  const target = { system: ticket.connector, ticket: ticket.id };
  const now = { ...(await saidIn(rows, link)), target, fields: ticket.fields };
  const request = rebound(approval.request, approval, now);
  return { request, hash: payloadHash(request), isClosed: isOverWith(approval, ticket.fields) };
}
