import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import '../../support/seeded.ts';
import { z } from 'zod';
import type { TicketFields } from '../../../src/model/ticket.ts';
import { type Card, renderCard } from '../../../src/slack/out/card.ts';
import { naughtyStrings } from '../../conformance/naughty-strings.ts';
import { assertHarmless, commandsIn, mrkdwnIn } from './escape-check.ts';

const FIELDS: TicketFields = {
  summary: 'Laptop screen flickers',
  status: { name: 'In Progress', category: 'active' },
  resolution: null,
  priority: 'Medium',
  impact: null,
  urgency: null,
  assignee: 'Dana Novak',
  group: null,
};
const CARD: Card = {
  link: '01900000-0000-7000-8000-000000000000',
  summary: 'Laptop screen flickers',
  key: 'IT-7',
  url: 'https://desk.example/browse/IT-7',
  kind: 'endpoint',
  queue: 'Endpoint support',
  fields: FIELDS,
  priority: 'high',
  reason: 'It names a laptop.',
  stopped: null,
  lagging: null,
  requester: 'U0ALMA',
};
const ASKED = '<@U0ALMA>';

const Button = z.object({ type: z.literal('button'), action_id: z.string(), value: z.string() });
const Menu = z.object({
  type: z.literal('overflow'),
  action_id: z.literal('desk_menu'),
  options: z.array(z.object({ value: z.string() })),
});
const Actions = z.object({
  type: z.literal('actions'),
  elements: z.array(z.discriminatedUnion('type', [Button, Menu])),
});

/** What can be pressed and chosen: action ids with their values, and the values of the menu. */
function choices(card: Card): readonly string[] {
  const elements = renderCard(card).blocks.flatMap((block) => Actions.safeParse(block).data?.elements ?? []);
  return elements.flatMap((each) =>
    each.type === 'button' ? [`${each.action_id} ${each.value}`] : each.options.map(({ value }) => value),
  );
}

/** Everything a person reads on the card, without our hidden separators. */
function words(card: Card): string {
  return mrkdwnIn(renderCard(card).blocks)
    .map((each) => each.text.replaceAll('\u200b', ''))
    .join('\n');
}

const none = { key: null, url: null, fields: null };

for (const { state, card, line, shows, button } of [
  {
    state: 'being opened',
    card: { ...CARD, ...none },
    line: 'Your request: opening a ticket (Endpoint support)',
    shows: [
      '*Laptop screen flickers*',
      ':hourglass_flowing_sand: Opening a ticket in Endpoint support',
      '*Priority*\nhigh',
    ],
    button: null,
  },
  {
    state: 'new',
    card: {
      ...CARD,
      fields: {
        ...FIELDS,
        assignee: null,
        priority: null,
        status: { name: 'Open', category: 'new' as const },
      },
    },
    line: 'IT-7: Open (Endpoint support)',
    shows: [
      '<https://desk.example/browse/IT-7|IT-7>',
      ':large_blue_circle: Open',
      'Not assigned yet',
      '*Priority*\nhigh',
    ],
    button: 'desk_resolve',
  },
  {
    state: 'active',
    card: CARD,
    line: 'IT-7: In Progress (Endpoint support)',
    shows: [
      ':large_yellow_circle: In Progress',
      'Dana Novak',
      '*Priority*\nMedium',
      'Endpoint support · endpoint',
      'It names a laptop.',
    ],
    button: 'desk_resolve',
  },
  {
    state: 'done',
    card: {
      ...CARD,
      fields: { ...FIELDS, resolution: 'Fixed', status: { name: 'Closed', category: 'done' as const } },
    },
    line: 'IT-7: Closed (Endpoint support)',
    shows: [':white_check_mark: Closed', '*Resolution*\nFixed', `Asked by ${ASKED}.`],
    button: 'desk_reopen',
  },
  {
    state: 'stopped',
    card: { ...CARD, stopped: 'The app may not write. An administrator can help.' },
    line: 'IT-7: The app may not write. An administrator can help. (Endpoint support)',
    shows: [':warning: The app may not write. An administrator can help.'],
    button: null,
  },
  {
    state: 'stopped before there was a ticket',
    card: { ...CARD, ...none, stopped: 'No such project.' },
    line: 'Your request: No such project. (Endpoint support)',
    shows: [':warning: No such project.'],
    button: null,
  },
]) {
  test(`the card of a request that is ${state}`, () => {
    const rendered = renderCard(card);
    assertHarmless(rendered, [ASKED, '<https://desk.example/browse/IT-7|IT-7>']);
    assert.equal(rendered.text, line);
    for (const each of shows) assert.ok(words(card).includes(each), `${each} is not on\n${words(card)}`);
    assert.deepEqual(choices(card), [
      ...(button === null ? [] : [`${button} ${CARD.link}`]),
      ...(button === 'desk_resolve' ? [`desk_take ${CARD.link}`, `desk_escalate ${CARD.link}`] : []),
      ...(card.fields === null ? [] : [`desk_watch ${CARD.link}`]),
      ...(button === null ? [] : [`change:${CARD.link}`]),
      ...(button === 'desk_resolve' ? [`move:${CARD.link}`] : []),
      ...(card.fields === null ? [] : ['why', 'who', 'receipt'].map((verb) => `${verb}:${CARD.link}`)),
    ]);
  });
}

