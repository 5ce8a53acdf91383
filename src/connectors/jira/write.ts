import type { Effect } from '../../model/effect.ts';
import { type Outcome, ok, type Rejected, type Retry } from '../../model/outcome.ts';
import type { FieldLeft, TicketChange, WantedStatus, WantedStep, WrittenFields } from '../../model/ticket.ts';
import { waysTo } from '../../model/ticket.ts';
import { noWayTo, stateThatMeans, stepNotOffered } from '../../texts/jira.ts';
import type { JiraClient } from './client.ts';
import type { JiraClients, Voice } from './clients.ts';
import { foreignId } from './comments.ts';
import { isThere, mapsOf } from './field-values.ts';
import { categoryOf, chooseStep, describeChoices, type Step } from './fields.ts';
import { type JiraMaps, mappedFields } from './maps.ts';
import type { JiraPeople } from './people.ts';
import { EditMeta, ISSUE_FIELDS, Issue, Nothing, Transitions } from './schema.ts';
import { fillScreen } from './transition-screen.ts';
import { type FieldStep, planWrite, type WritePlan } from './write-plan.ts';

const TIMEOUT_MS = 30_000;
/** Reads of an issue are consistent; this covers a replica that is a moment behind. */
const SETTLE_MS = 5_000;

export interface WriteParts {
  readonly clients: JiraClients;
  readonly people: JiraPeople;
  readonly maps: JiraMaps;
}

export function readIssue(client: JiraClient, ticket: string, maps: JiraMaps): Promise<Outcome<Issue>> {
  return client.read(Issue, ({ cloud }) =>
    cloud.issues.getIssue({ issueIdOrKey: ticket, fields: [...ISSUE_FIELDS, ...mappedFields(maps)] }),
  );
}

async function plan(
  { clients, people, maps }: WriteParts,
  change: TicketChange,
): Promise<Outcome<WritePlan & { readonly issue: Issue }>> {
  const foreign = foreignId(change.ticket);
  if (foreign !== null) return foreign;
  const issue = await readIssue(clients.bridge, change.ticket, maps);
  if (issue.kind !== 'ok') return issue;
  const onlyStatus = Object.keys(change.set).every((field) => field === 'status' || field === 'assignee');
  const { client, explain } = clients.voiceOf(change.actor);
  const meta = onlyStatus
    ? ok({ fields: {} })
    : explain(
        await client.read(EditMeta, ({ cloud }) =>
          cloud.issues.getEditIssueMeta({ issueIdOrKey: change.ticket }),
        ),
      );
  if (meta.kind !== 'ok') return meta;
  const planned = await planWrite(change, { issue: issue.value, meta: meta.value, maps, people });
  return planned.kind === 'ok' ? ok({ ...planned.value, issue: issue.value }) : planned;
}

/** Refusals that are about a value stay with its field; those about the sign-in or the ticket end everything. */
function leftOf(refusal: Rejected, field: FieldLeft['field']): FieldLeft | null {
  if (refusal.code === 'auth' || refusal.code === 'not-found') return null;
  const { reason, fields } = refusal;
  return { field, reason, ...(fields === undefined ? {} : { fields }) };
}

type Stopped = Retry | Rejected;

/** What became of one step: nothing to say, a field that is left, or the end of it all. */
function judged(outcome: Outcome<unknown>, field: FieldLeft['field']): readonly FieldLeft[] | Stopped {
  if (outcome.kind === 'ok') return [];
  if (outcome.kind === 'retry') return outcome;
  const refused = leftOf(outcome, field);
  return refused === null ? outcome : [refused];
}

/** Fields of the edit screen in one request; when Jira refuses it, one by one, so that a bad value stops no other. */
async function writeFields(
  { client, explain }: Voice,
  ticket: string,
  steps: readonly FieldStep[],
): Promise<readonly FieldLeft[] | Stopped> {
  const left: FieldLeft[] = [];
  const plain = steps.filter((step) => step.field !== 'assignee');
  const edit = async (some: typeof plain) =>
    explain(
      await client.write(Nothing, ({ cloud }) =>
        cloud.issues.editIssue({
          issueIdOrKey: ticket,
          fields: Object.fromEntries(some.map(({ id, value }) => [id, value])),
        }),
      ),
    );
  // Null means nobody, which the library's type does not know.
  const assign = async (accountId: string | null) =>
    explain(
      await client.write(Nothing, ({ put }) => put(`/rest/api/3/issue/${ticket}/assignee`, { accountId })),
    );
  const together = plain.length > 1 ? await edit(plain) : null;
  if (together?.kind === 'retry') return together;
  for (const step of steps) {
    if (step.field !== 'assignee' && together?.kind === 'ok') continue;
    const done = step.field === 'assignee' ? await assign(step.account) : await edit([step]);
    const result = judged(done, step.field);
    if ('kind' in result) return result;
    left.push(...result);
  }
  return left;
}

