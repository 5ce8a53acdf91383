import { type Outcome, ok, rejected } from '../../model/outcome.ts';
import { decidedAlready, isNoApprover, onlyApproverDecides, UNNAMED_APPROVER } from '../../texts/jira.ts';
import type { ApprovalAnswer, Approvals, TicketApproval } from '../capabilities.ts';
import type { JiraClients, Voice } from './clients.ts';
import { foreignId } from './comments.ts';
import { readPages } from './desk-pages.ts';
import type { JiraPeople } from './people.ts';
import { isOnDesk, noneIfNoRequest } from './requests.ts';
import { Approval, RequestLinks } from './schema-desk.ts';
import { part } from './text.ts';

const TIMEOUT_MS = 30_000;
/** Reads of an approval are consistent; this covers a replica that is a moment behind. */
const SETTLE_MS = 5_000;

const isDecided = (decision: Approval['finalDecision']) => decision !== 'pending';

/** `url`: where the approver decides himself. `humans`: accounts of people; null while nobody has asked. */
function shown(
  { id, name, finalDecision, approvers, createdDate }: Approval,
  url: string,
  humans: ReadonlySet<string> | null,
): TicketApproval {
  const decidedBy = (account: string) =>
    humans === null ? null : humans.has(account) ? ('person' as const) : ('other' as const);
  return {
    id,
    name,
    state: finalDecision,
    approvers: approvers.flatMap(({ approver, approverDecision }) =>
      approver == null
        ? []
        : [
            {
              account: approver.accountId,
              name: approver.displayName || UNNAMED_APPROVER,
              decision: approverDecision,
              // Jira takes an answer from the approver's own account alone; what it does not tell is whose account that is.
              decidedBy: isDecided(approverDecision) ? decidedBy(approver.accountId) : null,
              // Jira Service Management has no delegates: whoever stands in is added as an approver.
              delegates: [],
            },
          ],
    ),
    createdAt: createdDate ?? null,
    url,
    onlyThere: null,
  };
}

/** The portal's page, because approvers need not be agents; the issue where Jira does not tell. */
async function portalPage(clients: JiraClients, ticket: string, browse: string): Promise<Outcome<string>> {
  const links = await clients.approvals.read(RequestLinks, ({ desk }) =>
    desk.request.getCustomerRequestByIdOrKey({ issueIdOrKey: ticket }),
  );
  if (links.kind === 'retry') return links;
  const web = links.kind === 'ok' ? links.value._links.web : null;
  return ok(typeof web === 'string' && URL.canParse(web) ? web : browse);
}

const oldestFirst = (a: Approval, b: Approval) =>
  (a.createdDate?.getTime() ?? 0) - (b.createdDate?.getTime() ?? 0) || Number(a.id) - Number(b.id);

/** Of those who have decided, the accounts that are people's. */
const humansIn = ({ people }: ApprovalParts, approvals: readonly Approval[]) =>
  people.humans(
    approvals.flatMap(({ approvers }) =>
      approvers.flatMap(({ approver, approverDecision }) =>
        approver != null && isDecided(approverDecision) ? [approver.accountId] : [],
      ),
    ),
  );

export interface ApprovalParts {
  readonly clients: JiraClients;
  readonly people: Pick<JiraPeople, 'humans'>;
  /** Where people open a ticket, by its id. */
  readonly pageOf: (ticket: string) => string;
}

async function list(parts: ApprovalParts, ticket: string): Promise<Outcome<readonly TicketApproval[]>> {
  const { clients, pageOf } = parts;
  const client = clients.approvals;
  const onDesk = await isOnDesk(client, ticket);
  if (onDesk.kind !== 'ok') return onDesk;
  if (!onDesk.value) return ok([]);
  const all = noneIfNoRequest(
    await readPages(client, Approval, ({ desk }, page) =>
      desk.request.getApprovals({ issueIdOrKey: ticket, ...page }),
    ),
  );
  if (all.kind !== 'ok' || all.value.length === 0) return all.kind === 'ok' ? ok([]) : all;
  const humans = await humansIn(parts, all.value);
  if (humans.kind !== 'ok') return humans;
  const url = await portalPage(clients, ticket, pageOf(ticket));
  if (url.kind !== 'ok') return url;
  return ok(all.value.toSorted(oldestFirst).map((one) => shown(one, url.value, humans.value)));
}

