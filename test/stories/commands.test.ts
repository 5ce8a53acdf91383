/** What people type behind the command, and the global shortcut. */
import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import { until } from '../support/until.ts';
import { memoryDesk, memoryKind } from './desks.ts';
import { type Story, type StoryOptions, startStory } from './rig.ts';
import { opened, shown } from './story-suite.ts';

const LIMIT_MS = 15_000;
const ALMA = 'U0ALMA';
const BEN = 'U0BEN';
const DANA = 'U0DANA';
/** The app is no member there. */
const GENERAL = 'C0GENERAL';

const start = (t: Parameters<typeof startStory>[0], more: Partial<StoryOptions> = {}): Promise<Story> =>
  startStory(t, { kind: memoryKind, desk: memoryDesk, ...more });

/** Types behind the command, and waits for what only this person sees. */
async function ask(story: Story, user: string, text: string): Promise<string> {
  const { people } = story.slack;
  const said = () => people.messages(GENERAL).filter((message) => message.ephemeralFor === user);
  const before = said().length;
  const typed = await people.command(user, GENERAL, '/desk', text);
  assert.ok(typed.ok, typed.message ?? '');
  await until(`an answer to "${text}"`, LIMIT_MS, () => said().length > before);
  const [answer] = said().slice(before);
  assert.ok(answer);
  return shown(answer);
}

suite('commands', { concurrency: false }, () => {
  test('mine lists my open requests and nobody else’s, status shows one, also where the app is no member', async (t) => {
    const story = await start(t, { responders: [DANA] });
    assert.match(await ask(story, ALMA, 'mine'), /You have no open requests/);
    const first = await opened(story, 'I am locked out');
    const second = await opened(story, 'The lamp flickers', BEN);
    const mine = await ask(story, ALMA, 'mine');
    assert.match(mine, new RegExp(`${first.ticket.key}[\\s\\S]*locked out`));
    assert.doesNotMatch(mine, /lamp/);
    const status = await ask(story, BEN, `status ${second.ticket.key.toLowerCase()}`);
    assert.match(status, /The lamp flickers/);
    assert.match(status, /General help/);
    assert.match(await ask(story, DANA, `status ${first.ticket.key}`), /locked out/, 'a responder sees it');
    const [link] = await story.query<{ id: string }>('select id from link order by opened_at limit 1');
    assert.match(await ask(story, ALMA, `status ${link?.id}`), /locked out/, 'ids are taken, too');
  });

  test('what is somebody else’s and what does not exist are answered in the same words', async (t) => {
    const story = await start(t);
    const { ticket } = await opened(story, 'I am locked out');
    const [link] = await story.query<{ id: string }>('select id from link');
    const said: string[] = [];
    for (const id of [ticket.key, link?.id ?? '', ticket.id])
      said.push((await ask(story, BEN, `status ${id}`)).replaceAll(id, 'X'));
    const nothing = (await ask(story, BEN, 'status NONE-404')).replaceAll('NONE-404', 'X');
    const words = (text: string) => /There is no request X[^"\n]*/.exec(text)?.[0];
    assert.ok(words(nothing));
    for (const one of said) assert.equal(words(one), words(nothing));
  });

  test('help, approve, deny and status alone are answered at once; nothing of it is stored', async (t) => {
    const story = await start(t);
    assert.match(await ask(story, ALMA, 'help'), /\/desk mine/);
    assert.match(await ask(story, ALMA, 'approve'), /About what\?/);
    assert.match(await ask(story, ALMA, 'deny'), /About what\?[\s\S]*Nothing was decided/);
    assert.match(await ask(story, ALMA, 'status'), /Which request/);
    assert.equal((await story.query('select 1 from delivery')).length, 0);
  });

  test('new, ask and any other words open the form with what was said', async (t) => {
    const story = await start(t);
    const { people } = story.slack;
    for (const [text, line] of [
      ['new a second screen', 'a second screen'],
      ['ask how do I get a badge?', 'how do I get a badge?'],
      ['status of my laptop order', 'status of my laptop order'],
    ] as const) {
      assert.ok((await people.command(ALMA, GENERAL, '/desk', text)).ok);
      await until('the form is open', LIMIT_MS, () => people.views(ALMA).length === 1);
      const view = people.views(ALMA)[0] ?? assert.fail();
      assert.ok(JSON.stringify(view.view).includes(`"initial_value":"${line}"`), text);
      people.close(ALMA, view.viewId);
    }
  });

  test('the global shortcut opens the form, and the form a request', async (t) => {
    const story = await start(t);
    const { people } = story.slack;
    const chosen = await people.globalShortcut(ALMA, 'ask_service_desk');
    assert.ok(chosen.ok, chosen.message ?? '');
    const view = people.views(ALMA)[0] ?? assert.fail('no form');
    await people.submit(ALMA, view.viewId, {
      summary: { value: 'A second screen' },
      category: { value: 'other' },
    });
    await until('a ticket exists', LIMIT_MS, () => story.desk.tickets().length === 1);
  });

  test('pending tells which of my requests wait for an approval, and what cannot be seen', async (t) => {
    const story = await start(t);
    assert.match(await ask(story, ALMA, 'pending'), /None of your open requests/);
    await opened(story, 'I am locked out');
    assert.match(await ask(story, ALMA, 'pending'), /None of your open requests|cannot be seen/);
  });
});
