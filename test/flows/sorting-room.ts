import { randomUUID } from 'node:crypto';
import { createIo } from '../../src/connectors/io.ts';
import { createTokenKeeper } from '../../src/flows/keep-tokens.ts';
import { createFloodWatch } from '../../src/flows/slow-down.ts';
import { sort } from '../../src/flows/sort.ts';
import type { World } from '../../src/flows/world.ts';
import {
  type NewDelivery,
  type Partition,
  SHARDS,
  shardOf,
  threadPartition,
} from '../../src/model/delivery.ts';
import { plainDoc } from '../../src/model/doc.ts';
import { LinkId, SlackChannel, SlackTeam, SlackTs, SlackUser } from '../../src/model/ids.ts';
import type { Intake, SlackMessage } from '../../src/model/intake.ts';
import { noLog } from '../../src/model/log.ts';
import { noMetrics } from '../../src/model/metrics.ts';
import { renderApproval } from '../../src/slack/out/approval-card.ts';
import { renderPending } from '../../src/slack/out/approval-list.ts';
import { alikeView, decideView, noticeView } from '../../src/slack/out/approval-views.ts';
import { renderKindQuestion } from '../../src/slack/out/ask-kind.ts';
import { awayView } from '../../src/slack/out/away-view.ts';
import { renderCard } from '../../src/slack/out/card.ts';
import { renderFillAgain } from '../../src/slack/out/fill-again.ts';
import { renderHome } from '../../src/slack/out/home.ts';
import { LONGEST_SAID, renderMessage, renderNotice, renderTombstone } from '../../src/slack/out/rich-text.ts';
import { createSlackOut } from '../../src/slack/out/slack-out.ts';
import { renderLinkCard } from '../../src/slack/out/unfurl.ts';
import { table } from '../routing/table-fixture.ts';
import { type OpenStore, openStore, rows } from '../store/open-store.ts';

export const TEAM = SlackTeam.parse('T1');
/** Where requests are made, and where they are not. */
export const HELP = SlackChannel.parse('C1');
export const OTHER = SlackChannel.parse('C2');
export const ALMA = SlackUser.parse('U1');
/** Somebody of the help desk. */
export const DANA = SlackUser.parse('U2');

/** An inbox over a real store, and what arrives there. Sorting talks to nobody, so Slack's address leads nowhere. */
export interface SortingRoom extends OpenStore {
  readonly world: World;
  /** Makes a delivery durable, as a door does; `partition` is that of a message's thread when left out. */
  arrives(intake: Intake | 'broken', changes?: Partial<NewDelivery>): Promise<void>;
  hook(partition: Partition): Promise<void>;
  /** Sorts a shard until nothing is new there; answers the links that have work. */
  sortShard(shard: number): Promise<readonly LinkId[]>;
  sortAll(): Promise<readonly LinkId[]>;
  /** All links, the oldest first. */
  links(): Promise<readonly LinkId[]>;
  /** `state reason` of every delivery, in the order of arrival. */
  states(): Promise<readonly string[]>;
  /** What is planned for a link next, in the order in which it is read. */
  inHand(link: LinkId): Promise<readonly Intake[]>;
  /** From now on broken deliveries can be read. */
  mend(intake: Intake): void;
}

interface Scope {
  after(work: () => Promise<void>): void;
}