interface Own {
  readonly voice: Voice;
  readonly approval: Approval;
  /** What the person himself has said so far; null when he is no approver. */
  readonly said: Approval['finalDecision'] | null;
}

/** The approval as the person sees it, and his part in it. */
async function asHimself({ clients }: ApprovalParts, answer: ApprovalAnswer): Promise<Outcome<Own>> {
  const foreign = foreignId(answer.ticket, answer.approval);
  if (foreign !== null) return foreign;
  const name = part(answer.by.name);
  if (answer.by.grant === null) {
    return rejected('forbidden', onlyApproverDecides(name));
  }
  const voice = clients.voiceOf(answer.by);
  const account = voice.explain(await clients.accountOf(voice.client));
  if (account.kind !== 'ok') return account;
  const approval = voice.explain(
    await voice.client.read(Approval, ({ desk }) =>
      desk.request.getApprovalById({ issueIdOrKey: answer.ticket, approvalId: Number(answer.approval) }),
    ),
  );
  if (approval.kind !== 'ok') return approval;
  const own = approval.value.approvers.find(({ approver }) => approver?.accountId === account.value);
  return ok({ voice, approval: approval.value, said: own?.approverDecision ?? null });
}

const decided = (what: string) => rejected('conflict', decidedAlready(what));

async function send(parts: ApprovalParts, answer: ApprovalAnswer): Promise<Outcome<TicketApproval>> {
  const before = await asHimself(parts, answer);
  if (before.kind !== 'ok') return before;
  const { voice, approval, said } = before.value;
  if (approval.finalDecision !== 'pending') return decided(approval.finalDecision);
  if (said !== null && said !== 'pending') return decided(`${part(answer.by.name)} ${said}`);
  if (said === null || !approval.canAnswerApproval) {
    return rejected('forbidden', isNoApprover(part(answer.by.name)));
  }
  const sent = voice.explain(
    await voice.client.write(Approval, ({ desk }) =>
      desk.request.answerApproval({
        issueIdOrKey: answer.ticket,
        approvalId: Number(answer.approval),
        decision: answer.decision === 'approved' ? 'approve' : 'decline',
      }),
    ),
  );
  if (sent.kind !== 'ok') return sent;
  const after = await find(parts, answer);
  if (after.kind === 'ok' && after.value !== null) return ok(after.value);
  // It was answered; that the reading does not show it yet is no reason to answer again.
  return ok(shown(sent.value, parts.pageOf(answer.ticket), null));
}

async function find(parts: ApprovalParts, answer: ApprovalAnswer): Promise<Outcome<TicketApproval | null>> {
  const now = await asHimself(parts, answer);
  if (now.kind !== 'ok') return now;
  const { approval, said } = now.value;
  if (said !== answer.decision) return ok(null);
  const humans = await humansIn(parts, [approval]);
  return humans.kind === 'ok' ? ok(shown(approval, parts.pageOf(answer.ticket), humans.value)) : humans;
}

/** Approvals of requests: read as the bridge, answered as the approver alone. His reason has no place in Jira's answer. */
export function createApprovals(parts: ApprovalParts): Approvals {
  return {
    surface: 'jsm',
    list: (ticket) => list(parts, ticket),
    answer: {
      proof: 'compare-and-set',
      timeoutMs: TIMEOUT_MS,
      settleMs: SETTLE_MS,
      send: (answer) => send(parts, answer),
      find: (answer) => find(parts, answer),
    },
  };
}
