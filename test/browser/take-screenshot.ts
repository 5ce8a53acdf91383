/**
 * Takes docs/images/demo.png anew, and beside it card.png, home.png and access-form.png: node --import ./test/support/loopback-only.ts test/browser/take-screenshot.ts
 * Another file, size or scheme: ... take-screenshot.ts <file.png> <width> <height> <light|dark>
 */
import { randomBytes } from 'node:crypto';
import { chmodSync, mkdirSync, mkdtempSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { openBrowser, startDemo } from './demo-process.ts';
import { type Visitor, visit } from './visitor.ts';

const [file = 'docs/images/demo.png', width = '1440', height = '900', scheme = 'light'] =
  process.argv.slice(2);

async function tellStory(visitor: Visitor): Promise<void> {
  const { slack, desk } = visitor;
  const become = (name: string) => slack.getByLabel('In Slack you are').selectOption({ label: name });
  const back = () => slack.getByRole('button', { name: 'Close the thread' }).click();

  await become('Priya Nair');
  await visitor.suggest('The VPN is down for everybody in Lisbon');
  await visitor.agrees('INC');
  await visitor.setStatus('In Progress');
  await visitor.agrees('“In Progress” on both sides');
  await back();
  await become('Tomás Rivera');
  await visitor.suggest('My laptop screen flickers');
  await visitor.agrees('ITSD-1');
  await back();
  await visitor.suggest('I need an exception to the USB policy');
  await visitor.agrees('SEC-1');
  await back();
  await become('Mara Lindgren');
  await visitor.suggest('I am locked out of my account');
  await visitor.agrees('IAM-1');
  await visitor.thread.getByLabel('Attach a file').setInputFiles({
    ...{ name: 'what-i-see.png', mimeType: 'image/png', buffer: randomBytes(48_213) },
  });
  const reply = visitor.thread.getByLabel('Reply in the thread');
  await reply.fill('It says that my password *expired*, see the picture');
  await reply.press('Enter');
  await visitor.agrees('1 reply on both sides', '1 file on both sides');
  await desk.getByLabel('Assignee').selectOption('Iris Novak');
  await visitor.setStatus('In Progress');
  const answer = desk.getByLabel('Reply to the requester');
  await answer.fill('I have reset it. Please:\n1. open the *portal*\n2. choose a new one with `12` signs');
  await answer.press('Enter');
  await visitor.agrees('2 replies on both sides');
  await visitor.answer('Third lockout this month: look for an old phone.', { internal: true });
  await visitor.agrees('“In Progress” on both sides', '1 internal note stays');
  await slack
    .getByRole('article')
    .filter({ hasText: 'Assignee' })
    .filter({ hasText: 'Iris Novak' })
    .waitFor();
}

const folder = mkdtempSync(path.join(tmpdir(), 'deskbridge-screenshot-'));
// As root, Postgres runs under another account, which must pass here, else its data would lie elsewhere.
chmodSync(folder, 0o711);
const demo = await startDemo(path.join(folder, 'data'));
const browser = await openBrowser();
try {
  const page = await browser.newPage({
    viewport: { width: Number(width), height: Number(height) },
    colorScheme: scheme === 'dark' ? 'dark' : 'light',
    reducedMotion: 'reduce',
    locale: 'en-GB',
  });
  page.setDefaultTimeout(30_000);
  await page.goto(demo.url);
  const visitor = visit(page);
  await tellStory(visitor);
  await page.mouse.move(0, 0);
  mkdirSync(path.dirname(file), { recursive: true });
  const beside = (name: string) => path.join(path.dirname(file), name);
  const report = (taken: string) => console.log(`${taken}: ${Math.round(statSync(taken).size / 1024)} KB`);
  await page.screenshot({ path: file });
  report(file);
  await visitor.thread
    .locator('.card')
    .first()
    .screenshot({ path: beside('card.png') });
  report(beside('card.png'));
  await visitor.slack.getByRole('button', { name: 'Close the thread' }).click();
  const home = await visitor.openHome();
  await home.getByText('IAM-1').first().waitFor();
  await home.getByText('cannot be seen from here').or(home.getByText('is known to wait')).waitFor();
  await page.setViewportSize({ width: Number(width), height: 1_250 });
  await home.screenshot({ path: beside('home.png') });
  report(beside('home.png'));
  await page.setViewportSize({ width: Number(width), height: Number(height) });
  await visitor.slack.getByRole('button', { name: 'it-help' }).click();
  const form = await visitor.openAccessForm();
  await page.setViewportSize({ width: Number(width), height: 1_400 });
  await form.screenshot({ path: beside('access-form.png') });
  report(beside('access-form.png'));
} finally {
  await browser.close();
  await demo.interrupt();
  rmSync(folder, { recursive: true, force: true });
}
