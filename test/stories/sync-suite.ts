/** What has to be the same on both sides, and what may not cross. One bridge tells all of these stories for one desk. */
import { suite } from 'node:test';
import { type BothOptions, createBoth } from './both-sides.ts';
import { thingStories } from './thing-stories.ts';
import { wordStories } from './word-stories.ts';

export function syncStoriesOf(label: string, options: BothOptions): void {
  suite(`both sides agree with ${label}`, { concurrency: false }, () => {
    const both = createBoth(options);
    wordStories(both);
    thingStories(both);
  });
}
