/** One bridge between Slack and one desk, for many small stories that do not disturb each other. */
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import type { SandboxClock } from '../../src/sandbox/clock.ts';
import { DEFAULT_CHANNELS } from '../../src/sandbox/slack/default-workspace.ts';
import type { SlackMessageView } from '../../src/sandbox/worlds.ts';
import { until } from '../support/until.ts';
import type { Desk, DeskKind, DeskTicketView } from './desks.ts';
import { type Story, startStory } from './rig.ts';
import { ours, quiet, shown } from './story-suite.ts';

export const LIMIT_MS = 30_000;
const EVERY_MS = 20;
export const ALMA = 'U0ALMA';
export const BEN = 'U0BEN';
/** A responder. */
export const DANA = 'U0DANA';
/** Where the agents of the access queue talk among themselves. */
export const AGENTS = 'C0AGENTS';

/** What the product lets people do. */
export interface DeskTraits {
  /** A journal is never changed: a correction is one more entry. */
  readonly isJournal: boolean;
  /** An agent may change and take away what he wrote. */
  readonly agentsEdit: boolean;
  readonly agentsFlip: boolean;
  /** Another product tells the stories that would be the same with this one. */
  readonly isBrief: boolean;
}

export interface BothOptions {
  readonly kind: DeskKind;
  readonly desk: (clock: SandboxClock) => Promise<Desk>;
  readonly traits: DeskTraits;
}

export interface Both {
  readonly traits: DeskTraits;
  /** While a story is told. */
  readonly story: Story;
  /** A story for the products that tell all of them. */
  full(name: string, work: () => Promise<void>): void;
  /** Our messages of a thread that show this text. */
  inThread(ts: string, text: string): readonly SlackMessageView[];
  cardOf(ts: string): SlackMessageView;
  /** Waits until it holds. Time passes meanwhile, because Slack takes a message a second only. */
  says(what: string, holds: () => boolean): Promise<void>;
  /** Lets time pass until nothing is under way. */
  calm(): Promise<void>;
}

export function ticketOf(story: Story, id: string): DeskTicketView {
  const found = story.desk.tickets().find((ticket) => ticket.id === id);
  assert.ok(found, 'the ticket is there');
  return found;
}

export const texts = (story: Story, id: string) => ticketOf(story, id).comments.map(({ text }) => text);
export const squeezed = (text: string) => text.replaceAll(/\s+/g, '');

/** The words of a message as they stand in its blocks, in order. */
export function wordsOf(message: SlackMessageView): string {
  const found: string[] = [];
  const walk = (node: unknown): void => {
    if (Array.isArray(node)) for (const one of node) walk(one);
    else if (typeof node === 'object' && node !== null) {
      if ('text' in node && typeof node.text === 'string') found.push(node.text);
      for (const value of Object.values(node)) if (typeof value === 'object') walk(value);
    }
  };
  walk(message.blocks);
  return found.join(' ');
}

/** Starts the bridge before the first story of a suite and ends it after the last. Call it inside of the suite. */
export function createBoth({ kind, desk, traits }: BothOptions): Both {
  const ends: (() => Promise<void>)[] = [];
  let started: Story | null = null;
  const story = () => started ?? assert.fail('the bridge has not started');
  before(async () => {
    started = await startStory(
      { after: (work) => void ends.push(work) },
      {
        kind,
        desk,
        responders: [DANA],
        internalChannel: AGENTS,
        workspace: { channels: [...DEFAULT_CHANNELS, { id: AGENTS, name: 'agents', isPrivate: true }] },
        maxMb: 0.2,
        repairEveryMs: 300,
      },
    );
  });
  after(async () => {
    for (const end of ends.reverse()) await end();
  });

  return {
    traits,
    get story() {
      return story();
    },
    full(name, work) {
      if (!traits.isBrief) test(name, work);
    },
    inThread: (ts, text) => ours(story(), ts).filter((message) => shown(message).includes(text)),
    cardOf(ts) {
      const card = ours(story(), ts).find((message) => shown(message).includes('desk_menu'));
      assert.ok(card, 'the card is there');
      return card;
    },
    async says(what, holds) {
      const looks = async () => {
        if (holds()) return true;
        await story().pass(500);
        return holds();
      };
      await until(what, LIMIT_MS, looks, EVERY_MS);
    },
    async calm() {
      const nothingWaits = async () => {
        await story().pass(1_000);
        const open = await story().query("select 1 from operation where state in ('ready', 'sending')");
        return open.length === 0;
      };
      await until('nothing waits', LIMIT_MS, nothingWaits, EVERY_MS);
      await quiet(story());
    },
  };
}
