import { judge } from '../approvals/judge.ts';
import { payloadHash, policyHash } from '../approvals/payload.ts';
import type { Policy } from '../approvals/policy.ts';
import { type ApprovalKind, classificationOf } from '../approvals/settings.ts';
import { rebound, WORDS, wantedBy, workOf } from '../approvals/work.ts';
import type { Approval, ApprovalRequest, PayloadHash } from '../model/approval.ts';
import { ApprovalRequest as RequestSchema } from '../model/approval.ts';
import type { PrincipalId, SlackUser } from '../model/ids.ts';
import type { Link } from '../model/link.ts';
import type { RoutingFacts } from '../model/route.ts';
import type { TicketFields } from '../model/ticket.ts';
import type { NotAsked } from '../texts/approval-notes.ts';
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
  const facts = await world.store.links.factsOf(link.id);
  const people = await peopleOf(world, link, facts);
  const asked = {
    kind: action,
    proposer: { kind: 'person' as const, principal: proposer ?? people.requester, own_rights: false },
    classification: classificationOf(kind),
    evidence: await evidenceOf(world, { link, facts, fields: ticket.fields }, kind),
  };
  const minutes = rules.matrix.rate.minutes;
  const before = await world.store.approvals.countOf(action, { requester: people.requester, minutes });
  const judged = judge(rules, asked, before);
  if (judged.kind === 'refused')
    return notAsked(
      judged.because === 'no-rule'
        ? { because: 'no-rule', action }
        : { because: judged.because, missing: judged.missing },
    );
  const { rule, risk } = judged;
  const now = (await world.store.now()).getTime();
  const request = RequestSchema.safeParse({
    ...{ v: 1, ...asked, ...people, author: null, risk },
    target: { system: ticket.connector, ticket: ticket.id },
    work: workFor(kind, ticket.fields),
    trigger,
    rationale: wordsOf(link),
    confidence: null,
    ...{
      environment: kind.environment,
      production_data: kind.production_data,
      external_vendor: kind.external_vendor,
    },
    policy: { name: rule.name, hash: policyHash(rule) },
    correlation: link.id,
    expires_at: now + longestOf(rule, rules) * MINUTE_MS,
  });
  return request.success ? { kind: 'built', request: request.data, rule } : notAsked({ because: 'no-work' });
}

/** So many minutes a step may wait that has no end of its own. */
const ENDLESS_MINUTES = 90 * 1440;

/** What its steps and their seniors may take together, and the work after each. */
function longestOf(
  { steps, verdict }: Policy,
  { senior_minutes, run_within_minutes }: Approving['rules'],
): number {
  const own = steps.map(({ timeout: { after_minutes, outcome } }) =>
    outcome === 'stay' ? ENDLESS_MINUTES : after_minutes + (outcome === 'escalate' ? senior_minutes : 0),
  );
  const last = verdict === 'escalate' ? senior_minutes : 0;
  return own.reduce((sum, one) => sum + one + run_within_minutes, last + run_within_minutes);
}

const workFor = ({ work }: ApprovalKind, fields: TicketFields) =>
  Object.fromEntries(Object.entries(work).map(([name, set]) => [name, workOf(wantedBy(set), fields)]));

const wordsOf = ({ request }: Link): string =>
  request === null ? '' : textOf(request).slice(0, LONGEST_WORDS).toWellFormed();

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
async function evidenceOf(
  { store }: World,
  {
    link,
    facts,
    fields,
  }: { readonly link: Link; readonly facts: RoutingFacts | null; readonly fields: TicketFields },
  { bound: fieldNames }: ApprovalKind,
): Promise<ApprovalRequest['evidence']> {
  const bound = fieldNames.map((name) => [`ticket.${name}`, (fields[name] ?? '').toWellFormed()] as const);
  const carried = await store.operations.carried(link.id);
  const files = carried.flatMap(({ body }) =>
    body.kind === 'attach' && !body.withdrawn && body.sent !== undefined
      ? [{ name: body.file.name.slice(0, 255), bytes: body.sent.size, sha256: body.sent.sha256 }]
      : [],
  );
  const form = Object.entries(facts?.form ?? {}).map(
    ([name, value]) => [name, value.toWellFormed()] as const,
  );
  return { fields: Object.fromEntries([...form, ...bound, [WORDS, wordsOf(link)]]), files };
}

/** The same request as the world is now, by our rows; null while nobody knows what its ticket says. */
export function boundNow(
  { approval }: { readonly approval: Pick<Approval, 'request' | 'steps' | 'ran'> },
  { ticket }: Pick<Link, 'ticket'>,
  words: string | null = null,
): { readonly request: ApprovalRequest; readonly hash: PayloadHash } | null {
  if (ticket === null || ticket.id === null || ticket.fields === null) return null;
  const now = {
    target: { system: ticket.connector, ticket: ticket.id },
    fields: ticket.fields,
    words: words === null ? null : words.slice(0, LONGEST_WORDS).toWellFormed(),
  };
  const request = rebound(approval.request, approval, now);
  return { request, hash: payloadHash(request) };
}
