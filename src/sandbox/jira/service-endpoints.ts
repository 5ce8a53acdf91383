import { deskIssue, deskOf } from './desk-endpoints.ts';
import type { JiraSla } from './desk-seed.ts';
import { deskDate, deskPaged, deskUser } from './desk-views.ts';
import type { JiraCall, JiraEndpoint, JiraWorld } from './endpoint.ts';
import { param, record, refuseDesk } from './endpoint.ts';
import { parseJql } from './jql.ts';
import { finalDecision, type JiraApproval, type JiraIssue } from './state.ts';

const DESK = '/rest/servicedeskapi/servicedesk/{serviceDeskId}';
const REQUEST = '/rest/servicedeskapi/request/{issueIdOrKey}';

/** Queues and clocks are shown to agents alone. */
function agentsOnly({ me }: JiraCall): void {
  if (me.accountType === 'app' || me.agent) return;
  throw refuseDesk(403, 'Only agents can see this.');
}

function queues(world: JiraWorld): JiraEndpoint[] {
  const queueOf = (call: JiraCall) => {
    agentsOnly(call);
    const { desk } = deskOf(world, param(call, 'serviceDeskId'));
    const found = desk?.queues.find(({ id }) => id === param(call, 'queueId'));
    if (found === undefined) throw refuseDesk(404, 'The queue does not exist.');
    return found;
  };
  const holding = (jql: string) => {
    const query = parseJql(jql, world.state);
    return world.state.issues(null).filter(query.matches).sort(query.compare);
  };
  return [
    {
      method: 'GET',
      path: `${DESK}/queue`,
      handle(call) {
        agentsOnly(call);
        const { desk } = deskOf(world, param(call, 'serviceDeskId'));
        const all = (desk?.queues ?? []).map((one) => ({ ...one, fields: ['issuekey', 'summary'] }));
        return { status: 200, body: deskPaged(call, all) };
      },
    },
    {
      method: 'GET',
      path: `${DESK}/queue/{queueId}`,
      handle(call) {
        const queue = queueOf(call);
        const counts = call.query.get('includeCount') === 'true';
        const count = counts ? { issueCount: holding(queue.jql).length } : {};
        return { status: 200, body: { ...queue, fields: ['issuekey', 'summary'], ...count } };
      },
    },
    {
      method: 'GET',
      path: `${DESK}/queue/{queueId}/issue`,
      handle(call) {
        const issues = holding(queueOf(call).jql);
        const body = issues.map((issue) => world.views.issue(issue, 3, ['summary']));
        return { status: 200, body: deskPaged(call, body) };
      },
    },
  ];
}

const duration = (millis: number) => ({ millis, friendly: `${Math.round(millis / 60_000)}m` });

/** Goals count all hours. While the issue waits for the customer a clock stands where it stood. */
function slaView(world: JiraWorld, issue: JiraIssue, sla: JiraSla) {
  const status = world.views.statusOf(issue);
  const project = world.state.project(issue.projectKey);
  const isOver = status.category === 'done' || (sla.until === 'taken' && status.category !== 'new');
  const movedAt = issue.movedAt ?? issue.created;
  const paused = !isOver && project?.desk?.waiting.includes(status.name) === true;
  const elapsed = (isOver || paused ? movedAt : world.state.now()) - issue.created;
  const cycle = {
    startTime: deskDate(issue.created),
    breachTime: deskDate(issue.created + sla.goalMs),
    breached: elapsed > sla.goalMs,
    goalDuration: duration(sla.goalMs),
    elapsedTime: duration(elapsed),
    remainingTime: duration(sla.goalMs - elapsed),
  };
  return {
    id: sla.id,
    name: sla.name,
    completedCycles: isOver ? [{ ...cycle, stopTime: deskDate(movedAt) }] : [],
    ...(isOver ? {} : { ongoingCycle: { ...cycle, paused, withinCalendarHours: true } }),
    _links: { self: `${world.baseUrl()}/rest/servicedeskapi/request/${issue.id}/sla/${sla.id}` },
  };
}

function clocks(world: JiraWorld): JiraEndpoint {
  return {
    method: 'GET',
    path: `${REQUEST}/sla`,
    handle(call) {
      agentsOnly(call);
      const [project, issue] = deskIssue(world, call);
      const all = (project.desk?.slas ?? []).map((sla) => slaView(world, issue, sla));
      return { status: 200, body: deskPaged(call, all) };
    },
  };
}

