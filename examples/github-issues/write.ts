import * as desk from 'deskbridge/connector';
import { z } from 'zod';
import { type Api, BY_STATE } from './api.ts';
import { fieldsOf, issueOf, titleOf } from './issues.ts';

async function planOf(api: Api, change: desk.TicketChange) {
  const { ticket, set } = change;
  const got = await issueOf(api, ticket);
  if (got.kind !== 'ok') return got;
  const [now, title] = [fieldsOf(api, got.value), titleOf(set.summary ?? '')];
  const who = await loginOf(api, set.assignee ?? null);
  if (who.kind !== 'ok') return who;

  const patch = (body: object): desk.JsonWrite => ({
    method: 'PATCH',
    path: api.path('issues', ticket),
    body,
  });
  // Between new and active a label decides. It is put on or taken off alone, so that no other gets lost.
  const { active_label: label } = api.settings;
  const labels = api.path('issues', ticket, 'labels');
  const putOn: desk.JsonWrite = { method: 'POST', path: labels, body: { labels: [label] } };
  const takeOff: desk.JsonWrite = { method: 'DELETE', path: `${labels}/${desk.segment(label)}` };
  const moves: Record<desk.StatusCategory, readonly desk.JsonWrite[]> = {
    new: [...(got.value.labels.includes(label) ? [takeOff] : []), patch({ state: 'open' })],
    active: [putOn, patch({ state: 'open' })],
    done: [patch({ state: 'closed', state_reason: 'completed' })],
  };
  const [way = 'active'] = desk.waysTo(set.status ?? 'open');
  const nobody = `GitHub has nobody who is surely ${set.assignee?.name} and can be assigned`;
  const rename = [patch({ title })];
  const assign = [patch({ assignees: who.value === null ? [] : [who.value] })];
  const plan = desk.planFields<readonly desk.JsonWrite[]>(change, now, {
    status: { isReached: desk.isReached(now.status.category, set.status ?? 'open'), change: moves[way] },
    summary: title === '' ? 'A ticket needs a summary' : { isReached: now.summary === title, change: rename },
    assignee: who.value === undefined ? nobody : { isReached: now.assignee === who.value, change: assign },
  });
  return desk.ok(plan);
}

/** Null for nobody; undefined where nobody knows who that is here. */
async function loginOf(api: Api, wanted: desk.WantedPerson | null) {
  if (wanted === null || wanted.account !== null) return desk.ok(wanted?.account ?? null);
  return desk.mapped(await api.people(wanted.email ?? ''), ([found]) => found?.account);
}

export function writeIssue(api: Api): desk.Connector['write'] {
  return desk.writeByPlan({
    ...BY_STATE,
    plan: (change) => planOf(api, change),
    async carryOut({ actor }, todo) {
      for (const call of todo.flat()) {
        const made = await api.write(z.unknown(), actor, call);
        if (made.kind !== 'ok') return made;
      }
      return desk.ok(null);
    },
  });
}
