/** Requests with approvals on a real Postgres, and people around them: for races and forgeries without a bridge. */
import { randomBytes } from 'node:crypto';
import { policyHash } from '../../src/approvals/payload.ts';
import { classificationOf } from '../../src/approvals/settings.ts';
import { createApprovalTokens } from '../../src/approvals/token.ts';
import { WORDS, wantedBy, workOf } from '../../src/approvals/work.ts';
import type { Connector } from '../../src/connectors/connector.ts';
import type { Approving } from '../../src/flows/approving.ts';
import { openApproval } from '../../src/flows/open-approval.ts';
import type { World } from '../../src/flows/world.ts';
import { type ApprovalId, ApprovalRequest } from '../../src/model/approval.ts';
import { plainDoc } from '../../src/model/doc.ts';
import { type InstallId, Marker, type PrincipalId, SlackUser } from '../../src/model/ids.ts';
import type { Link } from '../../src/model/link.ts';
import { noLog } from '../../src/model/log.ts';
import { noMetrics } from '../../src/model/metrics.ts';
import { PLAIN_YIELDS } from '../../src/model/route.ts';
import type { TicketFields } from '../../src/model/ticket.ts';
import type { Db } from '../../src/store/database.ts';
import { createEnvelope } from '../../src/store/envelope.ts';
import { createStore } from '../../src/store/store.ts';
import { createDeskState, type DeskState } from '../model/paper/desk-state.ts';
import { JIRA, look, rules } from '../model/paper/rules.ts';
import { createSlackState, TEAM } from '../model/paper/slack-state.ts';
import { createPaperDesk } from '../model/paper-desk.ts';
import { createPaperSlack } from '../model/paper-slack.ts';
import { createWeather } from '../model/weather.ts';
import { openLink } from '../store/open-store.ts';
import { rulesWith } from './rules.ts';

export interface Person {
  readonly principal: PrincipalId;
  readonly user: SlackUser;
}

export interface Crowd {
  readonly world: World;
  readonly approving: Approving;
  /** All in the group `iam`: one vote of any of them decides what `open` opens. */
  readonly approvers: readonly Person[];
  readonly requester: Person;
  /** Somebody more, in these groups of the directory. */
  hire(groups: readonly string[]): Promise<Person>;
  /** Another request with its ticket, and what is asked about it: a name of the kinds, `many` when left out. */
  open(kind?: string): Promise<{ readonly id: ApprovalId; readonly link: Link }>;
  readonly desk: DeskState;
  /** How often the ticket system was told to change something. */
  writes(): number;
}

const FIELDS: TicketFields = {
  ...{ summary: 'Let me in', status: { name: 'New', category: 'new' }, resolution: null },
  ...{ priority: 'medium', impact: null, urgency: null, assignee: null, group: null },
};
const unused = (): never => {
  throw new Error('Nobody asks this here');
};

let people = 0;
let tickets = 0;

