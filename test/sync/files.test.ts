import assert from 'node:assert/strict';
import { test } from 'node:test';
import { docText } from '../../src/model/doc-text.ts';
import { fileFate } from '../../src/sync/file-fate.ts';
import { plan } from '../../src/sync/plan.ts';
import { paper, planAll, planned, runAll } from './paper-lanes.ts';
import {
  AGENTS,
  AGENTS_ROOT,
  deleted,
  edited,
  kinds,
  known,
  limits,
  link,
  message,
  notices,
  operations,
  reading,
  saw,
  slackFile,
  TEAM,
  ticket,
  ticketFile,
  tsAt,
  words,
} from './paper-world.ts';

const TS = tsAt(5);
const tiny = { ...limits, largest: { slack: 500, ticket: 1_000 } };

test('a file goes where it fits; refused endings and sizes stay, with a reason for people', () => {
  const fate = (name: string, size: number | null) => fileFate(tiny, 'ticket', { name, size });
  assert.deepEqual(fate('a.png', 1_000), { goes: true });
  assert.deepEqual(fate('a.png', null), { goes: true }, 'looked at again when it is fetched');
  assert.deepEqual(fate('a.png', 1_001), {
    goes: false,
    why: 'it has 2 kB, and at most 1 kB are copied',
  });
  for (const name of ['setup.exe', 'SETUP.EXE', 'a.b.ExE', '.exe']) {
    assert.deepEqual(fate(name, 1), { goes: false, why: 'files that end in .exe are not copied here' }, name);
  }
  assert.deepEqual(fate('exe', 1), { goes: true }, 'a name without an ending');
  const roomy = { ...limits, largest: { slack: 50_000_000, ticket: 50_000_000 } };
  assert.deepEqual(fileFate(roomy, 'slack', { name: 'v.mov', size: 80_500_000 }), {
    goes: false,
    why: 'it has 80.5 MB, and at most 50.0 MB are copied',
  });
});

test('a message with a file becomes a comment that names it, and the file behind it', () => {
  const steps = plan(known(), saw([message(TS, 'look', { files: [slackFile(1)] })]));
  assert.deepEqual(kinds(steps), ['comment', 'attach']);
  const [body, attach] = operations(steps);
  assert.equal(body?.kind === 'comment' && words(body.body), 'look\n\nFile: screen-1.png');
  assert.deepEqual(attach, {
    kind: 'attach',
    author: 'Alma Reyes',
    by: 'U0ALMA',
    file: slackFile(1),
    withdrawn: false,
  });
});

test('a file that may not go becomes a line that says so, with where it can be opened', () => {
  for (const [file, why] of [
    [slackFile(1, { size: 2_000 }), 'it has 2 kB, and at most 1 kB are copied'],
    [slackFile(1, { name: 'setup.exe' }), 'files that end in .exe are not copied here'],
  ] as const) {
    const steps = plan(known({ limits: tiny }), saw([message(TS, '', { files: [file] })]));
    assert.deepEqual(kinds(steps), ['comment'], 'nothing is attached');
    const [body] = operations(steps);
    assert.equal(
      body?.kind === 'comment' && words(body.body),
      `The file ${file.name} stays in Slack: ${why}. https://slack.example/files/F1`,
    );
    const unlinked = { ...file, permalink: null };
    const [plain] = operations(plan(known({ limits: tiny }), saw([message(TS, '', { files: [unlinked] })])));
    assert.equal(
      plain?.kind === 'comment' && words(plain.body),
      `The file ${file.name} stays in Slack: ${why}.`,
    );
  }
});

test('where the ticket system takes no files at all, every file becomes a line that says why', () => {
  const noFiles = 'GitHub takes no files through its interface';
  const steps = plan(
    known({ limits: { ...limits, noFiles } }),
    saw([message(TS, 'Look at this', { files: [slackFile(1)] })]),
  );
  assert.deepEqual(kinds(steps), ['comment'], 'nothing is attached');
  const [body] = operations(steps);
  const line = `The file ${slackFile(1).name} stays in Slack: ${noFiles}. https://slack.example/files/F1`;
  assert.ok(body?.kind === 'comment' && words(body.body).includes(line), JSON.stringify(body));
});

test('files that agents show each other stay in Slack; the comment that names them is internal', () => {
  const internal = { team: TEAM, channel: AGENTS, root: AGENTS_ROOT };
  const sight = saw([message(TS, 'x', { channel: AGENTS, root: AGENTS_ROOT, files: [slackFile(1)] })]);
  const [body, ...others] = operations(plan(known({ link: link({ internal }) }), sight));
  assert.deepEqual([body?.kind === 'comment' && body.visibility, others], ['internal', []]);
  assert.doesNotMatch(body?.kind === 'comment' ? docText(body.body) : '', /^File: /m);
});

