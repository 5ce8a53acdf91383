/** Nobody who reads along, and no vendor, is made to call an address that somebody wrote. */
import assert from 'node:assert/strict';
import { channel } from 'node:diagnostics_channel';
import { createServer } from 'node:http';
import { test } from 'node:test';
import { z } from 'zod';
import { EXCHANGES } from '../../src/sandbox/exchanges.ts';
import { closeServer, listenOnLoopback } from '../sandbox/servicenow/instance.ts';
import { until } from '../support/until.ts';
import { HELP, startStory } from './rig.ts';
import { opened, ours, quiet, shown } from './story-suite.ts';
import { jiraDesk, jiraKind } from './vendor-desks.ts';

const LIMIT_MS = 30_000;
const ALMA = 'U0ALMA';

/** A call to a vendor, as far as it makes him fetch something. */
interface Told {
  readonly method: string;
  readonly args: unknown;
}

function* valuesIn(value: unknown, name = ''): Generator<{ readonly name: string; readonly text: string }> {
  if (typeof value === 'string') yield { name, text: value };
  else if (typeof value === 'object' && value !== null)
    for (const [key, inner] of Object.entries(value)) yield* valuesIn(inner, key);
}

const Choice = z.looseObject({ unfurl_links: z.unknown().optional(), unfurl_media: z.unknown().optional() });
const isOff = (choice: unknown) => choice === false || choice === 'false';

/** What Slack fetches by itself: pictures of blocks, and every address of a new message that does not forbid it. */
function fetchedBySlack({ method, args }: Told): readonly string[] {
  const pictures = [...valuesIn(args)].filter(({ name }) => /_url$/.test(name) && name !== 'redirect_url');
  const choice = Choice.parse(args);
  const isQuiet = isOff(choice.unfurl_links) && isOff(choice.unfurl_media);
  const unfurled = method === 'chat.postMessage' && !isQuiet ? [...valuesIn(args)] : [];
  return [...pictures, ...unfurled].flatMap(({ text }) => text.match(/https?:\/\/[^\s|>"\\]+/g) ?? []);
}

const Node = z.looseObject({ type: z.string(), attrs: z.looseObject({ url: z.string() }) });

/** What Jira, or the browser of whoever looks at it, fetches by itself: cards, embedded pages and pictures of a document. */
function fetchedByJira(value: unknown): readonly string[] {
  if (typeof value !== 'object' || value === null) return [];
  const node = Node.safeParse(value);
  const own = node.success ? [node.data.attrs.url] : [];
  return [...own, ...Object.values(value).flatMap(fetchedByJira)];
}

test('an address that somebody wrote is fetched by nobody: neither by us, nor by Slack, nor by Jira', async (t) => {
  const hits: string[] = [];
  const server = createServer((incoming, outgoing) => {
    hits.push(incoming.url ?? '');
    outgoing.end('seen');
  });
  const canary = `http://127.0.0.1:${await listenOnLoopback(server)}`;
  t.after(() => closeServer(server));
  const sent: unknown[] = [];
  const hear = (exchange: unknown) => void sent.push(exchange);
  channel(EXCHANGES).subscribe(hear);
  t.after(() => void channel(EXCHANGES).unsubscribe(hear));

  const story = await startStory(t, { kind: jiraKind, desk: jiraDesk });
  const { ts, ticket } = await opened(story, `The page ${canary}/asked does not load`);
  story.slack.people.post(ALMA, HELP, `<${canary}/labelled|the page> and ${canary}/bare.png`, ts);
  story.desk.comment(
    ticket.id,
    `look: ${canary}/answer and !${canary}/wiki.png! ![x](${canary}/markdown.png)`,
  );
  story.desk.setField(ticket.id, 'summary', `Not ${canary}/summary`);
  await until('both sides show it', LIMIT_MS, () => {
    const there = story.desk.tickets()[0]?.comments.some(({ text }) => text.includes('labelled'));
    const texts = ours(story, ts).map(shown).join();
    return there === true && texts.includes('/answer') && texts.includes('/summary');
  });
  await quiet(story);
  assert.deepEqual(hits, [], 'we fetched it ourselves');

  const told = story.slack.calls().map(({ method, args }) => ({ method, args }));
  assert.ok(told.some(({ args }) => JSON.stringify(args).includes(`${canary}/answer`)));
  assert.ok(JSON.stringify(sent).includes(`${canary}/labelled`));
  const bodies = sent.map((exchange) => z.looseObject({ body: z.unknown() }).parse(exchange).body);
  const fetched = [...told.flatMap(fetchedBySlack), ...bodies.flatMap(fetchedByJira)];
  for (const url of fetched.filter((one) => one.startsWith(canary))) await fetch(url);
  assert.deepEqual(hits, []);

  const careless: readonly Told[] = [
    { method: 'chat.postMessage', args: { text: `see ${canary}/control` } },
    { method: 'chat.update', args: { blocks: [{ type: 'image', image_url: `${canary}/control` }] } },
  ];
  const card = { type: 'doc', content: [{ type: 'inlineCard', attrs: { url: `${canary}/control` } }] };
  for (const url of [...careless.flatMap(fetchedBySlack), ...fetchedByJira(card)]) await fetch(url);
  assert.deepEqual(hits, ['/control', '/control', '/control'], 'the canary sings when it is called');
});
