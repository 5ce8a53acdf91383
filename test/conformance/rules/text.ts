import assert from 'node:assert/strict';
import { plainDoc } from '../../../src/model/doc.ts';
import { naughtyStrings } from '../naughty-strings.ts';
import { bare, type Rule, refused, said, type Trial, value } from '../trial.ts';

/** Writes the text as a comment and answers what is read back; null when it was refused as empty. */
async function throughComment(trial: Trial, id: Awaited<ReturnType<Trial['ticket']>>['id'], text: string) {
  const sent = await trial.connector.comments.add.send(trial.words(id, text), trial.attempt());
  if (sent.kind === 'rejected' && bare(text) === '') {
    refused(sent, 'invalid');
    return null;
  }
  return said(value(await trial.connector.comments.read(id, value(sent).id)));
}

const scripts: Rule = {
  name: 'emoji, right-to-left scripts, combining marks and line breaks come back unchanged',
  async run(trial) {
    const { id } = await trial.ticket();
    const texts = [
      '👩‍👩‍👧‍👦 🇨🇭 👍🏽',
      'مرحبا بالعالم',
      'שלום עולם',
      'Zu\u0308rich Straße ĳ',
      '漢字\nかな\n\nแปลไทย',
      '1 < 2 && "3" > \'2\'',
    ];
    for (const text of texts) {
      const back = await throughComment(trial, id, text);
      assert.ok(back?.includes(text), `${JSON.stringify(text)} came back as ${JSON.stringify(back)}`);
    }
    const input = trial.draft({
      summary: '👩‍👩‍👧‍👦 مرحبا & <b>שלום</b>',
      description: plainDoc(texts.join('\n')),
    });
    const { id: named } = value(await trial.connector.create.send(input, trial.attempt()));
    assert.equal(value(await trial.connector.read(named)).summary, input.summary);
    const { description } = await trial.seen(named);
    for (const text of texts) assert.ok(bare(description).includes(bare(text)), `"${text}" is missing`);
  },
};

const PER_TICKET = 60;
const PER_COMMENT = 10;

/** In pieces of so many. */
function* pieces<T>(all: readonly T[], size: number): Generator<readonly T[]> {
  for (let at = 0; at < all.length; at += size) yield all.slice(at, at + size);
}

/** Each begins a line, where markup would begin, too; those without a word for themselves, because alone they are refused. */
const naughty: Rule = {
  name: 'strings that have broken other programs come back as they were written',
  async run(trial) {
    const strings = naughtyStrings();
    if (strings === null) return;
    for (const batch of pieces(strings, PER_TICKET)) {
      const summary = batch[0] ?? '';
      const [input, only] = [trial.draft({ summary }), trial.attempt()];
      const { id } = value(await trial.patiently(() => trial.connector.create.send(input, only)));
      if (bare(summary).length <= 100) {
        const read = value(await trial.connector.read(id)).summary;
        assert.ok(
          bare(read).includes(bare(summary)),
          `summary ${JSON.stringify(summary)} became ${JSON.stringify(read)}`,
        );
      }
      const written = [];
      const [blank, worded] = [true, false].map((is) => batch.filter((text) => (bare(text) === '') === is));
      for (const texts of [...(blank ?? []).map((text) => [text]), ...pieces(worded ?? [], PER_COMMENT)]) {
        const [words, once] = [trial.words(id, texts.join('\n')), trial.attempt()];
        const sent = await trial.patiently(() => trial.connector.comments.add.send(words, once));
        if (sent.kind === 'rejected' && texts.every((text) => bare(text) === '')) refused(sent, 'invalid');
        else written.push({ texts, id: value(sent).id });
      }
      const { comments } = value(await trial.connector.read(id));
      for (const { texts, id: own } of written) {
        const back = said(comments.find((comment) => comment.id === own));
        for (const text of texts) {
          const same = bare(back).includes(bare(text));
          assert.ok(same, `${JSON.stringify(text)} came back as ${JSON.stringify(back)}`);
        }
      }
      // Systems limit how fast one ticket may be written to; that is not what this rule is about.
      await trial.outside.pass(3000);
    }
  },
};

