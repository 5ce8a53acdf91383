import type { Locator, Page } from 'playwright-core';

/** What a visitor does on the demo's page, found as people find it: by names and labels. */
export interface Visitor {
  readonly page: Page;
  readonly slack: Locator;
  readonly desk: Locator;
  readonly strip: Locator;
  /** Sends a suggested message and waits for its thread. */
  suggest(text: string): Promise<void>;
  replyInSlack(text: string): Promise<void>;
  answer(text: string, options?: { readonly internal?: boolean }): Promise<void>;
  setStatus(status: string): Promise<void>;
  /** Waits until the strip says that both sides agree, with these words in it. */
  agrees(...words: readonly string[]): Promise<void>;
}

export function visit(page: Page): Visitor {
  const slack = page.getByRole('region', { name: 'Slack' });
  const desk = page.getByRole('region', { name: 'Ticket systems' });
  const strip = page.getByRole('region', { name: 'Both sides' });
  return {
    page,
    slack,
    desk,
    strip,
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
      const field = desk.getByRole('textbox');
      await field.fill(text);
      await field.press('Enter');
      await desk.getByRole('article').filter({ hasText: text }).waitFor();
    },
    async setStatus(status) {
      await desk.getByLabel('Status').selectOption(status);
    },
    async agrees(...words) {
      let place = strip.filter({ hasText: 'Both sides agree' });
      for (const word of words) place = place.filter({ hasText: word });
      await place.waitFor();
    },
  };
}
