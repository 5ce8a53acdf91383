import type { Doc } from '../../model/doc.ts';
import { plainDoc } from '../../model/doc.ts';
import { docText, joinDocs } from '../../model/doc-text.ts';
import type { Attempt, Effect } from '../../model/effect.ts';
import { TicketId } from '../../model/ids.ts';
import { type Outcome, ok, type Rejected, rejected } from '../../model/outcome.ts';
import type { TicketDraft, TicketRef } from '../../model/ticket.ts';
import { inertDoc } from '../inert-doc.ts';
import { isBlank } from '../storable-text.ts';
import { readBody } from './adf-read.ts';
import { toAdf } from './adf-write.ts';
import type { JiraClient } from './client.ts';
import { cutDoc } from './comment-text.ts';
import type { CreateMeta } from './create-meta.ts';
import { priorityValue } from './fields.ts';
import type { JiraMaps, ProjectMaps } from './maps.ts';
import {
  type AllowedValue,
  CreatedIssue,
  CreatedRequest,
  type DeskTarget,
  JiraTarget,
  type PlatformTarget,
} from './schema.ts';
import { searchAll } from './search.ts';
import { escapeWiki, MAX_BODY, MAX_SUMMARY, oneLine, part, shorten, storable } from './text.ts';

/** Set in the same request that creates the issue, so that the bridge's tickets can be told by anybody. */
const LINK_PROPERTY = 'deskbridge.link';
const TIMEOUT_MS = 20_000;
/** The search index lags; a new issue may take minutes to be found under load. */
const SETTLE_MS = 5 * 60_000;
/** How far our clock and Jira's may be apart, generously. */
const SKEW_MS = 10 * 60_000;
/** For the line that says that a description was cut. */
const ROOM = 200;

export interface CreateParts {
  readonly client: JiraClient;
  readonly meta: CreateMeta;
  readonly refOf: (id: string, key: string) => TicketRef;
  readonly maps: JiraMaps;
}

function targetOf(draft: TicketDraft): JiraTarget | Rejected {
  const target = JiraTarget.safeParse(draft.target);
  if (target.success) return target.data;
  return rejected(
    'invalid',
    "This queue's target names neither a project with an issue type nor a service desk with a request type; correct the configuration",
  );
}

const isRejected = (value: JiraTarget | Rejected): value is Rejected => 'kind' in value;

function summaryOf(draft: TicketDraft): string {
  const summary = oneLine(draft.summary);
  if (!isBlank(summary)) return shorten(summary, MAX_SUMMARY);
  return shorten(`Request from ${part(draft.requester.name)}`, MAX_SUMMARY);
}

const referenceLine = (attempt: Attempt) => `Reference: ${attempt.marker}`;

/** Who asked, why it landed here, and where it came from. The reference comes last and is never cut. */
function footerOf(draft: TicketDraft, attempt: Attempt): string {
  const { name, email } = draft.requester;
  const lines = [
    `Requested by ${part(name)}${email === null ? '' : ` (${part(email)})`}`,
    `Why it is here: ${part(draft.reason)}`,
    ...(draft.permalink === null ? [] : [`Slack thread: ${part(draft.permalink)}`]),
    referenceLine(attempt),
  ];
  return lines.join('\n');
}

/** The words of the requester with their formatting, and the footer, which is never cut. */
function descriptionOf(draft: TicketDraft, attempt: Attempt): Doc {
  const footer = footerOf(draft, attempt);
  return joinDocs(cutDoc(inertDoc(draft.description), MAX_BODY - footer.length - ROOM), plainDoc(footer));
}

/** The form of a service desk takes wiki markup: plain words with every mark quoted, cut as they are sent. */
function formDescriptionOf(draft: TicketDraft, attempt: Attempt): string {
  const footer = `\n\n${escapeWiki(footerOf(draft, attempt))}`;
  const words = escapeWiki(storable(docText(inertDoc(draft.description))).trim());
  return `${shorten(words, MAX_BODY - footer.length)}${footer}`;
}

function chosenPriority(draft: TicketDraft, allowed: readonly AllowedValue[], maps: ProjectMaps | undefined) {
  const found = priorityValue(draft.priority, allowed, maps?.priorities?.[draft.priority]);
  return found === null ? null : { id: found.id };
}

