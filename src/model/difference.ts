/** What two texts share at both ends, and what differs between. */
export interface Difference {
  readonly before: string;
  readonly removed: string;
  readonly added: string;
  readonly after: string;
}

/**
 * `before + removed + after` is the one text, `before + added + after` the other; nothing is cut in the middle of a word.
 * One stretch is enough for people: what lies between two changes stands in both.
 */
export function differenceOf(was: string, is: string): Difference {
  const [one, two] = [wordsOf(was), wordsOf(is)];
  const most = Math.min(one.length, two.length);
  let head = 0;
  while (head < most && one[head] === two[head]) head += 1;
  let tail = 0;
  while (tail < most - head && one[one.length - 1 - tail] === two[two.length - 1 - tail]) tail += 1;
  return {
    before: one.slice(0, head).join(''),
    removed: one.slice(head, one.length - tail).join(''),
    added: two.slice(head, two.length - tail).join(''),
    after: one.slice(one.length - tail).join(''),
  };
}

const wordsOf = (text: string): readonly string[] => text.match(/\s+|\S+/gu) ?? [];