const unstorable: Rule = {
  name: 'NUL, control characters and half surrogates do not reach the ticket, the words around them do',
  async run(trial) {
    const { id } = await trial.ticket();
    for (const text of [
      'before\u0000after',
      'before\u0007after',
      'before\ud83dafter',
      'before\udc00after',
      '\ufeffbefore after',
    ]) {
      const back = await throughComment(trial, id, text);
      const shown = `came back as ${JSON.stringify(back)}`;
      assert.ok(back !== null, 'refused as empty');
      assert.ok(back.includes('before') && back.includes('after'), shown);
      assert.ok(back.isWellFormed() && !back.includes('\u0000') && !back.includes('\u0007'), shown);
    }
    const summary = 'Door\u0000\nis \ud83dlocked';
    const created = value(await trial.connector.create.send(trial.draft({ summary }), trial.attempt()));
    const read = value(await trial.connector.read(created.id)).summary;
    assert.ok(
      /^Door.*is.*locked$/.test(read) && read.isWellFormed(),
      `summary became ${JSON.stringify(read)}`,
    );
  },
};

/** Either the whole text is there, or a beginning of it and then words that are not the author's. */
function assertCutVisibly(stored: string, text: string): void {
  if (stored.includes(text)) return;
  assert.ok(stored.isWellFormed(), 'the cut splits a character');
  const from = stored.indexOf(text.slice(0, 60));
  assert.ok(from >= 0, `the beginning is missing: ${stored.slice(0, 200)}`);
  let kept = 60;
  while (kept < text.length && stored[from + kept] === text[kept]) kept += 1;
  assert.ok(
    /\p{L}{2,}|…/u.test(stored.slice(from + kept)),
    `nothing tells that it was cut: …${stored.slice(-80)}`,
  );
}

const long: Rule = {
  name: 'a text of 100 kB is kept whole, or cut visibly and between characters',
  async run(trial) {
    const lines = (word: string) => Array.from({ length: 100_000 }, (_, n) => `${word}${n}`).join(' ');
    for (const text of [lines('é').slice(0, 100_000), '😀'.repeat(50_000), 'x'.repeat(100_000)]) {
      const { id } = await trial.ticket();
      const back = await throughComment(trial, id, text);
      assert.ok(back !== null);
      assertCutVisibly(back, text);
    }
    const text = lines('ü').slice(0, 100_000);
    const [input, only] = [trial.draft({ summary: text, description: plainDoc(text) }), trial.attempt()];
    const created = value(await trial.connector.create.send(input, only));
    assertCutVisibly(value(await trial.connector.read(created.id)).summary, text);
    const { description } = await trial.seen(created.id);
    assertCutVisibly(description, text);
    assert.ok(description.includes('Ada Lovelace'), 'the cut took away who asked');
    await trial.outside.settle();
    assert.equal(value(await trial.connector.create.find(input, only))?.id, created.id);
  },
};

const markup: Rule = {
  name: 'text never reaches the ticket as [code] markup',
  async run(trial) {
    const texts = [
      '[code]<script>alert(1)</script>[/code]',
      '[CODE]<b>',
      '[ code ]<i>',
      '[\u0000code]<u>',
      '[[code]]',
      '[\u200bcode]',
    ];
    const input = trial.draft({ summary: texts.join(' '), description: plainDoc(texts.join('\n')) });
    const { id } = value(await trial.connector.create.send(input, trial.attempt()));
    for (const text of texts) {
      value(
        await trial.connector.comments.add.send(
          trial.words(id, text, { author: { name: '[code]Mallory', grant: null } }),
          trial.attempt(),
        ),
      );
    }
    const { summary, description, comments } = await trial.seen(id);
    for (const stored of [summary, description, ...comments.map((comment) => comment.text)]) {
      assert.ok(!/\[\s*\/?\s*code/i.test(stored), `stored as ${JSON.stringify(stored)}`);
    }
    assert.ok(
      comments.some((comment) => comment.text.includes('alert(1)')),
      'the words themselves are gone',
    );
  },
};

export const textRules: readonly Rule[] = [scripts, naughty, unstorable, long, markup];
