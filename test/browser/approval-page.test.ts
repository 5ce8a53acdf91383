/** The page on which approvers decide, in a real browser: by keyboard alone, in both schemes, with hostile words on it. */
import assert from 'node:assert/strict';
import { mkdirSync } from 'node:fs';
import path from 'node:path';
import { test } from 'node:test';
import { BEN, beginOnPage, TEAM } from '../stories/approvals-page.ts';
import { until } from '../support/until.ts';
import { CHROMIUM, hasChromium, openBrowser } from './demo-process.ts';

/** Pictures are taken where this says, for people who look at them. */
const PICTURES = process.env['APPROVAL_PICTURES'];

/** Whether the keyboard is at the button that leads to the decision. */
const HAS_FOCUS = "document.activeElement?.textContent === 'Decide…'";

const missing = !hasChromium();
const mayNotSkip = process.env['DESKBRIDGE_NO_SKIP'] === '1';
if (missing) console.error(`NOT RUN: chromium is not installed (looked for ${CHROMIUM})`);

test('signed in, read and decided by keyboard alone; nothing of the words runs', {
  skip: missing && !mayNotSkip,
}, async (t) => {
  const { story, base, id, ben, ticket } = await beginOnPage(t);
  const { store } = story.bridge.world;
  await store.approvals.questions.add(id, ben, 'For how long do you need it?');
  for (const { id: question } of await store.approvals.questions.of(id))
    await store.approvals.questions.answer(question, 'Until Friday.');
  story.desk.setField(ticket.id, 'summary', 'Let me own the database');
  await until('it is asked anew', 20_000, async () => (await store.approvals.get(id))?.approval.round === 2);
  const browser = await openBrowser();
  t.after(() => browser.close());
  for (const colorScheme of ['dark', 'light'] as const) {
    const context = await browser.newContext({ colorScheme, viewport: { width: 900, height: 1100 } });
    const page = await context.newPage();
    const refusals: string[] = [];
    const dialogs: string[] = [];
    page.on('console', (message) => refusals.push(message.text()));
    page.on('dialog', (dialog) => {
      dialogs.push(dialog.message());
      void dialog.dismiss();
    });
    const picture = async (name: string) => {
      if (PICTURES === undefined) return;
      mkdirSync(PICTURES, { recursive: true });
      await page.screenshot({ path: path.join(PICTURES, `${name}-${colorScheme}.png`), fullPage: true });
    };
    await page.goto(`${base}/approvals/${id}`);
    await picture('sign-in');
    story.slack.signInAs({ user: BEN, team: TEAM });
    await page.keyboard.press('Tab');
    await page.keyboard.press('Enter');
    await page.getByRole('heading', { level: 1, name: 'access' }).waitFor();
    await page.getByText('<script>', { exact: false }).first().waitFor();
    for (const words of [
      'What is different since',
      'Let me own the database',
      'For how long',
      'Until Friday',
    ])
      await page.getByText(words, { exact: false }).first().waitFor();
    const paper = await page.evaluate<string>('getComputedStyle(document.body).backgroundColor');
    assert.equal(paper === 'rgb(255, 255, 255)', colorScheme === 'light', 'our looks are let in');
    const root = 'document.documentElement';
    const fits = await page.evaluate<boolean>(`${root}.scrollWidth <= ${root}.clientWidth`);
    assert.ok(fits, 'nothing sticks out');
    await picture('page');
    for (let tab = 0; tab < 5 && !(await page.evaluate<boolean>(HAS_FOCUS)); tab += 1)
      await page.keyboard.press('Tab');
    await page.keyboard.press('Enter');
    const reason = page.getByLabel('Reason');
    await reason.waitFor();
    await picture('decide');
    if (colorScheme === 'light') {
      await reason.focus();
      await page.keyboard.type('Not before the audit.');
      await page.keyboard.press('Tab');
      await page.keyboard.press('Tab');
      await page.keyboard.press('Enter');
      await page.getByRole('heading', { name: /You denied it/ }).waitFor();
      await picture('denied');
    }
    assert.deepEqual(dialogs, []);
    assert.deepEqual(
      refusals.filter((text) => !/favicon|401/.test(text)),
      [],
      'the browser refused nothing of the page',
    );
    await context.close();
  }
  await until('it is denied', 20_000, async () => {
    const [row] = await story.query<{ status: string }>('select status from approval');
    return row?.status === 'denied';
  });
  const votes = await story.query('select decision, surface from approval_vote');
  assert.deepEqual(votes, [{ decision: 'deny', surface: 'web' }]);
});