test('a card shows no field that its ticket does not have, and every one that it has', () => {
  assert.doesNotMatch(words(CARD), /Impact|Urgency|Group|Resolution|null|undefined/);
  const full = { ...FIELDS, impact: '2 - Medium', urgency: '1 - High', group: 'Network' };
  assert.match(words({ ...CARD, fields: full }), /\*Impact\*\n2 - Medium/);
  assert.match(words({ ...CARD, fields: full }), /\*Urgency\*\n1 - High/);
  assert.match(words({ ...CARD, fields: full }), /\*Group\*\nNetwork/);
});

test("the ticket's own summary is shown as soon as there is one", () => {
  assert.match(words({ ...CARD, fields: { ...FIELDS, summary: 'Renamed' } }), /IT-7> {2}Renamed\*/);
  assert.match(words({ ...CARD, fields: null }), /IT-7> {2}Laptop screen flickers\*/);
});

test('a card says what one side does not show yet, and says nothing when both agree', () => {
  assert.match(words({ ...CARD, lagging: '2 messages wait for Jira.' }), /sand: 2 messages wait for Jira\./);
  assert.doesNotMatch(words(CARD), /hourglass/);
});

/** The card with this text in every field that comes from outside. */
function hostile(text: string): Card {
  return {
    ...CARD,
    summary: text,
    key: text,
    kind: text,
    queue: text,
    fields: {
      summary: text,
      status: { name: text, category: 'active' },
      resolution: text,
      priority: text,
      impact: text,
      urgency: text,
      assignee: text,
      group: text,
    },
    priority: text,
    reason: text,
    stopped: null,
    lagging: text,
  };
}

/** Our link, whatever name it bears. */
const OUR_LINK = /^<https:\/\/desk\.example\/browse\/IT-7\|[^<>]*>$/;

test('no summary, name or state can break out, ping anybody, or break a limit', () => {
  const own = [
    '<!channel>',
    'x|y>z<',
    '*> <!here> <*',
    '\n<!channel>\n',
    'a'.repeat(5_000),
    '&'.repeat(5_000),
    '*'.repeat(5_000),
    '\u{1f600}'.repeat(5_000),
    '<'.repeat(5_000),
    '\ud83d',
  ];
  for (const text of [...own, ...(naughtyStrings() ?? [])]) {
    assertHarmless(renderCard(hostile(text)), [ASKED, OUR_LINK]);
    assertHarmless(renderCard({ ...hostile(text), ...none }), [ASKED]);
    assertHarmless(renderCard({ ...hostile(text), stopped: text }), [ASKED, OUR_LINK]);
  }
});

test('what fits is on the card to its last sign; what does not is cut with a sign that it was', () => {
  const summary = 'a & b < c '.repeat(20).trim();
  assert.ok(words({ ...CARD, fields: { ...FIELDS, summary } }).includes('a &amp; b &lt; c a'));
  assert.ok(!words({ ...CARD, fields: { ...FIELDS, summary } }).includes('…'));
  const long = words({
    ...CARD,
    fields: { ...FIELDS, summary: '<'.repeat(5_000), assignee: 'n'.repeat(5_000) },
  });
  assert.match(long, /(&lt;)+…\*/);
  assert.match(long, /n{700,}…/);
});

for (const [what, url] of [
  ['a bar and a bracket', 'https://desk.example/a|b>c<!channel>'],
  ['a command in its query', 'https://desk.example/?q=<!channel>|x>&r="'],
  ['a command in its fragment', 'https://desk.example/#<!here>|x'],
  ['line breaks', 'https://desk.example/\n<!here>\n'],
  ['a user with a bar', 'https://a|<!here>:b@desk.example/'],
] as const) {
  test(`an address with ${what} stays one link`, () => {
    const rendered = renderCard({ ...CARD, url });
    assertHarmless(rendered, [ASKED, /^<https:\/\/[^<>|\s"]+\|IT-7>$/]);
    const commands = mrkdwnIn(rendered.blocks).flatMap((each) => commandsIn(each.text));
    assert.deepEqual(
      commands.filter((command) => command.startsWith('<!')),
      [],
    );
    assert.equal(commands.length, 2);
  });
}

test('what is no web address, or too long for a link, is no link: the key stands alone', () => {
  for (const url of [
    'javascript:alert(1)',
    'slack://channel?id=C1',
    'not an address',
    '',
    `https://desk.example/${'a'.repeat(3_000)}`,
  ]) {
    const rendered = renderCard({ ...CARD, url });
    assertHarmless(rendered, [ASKED]);
    assert.ok(words({ ...CARD, url }).startsWith('*IT-7  Laptop'), words({ ...CARD, url }));
  }
});

test('an ordinary address is kept as it is; an ampersand is escaped as Slack wants it', () => {
  const url = 'https://desk.example/nav_to.do?uri=incident.do%3Fsys_id=1&view=ess';
  assert.ok(
    words({ ...CARD, url }).includes(
      '<https://desk.example/nav_to.do?uri=incident.do%3Fsys_id=1&amp;view=ess|IT-7>',
    ),
  );
});

test('whatever is in its fields, a card can be posted', () => {
  const text = fc.string({ unit: 'binary', maxLength: 1_500 });
  fc.assert(
    fc.property(
      text,
      text,
      fc.webUrl({ withFragments: true, withQueryParameters: true }),
      (one, two, url) => {
        assertHarmless(renderCard({ ...hostile(one), key: two, url }), [
          ASKED,
          /^<https?:[^<>|\s]+\|[^<>]*>$/,
        ]);
      },
    ),
    { seed: 3, numRuns: 60 },
  );
});
