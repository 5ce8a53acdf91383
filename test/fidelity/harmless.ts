import assert from 'node:assert/strict';
import { z } from 'zod';
import { JsonObject } from '../../src/sandbox/slack/message-store.ts';
import type { Look } from '../../src/slack/out/rich-text.ts';
import { commandsIn, mrkdwnIn } from '../slack/out/escape-check.ts';

const WEB = /^(?:https?|mailto):$/;
const HOST = /(?:[\p{L}\p{N}_-]+\.)+\p{L}{2,}/gu;
const FILE_END = /\.(?:exe|png)$/;
const TURNED = /[\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]/;
const UNSEEN = /[\p{Cf}\p{Cc}\p{Default_Ignorable_Code_Point}]/gu;

/** Hosts that a reader believes to see in a label. */
export function hostsShown(label: string): readonly string[] {
  const seen = label.normalize('NFKC').replace(UNSEEN, '').toLowerCase();
  return [...seen.matchAll(HOST)].map(([host]) => host).filter((host) => !FILE_END.test(host));
}

function assertHonest(label: string, address: string): void {
  const what = `${JSON.stringify(label)} leads to ${address}`;
  assert.ok(URL.canParse(address), what);
  const url = new URL(address);
  assert.match(url.protocol, WEB, what);
  assert.ok(url.username === '' && url.password === '', what);
  if (label === address || address === `mailto:${label}`) return;
  assert.doesNotMatch(label, TURNED, what);
  const host = url.protocol === 'mailto:' ? (url.pathname.split('@').at(-1) ?? '') : url.hostname;
  const bare = (name: string) => name.replace(/^www\./, '');
  for (const shown of hostsShown(label)) assert.equal(bare(shown), bare(host.toLowerCase()), what);
}

const Adf = z.looseObject({
  type: z.string(),
  text: z.string().optional(),
  content: z.array(z.unknown()).optional(),
  marks: z
    .array(
      z.looseObject({ type: z.string(), attrs: z.looseObject({ href: z.string().optional() }).optional() }),
    )
    .optional(),
});
type Adf = z.infer<typeof Adf>;
const PLAIN_NODES = new Set(
  'doc paragraph text hardBreak heading codeBlock blockquote bulletList orderedList listItem rule table tableRow tableHeader tableCell taskList taskItem'.split(
    ' ',
  ),
);

/** Nothing in a document of Jira calls anybody, embeds or runs anything, or leads elsewhere than it says. */
export function assertSafeAdf(value: unknown): void {
  const node = Adf.parse(value);
  assert.ok(PLAIN_NODES.has(node.type), `a node that is more than words: ${node.type}`);
  const children = (node.content ?? []).map((child) => Adf.parse(child));
  for (const { label, href } of linksAmong(children)) assertHonest(label, href);
  for (const child of children) assertSafeAdf(child);
}

/** Neighbours that lead to one place are one link to its readers. */
function linksAmong(nodes: readonly Adf[]): readonly { readonly label: string; readonly href: string }[] {
  const links: { label: string; href: string }[] = [];
  let before: string | null = null;
  for (const { text = '', marks = [] } of nodes) {
    const href = marks.find((mark) => mark.type === 'link')?.attrs?.href ?? null;
    const last = links.at(-1);
    if (href !== null && href === before && last !== undefined) last.label += text;
    else if (href !== null) links.push({ label: text, href });
    before = href;
  }
  return links;
}

/** Nothing in a journal is shown as HTML or calls anybody. */
export function assertSafeEntry(entry: string): void {
  assert.doesNotMatch(entry, /\[\s*\/?\s*code/i, JSON.stringify(entry));
  assert.doesNotMatch(entry, /@\s*\[/, JSON.stringify(entry));
  assert.doesNotMatch(entry, /[^\P{Cc}\t\n]/u, 'a control character');
}

const SlackNode = z.looseObject({
  type: z.string(),
  url: z.string().optional(),
  text: z.unknown(),
});
const PINGS = new Set([
  'user',
  'usergroup',
  'broadcast',
  'team',
  'channel',
  'image',
  'video',
  'markdown',
  'section',
]);

/** Nothing in a message commands Slack, calls anybody, embeds anything, or leads elsewhere than it says. */
export function assertSafeLook({ text, blocks }: Look): void {
  assert.deepEqual(commandsIn(text), [], 'the text beside the blocks holds a command');
  for (const { text: shown, verbatim } of mrkdwnIn(blocks)) {
    assert.deepEqual(commandsIn(shown), [], shown);
    assert.equal(verbatim, true, 'Slack would look for names in plain words');
  }
  for (const node of nodesIn(JsonObject.array().parse(blocks))) {
    assert.ok(!PINGS.has(node.type), `an element that is more than words: ${JSON.stringify(node)}`);
    if (node.type !== 'link') continue;
    assert.ok(node.url !== undefined);
    assertHonest(typeof node.text === 'string' ? node.text : node.url, node.url);
  }
}

function nodesIn(value: unknown): readonly z.infer<typeof SlackNode>[] {
  if (typeof value !== 'object' || value === null) return [];
  const own = SlackNode.safeParse(value);
  return [...(own.success ? [own.data] : []), ...Object.values(value).flatMap(nodesIn)];
}