export async function openSortingRoom(
  t: Scope,
  more: Pick<World['rules'], 'limits'> = {},
): Promise<SortingRoom> {
  const open = await openStore(t, { max: 6 });
  const intakes = new Map<string, Intake>();
  let mended: Intake | null = null;
  const io = createIo({ metrics: noMetrics });
  const world: World = {
    team: TEAM,
    store: open.store,
    io,
    slack: createSlackOut({ token: 'xoxb-sandbox-none', apiUrl: 'http://127.0.0.1:9/api/', io }),
    look: {
      card: renderCard,
      home: renderHome,
      linkCard: renderLinkCard,
      message: renderMessage,
      notice: renderNotice,
      kindQuestion: renderKindQuestion,
      fillAgain: renderFillAgain,
      approvalCard: renderApproval,
      pendingList: renderPending,
      decideForm: decideView,
      alikeForm: alikeView,
      awayForm: awayView,
      formNotice: noticeView,
      tombstone: renderTombstone,
      longest: LONGEST_SAID,
    },
    withoutSecrets: (text) => text,
    async interpret(body) {
      const intake = intakes.get(Buffer.from(body).toString()) ?? mended;
      if (intake === null) throw new Error('a shape that our reader does not survive');
      return intake;
    },
    connectors: new Map(),
    tokenOf: createTokenKeeper({ store: open.store, apps: new Map(), io, metrics: noMetrics, log: noLog }),
    rules: {
      configHash: 'a'.repeat(64),
      channels: new Set([HELP]),
      responders: new Set([DANA]),
      outsiders: new Set(),
      answers: new Map(),
      ...more,
      holdMs: 0,
      bypassEmoji: 'mute',
      command: '/desk',
      routing: table([]),
      queues: new Map(),
      unfurlsLinks: false,
      digest: { at: '09:00', days: ['mon'], zone: 'UTC' },
      reopenDays: 7,
      roles: { responder: new Set(['desk']), approver: new Set(), admin: new Set() },
      inboxDays: 14,
      alarmEveryMs: 3_600_000,
      files: { largest: 1_000_000, refusedTypes: new Set() },
    },
    ring() {},
    metrics: noMetrics,
    log: noLog,
  };

  const watch = createFloodWatch();
  async function sortShard(shard: number): Promise<readonly LinkId[]> {
    const links = new Set<LinkId>();
    let more = true;
    while (more) {
      const sorted = await sort(world, shard, watch);
      for (const link of sorted.links) links.add(link);
      more = sorted.more;
    }
    return [...links];
  }

  return {
    ...open,
    world,
    async arrives(intake, changes = {}) {
      const body = randomUUID();
      if (intake !== 'broken') intakes.set(body, intake);
      const thread = intake !== 'broken' && 'message' in intake ? partitionOf(intake.message) : undefined;
      const partition = changes.partition ?? thread;
      if (partition === undefined) throw new Error('Say in which partition it arrives');
      await open.store.deliveries.insert([
        {
          source: 'slack',
          key: body,
          identity: null,
          type: 'event',
          body: Buffer.from(body),
          ...changes,
          partition,
        },
      ]);
    },
    async hook(partition) {
      const key = randomUUID();
      await open.store.deliveries.insert([
        { source: 'desk', key, identity: null, type: 'hook', body: Buffer.from(key), partition },
      ]);
    },
    sortShard,
    async sortAll() {
      const links: LinkId[] = [];
      for (let shard = 0; shard < SHARDS; shard += 1) links.push(...(await sortShard(shard)));
      return links;
    },
    async links() {
      const found = await rows(open.db, 'select id from link order by opened_at, id');
      return found.map((row) =>
        LinkId.parse(typeof row === 'object' && row !== null && 'id' in row ? row.id : ''),
      );
    },
    async states() {
      const found = await rows(
        open.db,
        `select state || coalesce(' ' || reason, '') as word from delivery order by received_at, id`,
      );
      return found.map((row) =>
        typeof row === 'object' && row !== null && 'word' in row ? String(row.word) : '',
      );
    },
    async inHand(link) {
      const stored = await open.store.deliveries.sortedFor(link);
      return await Promise.all(stored.map(({ body }) => world.interpret(body)));
    },
    mend(intake) {
      mended = intake;
    },
  };
}

export function partitionOf({ channel, root }: Pick<SlackMessage, 'channel' | 'root'>): Partition {
  return threadPartition(TEAM, channel, root);
}

export const shardOfThread = (intake: Extract<Intake, { kind: 'message' }>) =>
  shardOf(partitionOf(intake.message));

/** A message; `root` makes it a reply. */
export function said(
  ts: string,
  changes: {
    readonly root?: string;
    readonly channel?: SlackChannel;
    readonly user?: SlackUser;
    readonly direct?: boolean;
    readonly bot?: string | null;
  } = {},
): Extract<Intake, { kind: 'message' }> {
  const { root = ts, channel = HELP, user = ALMA, direct = false, bot = null } = changes;
  const body = plainDoc(`said ${ts}`);
  const at = { team: TEAM, channel, ts: SlackTs.parse(ts), root: SlackTs.parse(root) };
  return { kind: 'message', direct, message: { ...at, user, bot, body, files: [], edited: null } };
}

/** Somebody opens a request from this message. */
export function shortcut(on: Extract<Intake, { kind: 'message' }>, by = DANA): Intake {
  return { kind: 'open-from-message', message: on.message, by };
}