test('a file that is taken out of its message comes off the ticket; the others stay', () => {
  const both = message(TS, 'look', { files: [slackFile(1), slackFile(2)] });
  const { last } = planAll(known(), [saw([both]), saw([edited(TS, 1, 'look', { files: [slackFile(2)] })])]);
  assert.deepEqual([...last.files], ['F2']);
  const again = planned(last, saw([edited(TS, 1, 'look', { files: [slackFile(2)] })]));
  assert.deepEqual(again.known.open, []);
});

test('the files of a deleted message come off the ticket, and those that wait are never sent', () => {
  const both = message(TS, 'look', { files: [slackFile(1), slackFile(2)] });
  const { last } = planAll(known(), [saw([both]), saw([deleted(TS)])]);
  assert.deepEqual([...last.files], []);
  const unsent = planned(paper(known()), saw([both]));
  assert.equal(runAll(planned(unsent, saw([deleted(TS)]))).made, 0);
});

test('a file that is shown in two messages is on the ticket once', () => {
  const first = message(TS, 'look', { files: [slackFile(1)] });
  const second = message(tsAt(9), 'look again', { files: [slackFile(1)] });
  for (const sights of [[saw([first, second])], [saw([first]), saw([second])]]) {
    const { plans, last } = planAll(known(), sights);
    assert.equal(plans.flatMap(kinds).filter((kind) => kind === 'attach').length, 1);
    const files = last.known.items.filter((item) => item.kind === 'file');
    assert.deepEqual(
      files.map((item) => item.nativeId),
      ['F1'],
    );
  }
});

test('a public file of the ticket goes into the thread once, however often it is read', () => {
  const read = reading({ files: [ticketFile(1), ticketFile(1)] });
  const { plans, last } = planAll(known(), [saw([], read), saw([], read)]);
  assert.deepEqual(plans.map(kinds), [['share'], []]);
  assert.deepEqual([[...last.files], last.made], [['901'], 1]);
});

test('our own file on the ticket is no news; an internal one is remembered and stays', () => {
  const ours = ticketFile(7);
  const read = reading({
    files: [ours, ticketFile(1, { visibility: 'internal' }), ticketFile(2, { visibility: 'unknown' })],
  });
  const steps = plan(known({ ours: new Set([ours.id]) }), saw([], read));
  assert.deepEqual([operations(steps), steps.filter((step) => step.do === 'item').length], [[], 2]);
});

test('a file too large or refused for Slack is a line in the thread, not a file', () => {
  const read = reading({ files: [ticketFile(1), ticketFile(2, { name: 'a.exe', size: 1 })] });
  const steps = plan(known({ limits: tiny }), saw([], read));
  assert.deepEqual(notices(steps), [
    'Dana put the file log-1.txt on IT-1. It stays there: it has 2 kB, and at most 1 kB are copied.',
    'Dana put the file a.exe on IT-1. It stays there: files that end in .exe are not copied here.',
  ]);
  const links = operations(steps).map((body) => body.kind === 'post' && body.link);
  const open = { label: 'Open IT-1', url: 'https://desk.example/IT-1' };
  assert.deepEqual(links, [open, open], 'whoever wants it finds it');
  const unknown = link({ ticket: ticket({ url: null }) });
  const [plain] = operations(plan(known({ limits: tiny, link: unknown }), saw([], read)));
  assert.equal(plain?.kind === 'post' && plain.link, undefined);
});

test('a file that becomes internal or is removed comes out of the thread; one that becomes public goes in', () => {
  const shown = reading({ files: [ticketFile(1)] });
  const hidden = reading({ files: [ticketFile(1, { visibility: 'internal' })] });
  const none = reading();
  const files = (...reads: readonly (typeof shown)[]) => [
    ...planAll(
      known(),
      reads.map((read) => saw([], read)),
    ).last.files,
  ];
  assert.deepEqual(files(shown, hidden), []);
  assert.deepEqual(files(shown, none), []);
  assert.deepEqual(files(hidden, shown), ['901']);
  assert.deepEqual(files(shown, hidden, shown), ['901']);
  assert.deepEqual(files(shown, none, shown), ['901']);
});

test('a refused or too large file that becomes public later is a line, too', () => {
  const hidden = ticketFile(1, { name: 'a.exe', visibility: 'internal' });
  const { plans, last } = planAll(known(), [
    saw([], reading({ files: [hidden] })),
    saw([], reading({ files: [{ ...hidden, visibility: 'public' }] })),
    saw([], reading({ files: [{ ...hidden, visibility: 'public' }] })),
  ]);
  assert.deepEqual(plans.map(kinds), [[], ['post'], []]);
  assert.deepEqual([...last.files], []);
});

test('an older reading takes no file away', () => {
  const { last } = planAll(known(), [saw([], reading({ files: [ticketFile(1)] }))]);
  const lagging = reading({ updatedAt: new Date('2026-05-01T09:00:00Z') });
  assert.deepEqual(plan(last.known, saw([], lagging)), []);
});