/** The state that is wanted, and the step that somebody chose to it. */
interface Move {
  readonly status: WantedStatus;
  readonly step: WantedStep | undefined;
}

/** A step to the state that is wanted, as things are now. */
async function moveOnce(
  { voice, maps }: { readonly voice: Voice; readonly maps: JiraMaps },
  { id, fields }: Issue,
  { status, step: chosen }: Move,
): Promise<readonly FieldLeft[] | Outcome<unknown>> {
  const possible = voice.explain(
    await voice.client.read(Transitions, ({ cloud }) =>
      cloud.issues.getTransitions({ issueIdOrKey: id, expand: 'transitions.fields' }),
    ),
  );
  if (possible.kind !== 'ok') return possible;
  const { statuses, resolution, screens = {} } = mapsOf(maps, fields);
  if (chosen !== undefined) {
    const transition = possible.value.transitions.find((one) => one.id === chosen.id);
    if (transition === undefined) {
      const choices = describeChoices(possible.value.transitions);
      const reason = stepNotOffered(fields.status.name, choices);
      return [{ field: 'status', reason }];
    }
    const filled = fillScreen(transition, chosen.answers, screens);
    if ('reason' in filled) return [{ field: 'status', reason: filled.reason, fields: filled.of }];
    return transit(voice, id, { transition, fields: filled.fields });
  }
  const names = { status: statuses?.[status] ?? null, resolution: resolution ?? null, screens };
  const steps = waysTo(status).map((category) => chooseStep(possible.value.transitions, category, names));
  const step = steps.find((candidate) => candidate !== null) ?? null;
  if (step === null) {
    const wanted = names.status ?? stateThatMeans(status);
    const choices = describeChoices(possible.value.transitions);
    const reason = noWayTo(fields.status.name, wanted, choices);
    return [{ field: 'status', reason }];
  }
  return transit(voice, id, step);
}

async function transit(voice: Voice, id: string, { transition, fields }: Step): Promise<Outcome<unknown>> {
  return voice.explain(
    await voice.client.write(Nothing, ({ cloud }) =>
      cloud.issues.doTransition({
        issueIdOrKey: id,
        transition: { id: transition.id },
        ...(Object.keys(fields).length === 0 ? {} : { fields: { ...fields } }),
      }),
    ),
  );
}

/**
 * Moves the issue. A step that is not possible any more (409) means that somebody was faster: the issue is read again, and
 * what is wanted may be the case already, or there is another way from where it is now.
 */
async function writeStatus(
  parts: { readonly voice: Voice; readonly maps: JiraMaps },
  issue: Issue,
  move: Move,
): Promise<readonly FieldLeft[] | Stopped> {
  const first = await moveOnce(parts, issue, move);
  if (!('kind' in first)) return first;
  if (first.kind !== 'rejected' || first.code !== 'conflict') return judged(first, 'status');
  const now = await readIssue(parts.voice.client, issue.id, parts.maps);
  if (now.kind !== 'ok') return judged(parts.voice.explain(now), 'status');
  if (isThere(move, now.value.fields, parts.maps)) return [];
  const second = await moveOnce(parts, now.value, move);
  return 'kind' in second ? judged(second, 'status') : second;
}

async function send(parts: WriteParts, change: TicketChange): Promise<Outcome<WrittenFields>> {
  const planned = await plan(parts, change);
  if (planned.kind !== 'ok') return planned;
  const { steps, issue, left, status: movesStatus } = planned.value;
  const voice = parts.clients.voiceOf(change.actor);
  const { step, set } = change;
  const { status } = set;
  const fields = () => writeFields(voice, issue.id, steps);
  const move = () =>
    movesStatus && status !== undefined
      ? writeStatus({ voice, maps: parts.maps }, issue, { status, step })
      : [];
  // Workflows may forbid edits of what is done: reopen first, close last.
  const isDone = categoryOf(issue.fields.status) === 'done';
  const all: FieldLeft[] = [...left];
  for (const part of isDone ? [move, fields] : [fields, move]) {
    const result = await part();
    if ('kind' in result) return result;
    all.push(...result);
  }
  return ok({ left: all });
}

/** Changing fields: a state is set, so the proof is the state, and doing it again is harmless. */
export function writeEffect(parts: WriteParts): Effect<TicketChange, WrittenFields> {
  return {
    proof: 'compare-and-set',
    timeoutMs: TIMEOUT_MS,
    settleMs: SETTLE_MS,
    send: (change) => send(parts, change),
    async find(change) {
      const planned = await plan(parts, change);
      if (planned.kind !== 'ok') return planned;
      const { steps, status, left } = planned.value;
      return ok(steps.length === 0 && !status ? { left } : null);
    },
  };
}