function approvalView(
  world: JiraWorld,
  { me }: JiraCall,
  [issue, approval]: readonly [JiraIssue, JiraApproval],
) {
  const own = approval.approvers.find(({ accountId }) => accountId === me.accountId);
  const final = finalDecision(approval);
  return {
    id: approval.id,
    name: approval.name,
    finalDecision: final,
    canAnswerApproval: final === 'pending' && own?.decision === 'pending',
    approvers: approval.approvers.map(({ accountId, decision }) => {
      const { author } = deskUser(world, world.state.user(accountId));
      return { ...(author === undefined ? {} : { approver: author }), approverDecision: decision };
    }),
    createdDate: deskDate(approval.created),
    ...(approval.completed === null ? {} : { completedDate: deskDate(approval.completed) }),
    _links: {
      self: `${world.baseUrl()}/rest/servicedeskapi/request/${issue.id}/approval/${approval.id}`,
    },
  };
}

function approvals(world: JiraWorld): JiraEndpoint[] {
  const path = `${REQUEST}/approval`;
  const approvalOf = (call: JiraCall) => {
    const [, issue] = deskIssue(world, call);
    const found = issue.approvals.find(({ id }) => id === param(call, 'approvalId'));
    if (found === undefined) throw refuseDesk(404, 'The approval does not exist.');
    return [issue, found] as const;
  };
  return [
    {
      method: 'GET',
      path,
      handle(call) {
        const [, issue] = deskIssue(world, call);
        // The newest first: no order is documented, so nobody may count on one.
        const all = issue.approvals.toReversed();
        return {
          status: 200,
          body: deskPaged(
            call,
            all.map((one) => approvalView(world, call, [issue, one])),
          ),
        };
      },
    },
    {
      method: 'GET',
      path: `${path}/{approvalId}`,
      handle: (call) => ({ status: 200, body: approvalView(world, call, approvalOf(call)) }),
    },
    {
      method: 'POST',
      path: `${path}/{approvalId}`,
      handle(call) {
        const [issue, approval] = approvalOf(call);
        const { decision } = record(call.body);
        if (decision !== 'approve' && decision !== 'decline') {
          throw refuseDesk(400, 'The decision must be approve or decline.');
        }
        const own = approval.approvers.find(({ accountId }) => accountId === call.me.accountId);
        if (own === undefined) throw refuseDesk(403, 'You are not an approver of this request.');
        if (own.decision !== 'pending' || finalDecision(approval) !== 'pending') {
          throw refuseDesk(409, 'The approval has been answered already.');
        }
        const answered = world.acts.decide(issue, {
          approval,
          accountId: own.accountId,
          decision: decision === 'approve' ? 'approved' : 'declined',
        });
        return { status: 200, body: approvalView(world, call, [issue, answered]) };
      },
    },
  ];
}

function customers(world: JiraWorld): JiraEndpoint {
  return {
    method: 'GET',
    path: `${DESK}/customer`,
    handle(call) {
      agentsOnly(call);
      const { desk } = deskOf(world, param(call, 'serviceDeskId'));
      const query = (call.query.get('query') ?? '').toLowerCase();
      const found = world.state.users.filter(
        ({ accountId, displayName, email }) =>
          desk?.customers.includes(accountId) === true &&
          (displayName.toLowerCase().includes(query) || email?.toLowerCase().includes(query) === true),
      );
      return {
        status: 200,
        body: deskPaged(
          call,
          found.map((user) => deskUser(world, user).author),
        ),
      };
    },
  };
}

/** Every reader finds what he may read, and nothing else. */
function articles(world: JiraWorld): JiraEndpoint {
  const path = '/rest/servicedeskapi/knowledgebase/article';
  return {
    method: 'GET',
    path,
    handle(call) {
      const query = call.query.get('query') ?? '';
      if (query.trim() === '') throw refuseDesk(400, 'query is required.');
      const words = query.toLowerCase().split(/\s+/);
      const lit = call.query.get('highlight') === 'true';
      const mark = (text: string) =>
        lit
          ? words.reduce(
              (all, word) => all.replaceAll(new RegExp(`(${word})`, 'gi'), '@@@hl@@@$1@@@endhl@@@'),
              text,
            )
          : text;
      const isReader = (readers: readonly string[] | null) =>
        readers === null || call.me.accountType === 'app' || readers.includes(call.me.accountId);
      const hits = world.articles
        .filter(({ readers }) => isReader(readers))
        .map((article) => {
          const text = `${article.title} ${article.text}`.toLowerCase();
          return { article, score: words.filter((word) => text.includes(word)).length };
        })
        .filter(({ score }) => score > 0)
        .sort((a, b) => b.score - a.score);
      const views = hits.map(({ article: { pageId, spaceKey, title, text } }) => ({
        title: mark(title),
        excerpt: mark(text),
        source: { type: 'confluence', pageId, spaceKey },
        content: { iframeSrc: `${world.baseUrl()}${path}/view/${pageId}` },
      }));
      return { status: 200, body: deskPaged(call, views) };
    },
  };
}

export function serviceEndpoints(world: JiraWorld): readonly JiraEndpoint[] {
  return [...queues(world), clocks(world), ...approvals(world), customers(world), articles(world)];
}
