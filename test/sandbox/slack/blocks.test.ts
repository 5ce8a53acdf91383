import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { checkBlocks } from '../../../src/sandbox/slack/blocks.ts';

const plain = (text: string) => ({ type: 'plain_text', text });
const mrkdwn = (text: string) => ({ type: 'mrkdwn', text });
const section = (text: string) => ({ type: 'section', text: mrkdwn(text) });
const button = (fields: object = {}) => ({ type: 'button', action_id: 'go', text: plain('Go'), ...fields });
const actions = (...elements: object[]) => ({ type: 'actions', elements });
const option = (text: string) => ({ text: plain(text), value: text });
const select = (count: number) => ({
  type: 'static_select',
  action_id: 'pick',
  options: Array.from({ length: count }, (_, i) => option(`o${i}`)),
});
const times = (count: number, block: object) => Array.from({ length: count }, () => ({ ...block }));
const x = (length: number) => 'x'.repeat(length);

/** What is just allowed, what is just not, and what Slack says about it. */
const LIMITS: readonly (readonly [string, Record<string, unknown>[], Record<string, unknown>[], string])[] = [
  [
    '50 blocks',
    times(50, section('x')),
    times(51, section('x')),
    'no more than 50 items allowed [json-pointer:/blocks]',
  ],
  [
    'section text',
    [section(x(3000))],
    [section(x(3001))],
    'must be less than 3001 characters [json-pointer:/blocks/0/text/text]',
  ],
  [
    'empty text',
    [section('x')],
    [section('')],
    'must be more than 0 characters [json-pointer:/blocks/0/text/text]',
  ],
  [
    'section fields',
    [{ type: 'section', fields: times(10, mrkdwn('x')) }],
    [{ type: 'section', fields: times(11, mrkdwn('x')) }],
    'no more than 10 items allowed [json-pointer:/blocks/0/fields]',
  ],
  [
    'field text',
    [{ type: 'section', fields: [mrkdwn(x(2000))] }],
    [{ type: 'section', fields: [mrkdwn(x(2001))] }],
    'must be less than 2001 characters [json-pointer:/blocks/0/fields/0/text]',
  ],
  [
    'header',
    [{ type: 'header', text: plain(x(150)) }],
    [{ type: 'header', text: plain(x(151)) }],
    'must be less than 151 characters [json-pointer:/blocks/0/text/text]',
  ],
  [
    'header text type',
    [{ type: 'header', text: plain('x') }],
    [{ type: 'header', text: mrkdwn('x') }],
    'failed to match all allowed schemas [json-pointer:/blocks/0/text/type]',
  ],
  [
    'context elements',
    [{ type: 'context', elements: times(10, mrkdwn('x')) }],
    [{ type: 'context', elements: times(11, mrkdwn('x')) }],
    'no more than 10 items allowed [json-pointer:/blocks/0/elements]',
  ],
  [
    'action elements',
    [actions(...times(25, button()))],
    [actions(...times(26, button()))],
    'no more than 25 items allowed [json-pointer:/blocks/0/elements]',
  ],
  [
    'button text',
    [actions(button({ text: plain(x(75)) }))],
    [actions(button({ text: plain(x(76)) }))],
    'must be less than 76 characters [json-pointer:/blocks/0/elements/0/text/text]',
  ],
  [
    'button value',
    [actions(button({ value: x(2000) }))],
    [actions(button({ value: x(2001) }))],
    'must be less than 2001 characters [json-pointer:/blocks/0/elements/0/value]',
  ],
  [
    'button style',
    [actions(button({ style: 'danger' }))],
    [actions(button({ style: 'default' }))],
    'failed to match all allowed schemas [json-pointer:/blocks/0/elements/0/style]',
  ],
  [
    'select options',
    [actions(select(100))],
    [actions(select(101))],
    'no more than 100 items allowed [json-pointer:/blocks/0/elements/0/options]',
  ],
  [
    'overflow options',
    [actions({ ...select(5), type: 'overflow' })],
    [actions({ ...select(6), type: 'overflow' })],
    'no more than 5 items allowed [json-pointer:/blocks/0/elements/0/options]',
  ],
  [
    'accessory',
    [{ ...section('x'), accessory: button() }],
    [{ ...section('x'), accessory: { type: 'button', action_id: 'go' } }],
    'missing required field: text [json-pointer:/blocks/0/accessory/text]',
  ],
  [
    'block_id length',
    [{ ...section('x'), block_id: x(255) }],
    [{ ...section('x'), block_id: x(256) }],
    'must be less than 256 characters [json-pointer:/blocks/0/block_id]',
  ],
  [
    'block_id twice',
    [
      { ...section('x'), block_id: 'a' },
      { ...section('x'), block_id: 'b' },
    ],
    [
      { ...section('x'), block_id: 'a' },
      { ...section('x'), block_id: 'a' },
    ],
    'block_id already exists: a',
  ],
  [
    'unknown type',
    [{ type: 'divider' }],
    [{ type: 'banner' }],
    'unsupported type: banner [json-pointer:/blocks/0/type]',
  ],
  [
    'empty section',
    [section('x')],
    [{ type: 'section' }],
    'missing required field: text [json-pointer:/blocks/0]',
  ],
  [
    'one table',
    [{ type: 'table', rows: [[{ type: 'raw_text', text: 'x' }]] }],
    times(2, { type: 'table', rows: [[{ type: 'raw_text', text: 'x' }]] }),
    'only one table is allowed per message',
  ],
  [
    'markdown together',
    times(2, { type: 'markdown', text: x(6000) }),
    times(2, { type: 'markdown', text: x(6001) }),
    'the markdown blocks of a message must be less than 12001 characters together',
  ],
];