async function sendIssue(
  { client, meta, refOf, maps }: CreateParts,
  target: PlatformTarget,
  [draft, attempt]: readonly [TicketDraft, Attempt],
): Promise<Outcome<TicketRef>> {
  const allowed = await meta.platform(target);
  if (allowed.kind !== 'ok') return allowed;
  const priority = chosenPriority(draft, allowed.value, maps[target.project]);
  const created = await client.write(CreatedIssue, ({ cloud }) =>
    cloud.issues.createIssue({
      fields: {
        project: { key: target.project },
        issuetype: { name: target.issue_type },
        summary: summaryOf(draft),
        description: toAdf(descriptionOf(draft, attempt)),
        labels: [...new Set([...(target.labels ?? []), attempt.marker])],
        ...(priority === null ? {} : { priority }),
      },
      properties: [
        { key: LINK_PROPERTY, value: { marker: attempt.marker, permalink: draft.permalink ?? '' } },
      ],
    }),
  );
  return created.kind === 'ok' ? ok(refOf(created.value.id, created.value.key)) : created;
}

async function sendRequest(
  { client, meta, refOf, maps }: CreateParts,
  target: DeskTarget,
  [draft, attempt]: readonly [TicketDraft, Attempt],
): Promise<Outcome<TicketRef>> {
  const allowed = await meta.desk(target);
  if (allowed.kind !== 'ok') return allowed;
  const priority = chosenPriority(draft, allowed.value, maps[target.project]);
  const created = await client.write(CreatedRequest, ({ desk }) =>
    desk.request.createCustomerRequest({
      serviceDeskId: target.service_desk,
      requestTypeId: target.request_type,
      requestFieldValues: {
        summary: summaryOf(draft),
        description: formDescriptionOf(draft, attempt),
        ...(priority === null ? {} : { priority }),
      },
    }),
  );
  return created.kind === 'ok' ? ok(refOf(created.value.issueId, created.value.issueKey)) : created;
}

/** By the label, which only we set and which no search can confuse with another. */
async function findIssue(
  { client, refOf }: CreateParts,
  attempt: Attempt,
): Promise<Outcome<TicketRef | null>> {
  const found = await searchAll(client, {
    jql: `labels = "${attempt.marker}" ORDER BY created ASC`,
    fields: ['labels'],
  });
  if (found.kind !== 'ok') return found;
  const hit = found.value.find((issue) => issue.fields?.labels?.includes(attempt.marker) === true);
  return ok(hit === undefined ? null : refOf(hit.id, hit.key));
}

/** A request type has no label: the requests of that time whose description holds exactly our reference line. */
async function findRequest(
  { client, refOf }: CreateParts,
  target: DeskTarget,
  attempt: Attempt,
): Promise<Outcome<TicketRef | null>> {
  const started = attempt.startedAt.getTime();
  const until = started + TIMEOUT_MS + SKEW_MS;
  const found = await searchAll(client, {
    jql: `project = "${target.project}" AND created >= ${started - SKEW_MS} AND created <= ${until} ORDER BY created ASC`,
    fields: ['description'],
  });
  if (found.kind !== 'ok') return found;
  const line = referenceLine(attempt);
  const hit = found.value.find(({ fields }) =>
    docText(readBody(fields?.description, new Map()))
      .split('\n')
      .some((one) => one.trim() === line),
  );
  return ok(hit === undefined ? null : refOf(hit.id, hit.key));
}

/** Creating a ticket: found again by its label, or on a service desk by the reference in its description. */
export function createEffect(parts: CreateParts): Effect<TicketDraft, TicketRef> {
  return {
    proof: 'marker',
    timeoutMs: TIMEOUT_MS,
    settleMs: SETTLE_MS,
    async send(draft, attempt) {
      const target = targetOf(draft);
      if (isRejected(target)) return target;
      if ('service_desk' in target) return sendRequest(parts, target, [draft, attempt]);
      return sendIssue(parts, target, [draft, attempt]);
    },
    async find(draft, attempt) {
      const target = targetOf(draft);
      if (isRejected(target)) return target;
      return 'service_desk' in target ? findRequest(parts, target, attempt) : findIssue(parts, attempt);
    },
  };
}

/** The identity of a ticket for people: `browse` works for platform issues and for requests alike. */
export function refBuilder(siteUrl: string): CreateParts['refOf'] {
  const site = siteUrl.replace(/\/+$/, '');
  return (id, key) => ({ id: TicketId.parse(id), key, url: `${site}/browse/${encodeURIComponent(key)}` });
}
