import { docText } from '../../model/doc-text.ts';
import type { Attempt } from '../../model/effect.ts';
import { type Outcome, ok, retryLater } from '../../model/outcome.ts';
import { foreignTicketWithMark } from '../../texts/jira.ts';
import { readBody } from './adf-read.ts';
import type { JiraClient } from './client.ts';
import { type FoundIssue, searchAll } from './search.ts';
import type { DeskTarget } from './targets.ts';
import { referenceLine } from './ticket-text.ts';

/** How far our clock and Jira's may be apart, generously. */
const SKEW_MS = 10 * 60_000;

export interface Look {
  readonly client: JiraClient;
  readonly attempt: Attempt;
  /** How long the attempt may have taken, in milliseconds. */
  readonly timeoutMs: number;
  /** Accounts that Jira may name as its creator. Whoever clones an issue is the creator of the copy. */
  readonly creators: readonly string[];
}

const windowOf = ({ attempt, timeoutMs }: Look) => {
  const started = attempt.startedAt.getTime();
  return { from: started - SKEW_MS, until: started + timeoutMs + SKEW_MS };
};

/** Whoever clones an issue copies its labels, its description and may copy its properties: a copy proves nothing. */
function isClone({ fields }: FoundIssue): boolean {
  return (fields?.issuelinks ?? []).some(
    ({ type, outwardIssue }) =>
      outwardIssue != null && (type.name === 'Cloners' || type.outward.toLowerCase() === 'clones'),
  );
}

function isInTime(hit: FoundIssue, look: Look): boolean {
  const { from, until } = windowOf(look);
  const at = hit.fields?.created?.getTime() ?? from;
  return at >= from && at <= until;
}

function isByUs(hit: FoundIssue, { creators }: Look): boolean {
  const by = hit.fields?.creator?.accountId;
  return typeof by !== 'string' || creators.includes(by);
}

/**
 * Ours among those that carry our reference; the oldest, because a copy is younger. One by an account that we do not know is
 * ours or a copy of ours (an account of ours may have changed since): either way the request arrived, and is not sent again.
 */
function ownAmong(hits: readonly FoundIssue[], look: Look): Outcome<FoundIssue | null> {
  const originals = hits.filter((hit) => isInTime(hit, look) && !isClone(hit));
  const own = originals.find((hit) => isByUs(hit, look));
  const [other] = originals;
  if (own !== undefined || other === undefined) return ok(own ?? null);
  return retryLater(foreignTicketWithMark(other.key, look.attempt.marker), 'operation');
}

const PROVING = ['created', 'creator', 'issuelinks'];

/** By the label, which only we set and which no search can confuse with another. */
export async function findByLabel(look: Look): Promise<Outcome<FoundIssue | null>> {
  const { marker } = look.attempt;
  const found = await searchAll(look.client, {
    jql: `labels = "${marker}" ORDER BY created ASC`,
    fields: ['labels', ...PROVING],
  });
  if (found.kind !== 'ok') return found;
  const labelled = found.value.filter((hit) => hit.fields?.labels?.includes(marker) === true);
  return ownAmong(labelled, look);
}

/** Where no label could be set: the requests of that time whose description holds exactly our reference line. */
export async function findByReference(look: Look, target: DeskTarget): Promise<Outcome<FoundIssue | null>> {
  const { from, until } = windowOf(look);
  const found = await searchAll(look.client, {
    jql: `project = "${target.project}" AND created >= ${from} AND created <= ${until} ORDER BY created ASC`,
    fields: ['description', ...PROVING],
  });
  if (found.kind !== 'ok') return found;
  const line = referenceLine(look.attempt);
  const hasLine = (hit: FoundIssue) =>
    docText(readBody(hit.fields?.description, new Map()))
      .split('\n')
      .some((one) => one.trim() === line);
  return ownAmong(found.value.filter(hasLine), look);
}