describe('block limits', () => {
  for (const [name, allowed, refused, line] of LIMITS) {
    it(name, () => {
      assert.deepEqual(checkBlocks(allowed, 'message'), []);
      assert.deepEqual(checkBlocks(refused, 'message'), [`[ERROR] ${line}`]);
    });
  }

  const rich = (...elements: object[]) => checkBlocks([{ type: 'rich_text', elements }], 'message');
  const line = (...elements: object[]) => ({ type: 'rich_text_section', elements });
  const word = { type: 'text', text: 'x' };

  it('takes the parts of rich text that Slack knows, and no others', () => {
    const list = (more: object) => ({
      type: 'rich_text_list',
      style: 'bullet',
      elements: [line(word)],
      ...more,
    });
    const link = { type: 'link', url: 'https://a.example' };
    assert.deepEqual(
      rich(line(word, link), list({ indent: 8, offset: 3 }), {
        type: 'rich_text_preformatted',
        elements: [word],
      }),
      [],
    );
    for (const part of [
      { type: 'rich_text_heading', elements: [word] },
      line({ type: 'text', text: '' }),
      line({ type: 'shout', text: 'x' }),
      line({ type: 'link', url: '' }),
      line({ ...word, style: { bold: 'yes' } }),
      list({ indent: 9 }),
      list({ style: 'dashes' }),
      list({ elements: [word] }),
      { type: 'rich_text_preformatted', elements: [{ type: 'user', user_id: 'U1' }] },
    ])
      assert.equal(rich(part).length > 0, true, JSON.stringify(part));
    assert.equal(
      checkBlocks([{ type: 'table', rows: [[{ type: 'raw_text', text: '' }]] }], 'message').length,
      1,
    );
  });

  it('allows 100 blocks in a modal or Home, and markdown in messages only', () => {
    assert.deepEqual(checkBlocks(times(100, section('x')), 'modal'), []);
    assert.equal(checkBlocks(times(101, section('x')), 'home').length, 1);
    assert.deepEqual(checkBlocks([{ type: 'markdown', text: 'x' }], 'modal'), [
      '[ERROR] unsupported type: markdown [json-pointer:/blocks/0/type]',
    ]);
  });
});
