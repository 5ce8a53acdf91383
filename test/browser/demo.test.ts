import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { chmodSync, existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { after, before, suite, test } from 'node:test';
import type { Browser } from 'playwright-core';
import { until } from '../support/until.ts';
import { crossingCases } from './crossing-cases.ts';
import { CHROMIUM, type DemoProcess, hasChromium, openBrowser, startDemo } from './demo-process.ts';
import { type Visitor, visit } from './visitor.ts';

const missing = !hasChromium();
const mayNotSkip = process.env['DESKBRIDGE_NO_SKIP'] === '1';
if (missing) console.error(`NOT RUN: chromium is not installed (looked for ${CHROMIUM})`);

/** Processes whose command line names this folder: the demo, and its Postgres. */
function processesOf(folder: string): string[] {
  const all = execFileSync('ps', ['-eo', 'pid,args'], { encoding: 'utf8' });
  return all.split('\n').filter((line) => line.includes(folder));
}

suite('the demo in a browser', { skip: missing && !mayNotSkip }, () => {
  const folder = mkdtempSync(path.join(tmpdir(), 'deskbridge-demo-browser-'));
  // As root, Postgres runs under another account, which must pass here, else its data would lie elsewhere.
  chmodSync(folder, 0o711);
  const data = path.join(folder, 'data');
  let browser: Browser;
  let demo: DemoProcess;
  let visitor: Visitor;

  async function open(): Promise<Visitor> {
    const page = await browser.newPage({ viewport: { width: 1280, height: 800 } });
    page.setDefaultTimeout(20_000);
    page.on('pageerror', (error) => assert.fail(`The page failed: ${error.message}`));
    await page.goto(demo.url);
    return visit(page);
  }

  before(async () => {
    assert.ok(hasChromium(), `chromium is missing at ${CHROMIUM}, and DESKBRIDGE_NO_SKIP=1 allows no skip`);
    demo = await startDemo(data);
    browser = await openBrowser();
    visitor = await open();
  });
  after(async () => {
    await browser?.close();
    if (demo?.process.exitCode === null && demo.process.signalCode === null) await demo.interrupt();
    rmSync(folder, { recursive: true, force: true });
  });

  test('starting shows progress and exactly one address', () => {
    for (const part of ['Postgres', 'Slack, Jira and ServiceNow', 'Page', 'Deskbridge works']) {
      assert.ok(demo.printed().includes(part), `${part} in:\n${demo.printed()}`);
    }
    assert.equal(demo.printed().match(/http:\/\//g)?.length, 1);
  });

  test('a request is routed: its ticket appears in the right queue, with the reason', async () => {
    const { desk } = visitor;
    await visitor.suggest('I am locked out of my account');
    await desk
      .getByRole('region', { name: 'Identity & Access' })
      .getByRole('button', { name: 'IAM-1' })
      .waitFor();
    await desk.getByRole('heading', { name: 'IAM-1' }).waitFor();
    await desk.getByText(/Rule "access-requests" matched the words/).waitFor();
    await visitor.slack.getByRole('button', { name: 'It is solved' }).waitFor();
    await visitor.agrees('IAM-1', '“To Do” on both sides');
  });

  test('replies cross in both directions, an internal note does not', async () => {
    await visitor.replyInSlack('It says that my password expired.');
    await visitor.agrees('1 reply on both sides');
    await visitor.desk.getByText('It says that my password expired.').waitFor();
    await visitor.answer('I have reset it. Please try again.');
    await visitor.agrees('2 replies on both sides');
    await visitor.slack.getByText('I have reset it. Please try again.').waitFor();
    await visitor.answer('Third time this month: look for an old phone.', { internal: true });
    await visitor.answer('One more thing: choose a long one.');
    await visitor.agrees('3 replies on both sides', '1 internal note stays on the ticket');
    assert.equal(await visitor.slack.getByText('look for an old phone').count(), 0);
  });

  test('a status changed on the ticket shows on the card, and the other way round', async () => {
    await visitor.setStatus('In Progress');
    await visitor.agrees('“In Progress” on both sides');
    await visitor.slack.getByRole('button', { name: 'It is solved' }).click();
    await visitor.agrees('“Done” on both sides');
    await visitor.slack.getByRole('button', { name: 'Reopen' }).waitFor();
  });

  crossingCases(() => visitor);

  test('/desk: a form is chosen in the modal, keeps what was typed, says what is missing, and opens a ticket', async () => {
    const { slack, desk } = visitor;
    await slack.getByRole('button', { name: 'Close the thread' }).click();
    const form = await visitor.openAccessForm();
    assert.equal(await form.getByLabel('Why is it urgent?').inputValue(), 'The quarter closes tonight');
    await form.getByLabel('Which system?').fill('');
    await form.getByRole('button', { name: 'Send' }).click();
    await form.getByRole('alert').getByText('Please complete this required field.').waitFor();
    await form.getByLabel('Which system?').fill('SAP');
    await form.getByRole('button', { name: 'Send' }).click();
    await form.waitFor({ state: 'detached' });
    await desk
      .getByRole('region', { name: 'Identity & Access' })
      .getByText('Access to SAP as Buyer')
      .waitFor();
  });

  test('Esc closes the form, and nothing is sent', async () => {
    const { page, slack } = visitor;
    await slack.getByRole('button', { name: '/desk form' }).click();
    const form = page.getByRole('dialog', { name: 'Ask the service desk' });
    await form.waitFor();
    await page.keyboard.press('Escape');
    await form.waitFor({ state: 'detached' });
    assert.equal(await visitor.desk.getByRole('button', { name: /^ITSD-/ }).count(), 0);
  });

  test('a message becomes a request by its menu, also by keyboard alone', async () => {
    const { page, slack, desk } = visitor;
    await slack.getByRole('button', { name: 'general' }).click();
    const field = slack.getByLabel('Message to # general');
    await field.fill('The printer on floor 3 prints blank pages');
    await field.press('Enter');
    const message = slack.getByRole('article').filter({ hasText: 'blank pages' });
    await message.getByRole('button', { name: /^Actions on the message/ }).focus();
    await page.keyboard.press('Enter');
    await page.getByRole('menuitem', { name: 'Reply in thread' }).waitFor();
    await page.keyboard.press('ArrowDown');
    assert.ok(
      await page.getByRole('menuitem', { name: 'Open request' }).evaluate((item) => item.matches(':focus')),
    );
    await page.keyboard.press('Enter');
    await desk
      .getByRole('region', { name: 'Devices & Software' })
      .getByRole('button', { name: 'ITSD-1' })
      .waitFor();
    await visitor.agrees('#general', 'ITSD-1');
  });

  test('who was chosen acts at once', async () => {
    const { slack } = visitor;
    await slack.getByRole('button', { name: 'it-help' }).first().click();
    for (const name of ['Priya Nair', 'Tomás Rivera', 'Mara Lindgren']) {
      await slack.getByLabel('In Slack you are').selectOption({ label: name });
      const field = slack.getByLabel('Message to # it-help');
      await field.fill(`Where is the lunch menu of ${name}?`);
      await field.press('Enter');
      await slack
        .getByRole('article')
        .filter({ hasText: `menu of ${name}?` })
        .filter({ hasText: name })
        .first()
        .waitFor();
      const author = await slack
        .getByRole('article')
        .filter({ hasText: `menu of ${name}?` })
        .first()
        .locator('header b')
        .textContent();
      assert.equal(author, name);
      await visitor.agrees('No replies yet');
      await slack.getByRole('button', { name: 'Close the thread' }).click();
    }
  });

  test('Ctrl-C stops everything; starting again finds the data', async () => {
    const { printed } = demo;
    assert.ok(processesOf(data).length >= 2, 'the demo and its Postgres run');
    await visitor.page.close();
    assert.equal(await demo.interrupt(), 0, printed());
    assert.match(printed(), /Nothing is left running/);
    assert.deepEqual(processesOf(data), []);

    demo = await startDemo(data);
    assert.match(demo.printed(), /Page was built before/);
    visitor = await open();
    await visitor.desk.getByRole('button', { name: 'IAM-1' }).click();
    await visitor.agrees('IAM-1', '“Done” on both sides', '3 replies on both sides');
  });

  test('killed with -9 it starts again, with the data, and goes on', async () => {
    await visitor.slack.getByRole('button', { name: 'Close the thread' }).click();
    await visitor.suggest('My laptop screen flickers');
    const last = 'ITSD-5';
    await visitor.agrees(last);
    await visitor.page.close();
    await demo.kill();
    demo = await startDemo(data);
    visitor = await open();
    await visitor.desk.getByRole('button', { name: last }).click();
    await visitor.agrees(last, 'No replies yet');
    await visitor.replyInSlack('Only on the left half.');
    await visitor.agrees(last, '1 reply on both sides');
  });

  test('--reset begins anew and leaves what is not its own', async () => {
    await visitor.page.close();
    assert.equal(await demo.interrupt(), 0);
    const notes = path.join(data, 'my-notes.txt');
    writeFileSync(notes, 'not of the demo');
    demo = await startDemo(data, '--reset');
    assert.ok(existsSync(notes));
    visitor = await open();
    await visitor.desk.getByText('No tickets yet').waitFor();
    await visitor.slack.getByText('Ask for help').waitFor();
  });

  test('Ctrl-C while it starts leaves nothing either', async () => {
    await visitor.page.close();
    assert.equal(await demo.interrupt(), 0);
    const early = startDemo(data);
    early.catch(() => {});
    await until('it has begun', 20_000, () => processesOf(data).length > 0);
    const started = await Promise.race([
      early,
      until('Postgres is under way', 30_000, () => processesOf(data).length > 1).then(() => null),
    ]);
    const pid =
      started?.process.pid ??
      Number(
        processesOf(data)
          .find((line) => line.includes(' demo '))
          ?.trim()
          .split(' ')[0],
      );
    process.kill(pid, 'SIGINT');
    await until('everything has ended', 60_000, () => processesOf(data).length === 0);
  });
});