/** One install on this database, with so many approvers. */
export async function gather(
  db: Db,
  install: InstallId,
  options: { readonly approvers: number; readonly rules?: Approving['rules'] },
): Promise<Crowd> {
  const store = createStore(db, install, createEnvelope([randomBytes(32)]));
  const approving = {
    rules: options.rules ?? rulesWith(),
    reminderHours: null,
    tokens: createApprovalTokens([randomBytes(32)], install),
  };
  const clock = { now: Date.now() };
  const weather = createWeather();
  const exchange = async <T>(_kind: unknown, work: () => T): Promise<T> => work();
  const desk = createDeskState({ id: JIRA, personality: 'editable', clock, send() {} });
  const paper = createPaperDesk({ state: desk, exchange, weather });
  let written = 0;
  const counting: Connector = {
    ...paper,
    write: {
      ...paper.write,
      send(change, attempt) {
        written += 1;
        return paper.write.send(change, attempt);
      },
    },
  };
  const world: World = {
    ...{ team: TEAM, store, rules, look, approvals: approving, log: noLog, metrics: noMetrics },
    io: { run: (_point, _limits, work) => work(), exchange: unused, wayTo: unused },
    slack: createPaperSlack({ state: createSlackState(clock, () => {}), exchange, weather }),
    ...{ interpret: unused, tokenOf: unused, withoutSecrets: (text) => text },
    connectors: new Map([[JIRA, counting]]),
    ring() {},
  };
  const hire = async (groups: readonly string[]): Promise<Person> => {
    people += 1;
    const user = SlackUser.parse(`UCROWD${people}`);
    const taken = await store.transaction((tx) =>
      tx.principals.take({
        ...{ id: `d${people}`, name: `Person ${people}`, email: null, slack: user, accounts: new Map() },
        ...{ manager: null, active: true, department: null, groups, tier: null },
      }),
    );
    if (taken.kind === 'conflict') throw new Error('Two people are one');
    return { principal: taken.principal, user };
  };
  const requester = await hire([]);
  const approvers: Person[] = [];
  while (approvers.length < options.approvers) approvers.push(await hire(['iam']));

  async function openTicket(): Promise<Link> {
    tickets += 1;
    const id = await openLink(store);
    const made = desk.create({
      marker: Marker.parse(`dsk-${String(tickets).padStart(16, '0')}`),
      ...{ description: plainDoc('Let me in'), fields: FIELDS },
    });
    const route = {
      ...PLAIN_YIELDS,
      kind: 'iam',
      queue: 'help',
      connector: JIRA,
      priority: 'medium' as const,
    };
    const how = { privacy: 'thread' as const, rule: 'test', reason: 'test', policies: ['many'] };
    const facts = {
      ...{ door: null, channel: null, form: {}, requester: requester.user, person: null },
      ...{ urgent: false, at: new Date(), kind: null },
    };
    const request = { summary: 'Let me in', details: plainDoc('Let me in') };
    const at = { site: 'desk', configHash: 'f'.repeat(64), facts };
    await store.links.route(id, { ...route, ...how }, request, at);
    const ticket = {
      generation: 1,
      connector: JIRA,
      id: made.id,
      key: made.key,
      url: 'https://desk.example',
    };
    await store.links.saveTicket(id, { ...ticket, fields: FIELDS, updatedAt: new Date() });
    return (await store.links.get(id)) ?? unused();
  }

  return {
    ...{ world, approving, approvers, requester, writes: () => written },
    ...{ desk, hire },
    async open(kind = 'many') {
      const link = await openTicket();
      const now = (await store.now()).getTime();
      const request = requestOn(link, { kind, requester: requester.principal, now });
      const wanted = { link, origin: 'test', request, actor: 'test', cause: null };
      const opened = await openApproval(world, approving, wanted);
      if (opened.kind !== 'ok' || opened.value.kind !== 'opened')
        throw new Error(`Nobody was asked: ${JSON.stringify(opened)}`);
      return { id: opened.value.id, link };
    },
  };
}

function requestOn(
  link: Link,
  { kind, requester, now }: { readonly kind: string; readonly requester: PrincipalId; readonly now: number },
): ApprovalRequest {
  const { rules, kinds } = rulesWith();
  const rule = rules.find(({ name }) => name === kind) ?? unused();
  const settings = kinds[kind] ?? unused();
  const work = Object.entries(settings.work).map(([name, set]) => [name, workOf(wantedBy(set), FIELDS)]);
  return ApprovalRequest.parse({
    ...{ v: 1, kind, target: { system: JIRA, ticket: link.ticket?.id }, work: Object.fromEntries(work) },
    evidence: { fields: { 'ticket.summary': FIELDS.summary, [WORDS]: 'Let me in' }, files: [] },
    ...{ requester, beneficiary: null, author: null },
    proposer: { kind: 'person', principal: requester, own_rights: false },
    ...{ trigger: 'test', rationale: 'It is needed.', confidence: null, environment: 'production' },
    ...{ production_data: false, external_vendor: false },
    ...{ classification: classificationOf(settings), risk: 'high' },
    policy: { name: rule.name, hash: policyHash(rule) },
    ...{ correlation: link.id, expires_at: now + 86_400_000 },
  });
}
