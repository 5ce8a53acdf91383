import type { Doc } from '../model/doc.ts';
import type { Errand } from '../model/errand.ts';
import type { SlackUser } from '../model/ids.ts';
import type { Link } from '../model/link.ts';
import { NO_FILTER } from '../model/pending.ts';
import type { Words } from '../slack/out/slack-out.ts';
import {
  mineDoc,
  notFound,
  type PendingRequest,
  pendingDoc,
  requestDoc,
  type ShownRequest,
} from '../texts/desk-answers.ts';
import { SERVICE_DESK } from '../texts/home.ts';
import { UNTITLED, WITHOUT_TICKET } from '../texts/names.ts';
import { decisionsFor, filterIn, narrowed } from './decisions-for.ts';
import { waitingFor } from './pending-approvals.ts';
import { queueTitle } from './queue-title.ts';
import { respondersAmong } from './responders.ts';
import type { World } from './world.ts';

type Asked = Pick<Extract<Errand, { kind: 'answer' }>, 'by' | 'question'>;
type InWords = {
  readonly by: SlackUser;
  readonly question: Exclude<Asked['question'], { about: 'pending' }>;
};

/** Requests in one answer. */
const MOST = 10;

/** Answers what somebody asked behind the command, from what he may see. */
export async function answerCommand(world: World, { by, question }: Asked): Promise<Answered> {
  if (question.about === 'pending') return pendingFor(world, by, question.tag);
  return { text: await inWords(world, { by, question }) };
}

/** Words, and below them what can be pressed. */
type Answered = Pick<Words, 'text' | 'more'>;

/** What waits for his decision, and which of his own requests wait for somebody else's. */
async function pendingFor(world: World, by: SlackUser, tag: string | null): Promise<Answered> {
  const own = await pendingOf(world, (await openOf(world, by)).slice(0, MOST));
  const { items } = await decisionsFor(world, by);
  if (items.length === 0) return { text: own };
  const now = (await world.store.now()).getTime();
  const fitting = narrowed(items, filterIn(tag));
  const list = { items: fitting, filter: NO_FILTER, now, most: MOST, isFixed: true };
  return { text: own, more: world.look.pendingList(list) };
}

async function inWords(world: World, { by, question }: InWords): Promise<Doc> {
  switch (question.about) {
    case 'mine': {
      const links = await openOf(world, by);
      return mineDoc(
        links.slice(0, MOST).map((link) => shownOf(world, link)),
        links.length > MOST,
      );
    }
    case 'status': {
      const named = await linksOf(world, await world.store.requests.named(question.id, MOST));
      // Whether it is somebody else's or does not exist at all makes no difference that anybody could see.
      const helps = (await respondersAmong(world, world.store, [by])).has(by);
      const visible = named.filter((link) => helps || link.requester === by);
      return visible.length === 0
        ? notFound(question.id)
        : requestDoc(visible.map((link) => shownOf(world, link)));
    }
  }
}

const openOf = async (world: World, by: Asked['by']) =>
  linksOf(world, await world.store.requests.openOf(by, MOST + 1));

async function linksOf(world: World, ids: readonly Link['id'][]): Promise<readonly Link[]> {
  const links = await Promise.all(ids.map((id) => world.store.links.get(id)));
  return links.flatMap((link) => link ?? []);
}

function shownOf(world: World, { ticket, request, route }: Link): ShownRequest {
  const { fields = null, key = null, url = null } = ticket ?? {};
  return {
    key,
    url,
    summary: fields?.summary || request?.summary || UNTITLED,
    status: fields?.status.name ?? null,
    assignee: fields?.assignee ?? null,
    queue: route === null ? SERVICE_DESK : queueTitle(world.rules, route.queue),
  };
}

async function pendingOf(world: World, links: readonly Link[]): Promise<Doc> {
  const pending: PendingRequest[] = [];
  const unknown: string[] = [];
  await Promise.all(
    links.map(async (link) => {
      const approvers = await waitingFor(world, link);
      if (approvers === 'unknown') unknown.push(link.ticket?.key ?? WITHOUT_TICKET);
      else if (approvers !== null) pending.push({ request: shownOf(world, link), approvers });
    }),
  );
  return pendingDoc(pending, unknown.sort());
}
