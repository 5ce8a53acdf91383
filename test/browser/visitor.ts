import type { Locator, Page } from 'playwright-core';

/** What a visitor does on the demo's page, found as people find it: by names and labels. */
export interface Visitor {
  readonly page: Page;
  readonly slack: Locator;
  readonly desk: Locator;
  readonly strip: Locator;
  /** The thread that is open. */
  readonly thread: Locator;
  /** Sends a suggested message and waits for its thread. */
  suggest(text: string): Promise<void>;
  replyInSlack(text: string): Promise<void>;
  answer(text: string, options?: { readonly internal?: boolean }): Promise<void>;
  setStatus(status: string): Promise<void>;
  /** Chooses from the menu of the message or comment with this text. */
  choose(text: string, item: string, where: 'thread' | 'desk'): Promise<void>;
  /** Chooses from the menu of the card in the open thread. */
  chooseOnCard(item: string): Promise<void>;
  /** Writes something else where an edit was begun. */
  rewrite(text: string): Promise<void>;
  /** Opens the Home tab of the app; answers it when it shows something. */
  openHome(): Promise<Locator>;
  /** Types `/desk`, chooses the form for access, and fills it in; what was typed before the choice must stay. */
  openAccessForm(): Promise<Locator>;
  /** Waits until the strip says that both sides agree, with these words in it. */
  agrees(...words: readonly string[]): Promise<void>;
}

export function visit(page: Page): Visitor {
  const slack = page.getByRole('region', { name: 'Slack' });
  const desk = page.getByRole('region', { name: 'Ticket systems' });
  const thread = slack.getByRole('region', { name: 'Thread' });
  const strip = page.getByRole('region', { name: 'Both sides' });
  return {
    page,
    slack,
    desk,
    strip,
    thread,
    async suggest(text) {
      await slack.getByRole('button', { name: text }).click();
      await slack.getByRole('region', { name: 'Thread' }).getByText(text).first().waitFor();
    },
    async replyInSlack(text) {
      const field = slack.getByLabel('Reply in the thread');
      await field.fill(text);
      await field.press('Enter');
      await slack.getByRole('log', { name: 'Messages of the thread' }).getByText(text).first().waitFor();
    },
    async answer(text, options = {}) {
      await desk.getByLabel(options.internal === true ? 'Internal note' : 'Public reply').check();
      const field = desk.getByRole('textbox', { name: /^(Reply to the requester|Internal note)$/ });
      await field.fill(text);
      await field.press('Enter');
      await desk.getByRole('article').filter({ hasText: text }).waitFor();
    },
    async setStatus(status) {
      await desk.getByLabel('Status').selectOption(status);
    },
    async choose(text, item, where) {
      const side = where === 'desk' ? desk : thread;
      const one = side.getByRole('article').filter({ hasText: text });
      await one.hover();
      await one.getByRole('button', { name: /^Actions on/ }).click();
      await page.getByRole('menuitem', { name: item }).click();
    },
    async chooseOnCard(item) {
      await thread.getByRole('button', { name: 'More actions on this request' }).click();
      await page.getByRole('menuitem', { name: item }).click();
    },
    async rewrite(text) {
      const field = page.getByRole('textbox', { name: /^Edit the/ });
      await field.fill(text);
      await field.press('Enter');
      await field.waitFor({ state: 'detached' });
    },
    async openHome() {
      await slack.getByRole('button', { name: 'Deskbridge Home' }).click();
      const home = slack.getByRole('region', { name: 'Home of Deskbridge' });
      await home.getByRole('heading', { name: 'My requests', exact: true }).waitFor();
      return home;
    },
    async openAccessForm() {
      const field = slack.getByLabel('Message to # it-help');
      await field.fill('/desk');
      await field.press('Enter');
      const form = page.getByRole('dialog', { name: 'Ask the service desk' });
      await form.getByLabel('Why is it urgent?').fill('The quarter closes tonight');
      await form.getByLabel('What is it about?').selectOption({ label: 'Access to a system' });
      await form.getByLabel('Which system?').fill('SAP');
      await form.getByLabel('Which role or rights?').fill('Buyer');
      await form.getByLabel('For how long?').selectOption({ index: 2 });
      await form.getByLabel('Why is it needed?').fill('Month-end orders');
      await form.getByLabel('Who is the manager?').selectOption({ label: 'Priya Nair' });
      await form.getByRole('checkbox', { name: 'This is urgent' }).check();
      const notes = { name: 'approval.txt', mimeType: 'text/plain', buffer: Buffer.from('agreed') };
      await form.getByLabel('Add a file: Files').setInputFiles(notes);
      await form.getByText('approval.txt').waitFor();
      return form;
    },
    async agrees(...words) {
      let place = strip.filter({ hasText: 'Both sides agree' });
      for (const word of words) place = place.filter({ hasText: word });
      await place.waitFor();
    },
  };
}
