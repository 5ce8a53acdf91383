import type { Effect } from '../../model/effect.ts';
import { TicketId } from '../../model/ids.ts';
import { type Outcome, ok, rejected } from '../../model/outcome.ts';
import type { TicketDraft, TicketRef } from '../../model/ticket.ts';
import { TARGET_INCOMPLETE } from '../../texts/jira.ts';
import {
  accountsOf,
  type CreateParts,
  chosenPriority,
  postIssue,
  unfit,
  type Wish,
  withPeople,
} from './create-parts.ts';
import { sendRequest } from './create-request.ts';
import { fill, peopleIn, setBy, wantedOf } from './fill.ts';
import { findByLabel, findByReference, type Look } from './find-ticket.ts';
import type { FoundIssue } from './search.ts';
import { JiraTarget, type PlatformTarget } from './targets.ts';
import { withYields } from './yields.ts';

const TIMEOUT_MS = 20_000;
/** The search index lags; a new issue may take minutes to be found under load. */
const SETTLE_MS = 5 * 60_000;

const strange = () => rejected('invalid', TARGET_INCOMPLETE);

async function sendIssue(
  parts: CreateParts,
  queue: PlatformTarget,
  [asked, attempt]: Wish,
): Promise<Outcome<TicketRef>> {
  const screen = await parts.meta.platform(queue);
  if (screen.kind !== 'ok') return screen;
  const fields = screen.value?.fields ?? [];
  const places = { maps: parts.maps[queue.project], fields, takesLabels: true };
  const { target, draft } = withYields(queue, asked, places);
  const wanted = wantedOf(target, draft);
  const accounts = await accountsOf(parts, peopleIn(wanted, fields), null);
  if (accounts.kind !== 'ok') return accounts;
  const known = setBy(target);
  const filled = fill(wanted, { fields, demands: fields, known, wiki: false, accounts: accounts.value });
  if ('problem' in filled) return unfit(filled.problem, filled.fields);
  const takesReporter = fields.some(({ id }) => id === 'reporter');
  const reporter = takesReporter ? await parts.requesters.of(draft, null) : ok(null);
  if (reporter.kind !== 'ok') return reporter;
  const people = reporter.value === null ? {} : { reporter: { accountId: reporter.value } };
  const rest = {
    issuetype: { name: target.issue_type },
    ...chosenPriority(parts, [draft, target], fields),
    ...filled.values,
  };
  return withPeople(people, (some) => postIssue(parts, [target, { ...rest, ...some }], [draft, attempt]));
}

async function find(
  { clients, requesters, refOf }: CreateParts,
  target: JiraTarget,
  [draft, attempt]: Wish,
): Promise<Outcome<TicketRef | null>> {
  const client = clients.bridge;
  const us = await clients.accountOf(client);
  if (us.kind !== 'ok') return us;
  // Whether Jira calls us or the customer the creator of what was raised on his behalf is not documented.
  const raisedFor =
    'service_desk' in target ? await requesters.certainlyOf(draft, target.service_desk) : ok(null);
  if (raisedFor.kind !== 'ok') return raisedFor;
  const creators = [us.value, ...(raisedFor.value === null ? [] : [raisedFor.value])];
  const look: Look = { client, attempt, timeoutMs: TIMEOUT_MS, creators };
  const shown = (found: Outcome<FoundIssue | null>): Outcome<TicketRef | null> => {
    if (found.kind !== 'ok') return found;
    return ok(found.value === null ? null : refOf(found.value.id, found.value.key));
  };
  const labelled = await findByLabel(look);
  if (labelled.kind !== 'ok' || labelled.value !== null || !('service_desk' in target))
    return shown(labelled);
  return shown(await findByReference(look, target));
}

/** Creating a ticket: found again by its label, or where a form took none by the reference in its description. */
export function createEffect(parts: CreateParts): Effect<TicketDraft, TicketRef> {
  return {
    proof: 'marker',
    timeoutMs: TIMEOUT_MS,
    settleMs: SETTLE_MS,
    async send(draft, attempt) {
      const target = JiraTarget.safeParse(draft.target);
      if (!target.success) return strange();
      const { data } = target;
      const wish: Wish = [draft, attempt];
      const began = performance.now();
      const once = () =>
        'service_desk' in data ? sendRequest(parts, data, wish) : sendIssue(parts, data, wish);
      const sent = await once();
      const isRefused = sent.kind === 'rejected' && sent.code === 'invalid';
      // The form may have changed since we read it; a refusal had no effect.
      return isRefused && parts.meta.forget(data, began) ? once() : sent;
    },
    async find(draft, attempt) {
      const target = JiraTarget.safeParse(draft.target);
      return target.success ? find(parts, target.data, [draft, attempt]) : strange();
    },
  };
}

/** Where people open a ticket, by its id or key: `browse` works for platform issues and for requests alike. */
export const browseUrl = (siteUrl: string, idOrKey: string) =>
  `${siteUrl.replace(/\/+$/, '')}/browse/${encodeURIComponent(idOrKey)}`;

/** The identity of a ticket for people. */
export function refBuilder(siteUrl: string): CreateParts['refOf'] {
  return (id, key) => ({ id: TicketId.parse(id), key, url: browseUrl(siteUrl, key) });
}
