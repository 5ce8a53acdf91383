import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import type { Locator } from 'playwright-core';
import type { Visitor } from './visitor.ts';

/** What the bridge carries, seen and done on the page, on a request of its own. Leaves that thread open. */
export function crossingCases(visitor: () => Visitor): void {
  test('formatting crosses both ways', async () => {
    const { desk, thread } = visitor();
    await visitor().slack.getByRole('button', { name: 'Close the thread' }).click();
    const channel = visitor().slack.getByLabel('Message to # it-help');
    await channel.fill('I forgot my password');
    await channel.press('Enter');
    await visitor().agrees('IAM-2');
    const field = thread.getByLabel('Reply in the thread');
    await field.fill('For *two* things:\n- a `scanner`\n  - and its _cable_\n> said Iris');
    await field.press('Enter');
    const comment = desk.getByRole('article').filter({ hasText: 'For two things' });
    await comment.getByRole('strong').filter({ hasText: 'two' }).waitFor();
    await comment.locator('ul ul li em').filter({ hasText: 'cable' }).waitFor();
    await comment.getByRole('code').filter({ hasText: 'scanner' }).waitFor();
    await comment.getByRole('blockquote').filter({ hasText: 'said Iris' }).waitFor();
    await desk.getByLabel('Public reply').check();
    const answer = desk.getByLabel('Reply to the requester');
    await answer.fill('Please:\n1. ask *Beth*\n2. wait');
    await answer.press('Enter');
    const message = thread.getByRole('article').filter({ hasText: 'Please:' });
    await message.locator('ol li strong').filter({ hasText: 'Beth' }).waitFor();
    await visitor().agrees('2 replies on both sides');
  });

  test('an edit and a deletion cross both ways, and what becomes internal leaves Slack', async () => {
    const { desk, thread } = visitor();
    await visitor().choose('For two things', 'Edit message', 'thread');
    const typed = await visitor().page.getByLabel('Edit the message').inputValue();
    assert.equal(typed, 'For *two* things:\n- a `scanner`\n  - and its _cable_\n> said Iris');
    await visitor().rewrite('For *one* thing');
    await thread.getByText('(edited)').waitFor();
    await desk.getByRole('article').filter({ hasText: 'For one thing' }).waitFor();
    await visitor().choose('ask Beth', 'Edit comment', 'desk');
    await visitor().rewrite('Please ask *Samuel*');
    await thread.getByText('Samuel', { exact: true }).waitFor();
    await visitor().agrees('2 replies on both sides');
    await visitor().choose('ask Samuel', 'Make internal', 'desk');
    await visitor().agrees('1 reply on both sides', '1 internal note stays');
    assert.equal(await thread.getByText('Samuel', { exact: true }).count(), 0);
    await visitor().choose('ask Samuel', 'Make public', 'desk');
    await visitor().agrees('2 replies on both sides');
    await visitor().choose('ask Samuel', 'Delete comment', 'desk');
    await visitor().agrees('1 reply on both sides');
    await visitor().choose('For one thing', 'Delete message', 'thread');
    await desk.getByText('This message was deleted in Slack.').waitFor();
    await visitor().agrees('No replies yet');
    assert.equal(await desk.getByText('For one thing').count(), 0);
  });

  test('a file crosses both ways with its content, and goes where it is removed', async () => {
    const { desk, thread, page } = visitor();
    const picture = Buffer.from('a picture of the screen');
    const manual = Buffer.from('the manual, in two pages');
    const contentOf = async (side: Locator, name: string) => {
      const [download] = await Promise.all([
        page.waitForEvent('download'),
        side.getByRole('link', { name }).click(),
      ]);
      return readFileSync(await download.path());
    };
    await thread.getByLabel('Attach a file').setInputFiles({
      ...{ name: 'screen shot.png', mimeType: 'image/png', buffer: picture },
    });
    await thread.getByRole('button', { name: 'Reply', exact: true }).click();
    await visitor().agrees('1 file on both sides');
    assert.deepEqual(await contentOf(desk, 'screen shot.png'), picture);
    await desk.getByLabel('Attach a file to the ticket').setInputFiles({
      ...{ name: 'manual.pdf', mimeType: 'application/pdf', buffer: manual },
    });
    await visitor().agrees('2 files on both sides');
    assert.deepEqual(await contentOf(thread, 'manual.pdf'), manual);
    await desk.getByRole('button', { name: 'Remove manual.pdf' }).click();
    await visitor().agrees('1 file on both sides');
    await thread.getByLabel('Attach a file').setInputFiles({
      ...{ name: 'nothing.txt', mimeType: 'text/plain', buffer: Buffer.alloc(0) },
    });
    await thread.getByRole('alert').filter({ hasText: 'nothing.txt is empty' }).waitFor();
  });

  test('fields change at the desk and by the form of the card', async () => {
    const { desk, thread, page } = visitor();
    const card = thread.getByRole('article').filter({ hasText: 'Reply here: it reaches the ticket' });
    await desk.getByLabel('Priority').selectOption('High');
    await desk.getByLabel('Assignee').selectOption('Samuel Okafor');
    await card.filter({ hasText: 'High' }).filter({ hasText: 'Samuel' }).waitFor();
    await visitor().chooseOnCard('Change fields…');
    const form = page.getByRole('dialog', { name: 'Change the ticket' });
    await form.getByRole('button', { name: 'Change', exact: true }).click();
    await form.getByRole('alert').filter({ hasText: 'Nothing is filled in' }).waitFor();
    await form.getByLabel('Summary').fill('Password of the scanner');
    await form.getByRole('button', { name: 'Change', exact: true }).click();
    await form.waitFor({ state: 'detached' });
    await desk.getByRole('heading', { name: /^Password of the scanner/ }).waitFor();
    await card.filter({ hasText: 'Password of the scanner' }).waitFor();
  });

  test('the receipt of the card is shown to whoever asked, and to nobody else', async () => {
    const { slack, thread } = visitor();
    await visitor().chooseOnCard('Is everything in sync?');
    const receipt = thread.getByRole('article').filter({ hasText: /In sync: this thread and IAM-2 agree/ });
    await receipt.filter({ hasText: 'Only visible to you' }).waitFor();
    await slack.getByLabel('In Slack you are').selectOption({ label: 'Priya Nair' });
    await receipt.waitFor({ state: 'detached' });
    await slack.getByLabel('In Slack you are').selectOption({ label: 'Mara Lindgren' });
    await receipt.waitFor();
  });

  test('what is lost on its way is mended: every write done once, though no answer came', async () => {
    const { page, desk, thread } = visitor();
    await page.getByRole('button', { name: 'Make trouble' }).click();
    await page.getByRole('menuitem', { name: 'Answers get lost' }).click();
    await page.getByText('Every write is done, and its answer is cut off').waitFor();
    await visitor().replyInSlack('Did that arrive?');
    await visitor().answer('It did.');
    await visitor().agrees('2 replies on both sides');
    await page.getByRole('button', { name: 'End it now' }).click();
    await page.getByRole('button', { name: 'Make trouble' }).waitFor();
    assert.equal(await desk.getByText('Did that arrive?').count(), 1);
    assert.equal(await thread.getByText('It did.').count(), 1);
  });
}
