import assert from 'node:assert/strict';
import type { AttachmentId, TicketId } from '../../../src/model/ids.ts';
import type { FileDraft } from '../../../src/model/ticket.ts';
import { able, filesOf } from '../bench.ts';
import { bytesOf, chunked, type Rule, refused, retried, sha256, type Trial, value } from '../trial.ts';

const ALL_BYTES = Uint8Array.from({ length: 300_007 }, (_, index) => (index * 7 + (index >> 8)) % 256);

async function openedSha({ connector }: Trial, ticket: TicketId, file: AttachmentId) {
  return sha256(await bytesOf(value(await filesOf(connector).open(ticket, file))));
}

const roundTrip: Rule = {
  name: 'a file that we attach is on the ticket with its name and size, and has the same bytes',
  async run(trial) {
    const { connector, attempt, outside } = trial;
    const { id } = await trial.ticket();
    const [input, only] = [
      trial.file(id, ALL_BYTES, { name: 'plan.bin', mime: 'application/octet-stream' }),
      attempt(),
    ];
    const added = value(await filesOf(connector).add.send(input, only)).id;
    const [read, ...others] = value(await connector.read(id)).files;
    assert.deepEqual(others, []);
    assert.deepEqual([read?.id, read?.name, read?.size], [added, 'plan.bin', ALL_BYTES.length]);
    const [agents] = (await trial.seen(id)).files;
    assert.deepEqual([agents?.size, agents?.sha256], [ALL_BYTES.length, input.sha256]);
    const opened = value(await filesOf(connector).open(id, added));
    assert.ok(opened.size === null || opened.size === ALL_BYTES.length);
    assert.equal(sha256(await bytesOf(opened)), input.sha256);
    await outside.settle();
    assert.equal(value(await filesOf(connector).add.find(input, only))?.id, added);
  },
};

const ofAgents: Rule = {
  name: 'a file that an agent attached is read with the same bytes, and is gone when he removed it',
  async run(trial) {
    const { connector, outside } = trial;
    const { id } = await trial.ticket();
    const file = await able(outside.attach)(id, { name: 'photo.png', mime: 'image/png', bytes: ALL_BYTES });
    const [read] = value(await connector.read(id)).files;
    assert.deepEqual(
      [read?.id, read?.name, read?.mime, read?.size],
      [file, 'photo.png', 'image/png', ALL_BYTES.length],
    );
    assert.equal(await openedSha(trial, id, file), sha256(ALL_BYTES));
    await able(outside.removeFile)(id, file);
    assert.deepEqual(value(await connector.read(id)).files, []);
    refused(await filesOf(connector).open(id, file), 'not-found');
  },
};

const wrongTicket: Rule = {
  name: 'a file of another ticket, or none, is not opened, and not removed either',
  async run(trial) {
    const { bench, connector, attempt } = trial;
    const [mine, other] = [await trial.ticket(), await trial.ticket()];
    const file = value(await filesOf(connector).add.send(trial.file(other.id, 'Theirs'), attempt())).id;
    refused(await filesOf(connector).open(mine.id, file), 'not-found');
    refused(await filesOf(connector).open(mine.id, bench.missing.file), 'not-found');
    const outcome = await filesOf(connector).remove.send({ ticket: mine.id, file }, attempt());
    assert.notEqual(outcome.kind, 'retry', JSON.stringify(outcome));
    assert.equal(
      value(await connector.read(other.id)).files.length,
      1,
      'the file of another ticket was removed',
    );
  },
};

const removedTwice: Rule = {
  name: 'a file of ours is taken off the ticket, and taking it off again is fine',
  async run(trial) {
    const { connector, attempt } = trial;
    const { id } = await trial.ticket();
    const kept = value(await filesOf(connector).add.send(trial.file(id, 'Kept'), attempt())).id;
    const file = value(await filesOf(connector).add.send(trial.file(id, 'Withdrawn'), attempt())).id;
    for (let times = 0; times < 2; times += 1) {
      value(await filesOf(connector).remove.send({ ticket: id, file }, attempt()));
      const left = value(await connector.read(id)).files.map((one) => one.id);
      assert.deepEqual(left, [kept]);
      assert.equal((await trial.seen(id)).files.length, 1);
    }
    refused(await filesOf(connector).open(id, file), 'not-found');
    value(await filesOf(connector).remove.send({ ticket: id, file: trial.bench.missing.file }, attempt()));
  },
};

const lostAnswer: Rule = {
  name: 'a file whose answer is lost is unknown, then found exactly once',
  async run(trial) {
    const { connector, outside, attempt } = trial;
    const { id } = await trial.ticket();
    const faults = [
      { kind: 'fail-after', status: 500 },
      { kind: 'html-after' },
      { kind: 'reset-after' },
      { kind: 'hang-after' },
    ] as const;
    for (const [index, fault] of faults.entries()) {
      const [input, only] = [trial.file(id, `Content that met ${fault.kind}`), attempt()];
      outside.fault('writes', fault, 1);
      retried(await filesOf(trial.within({ timeoutMs: 1500 })).add.send(input, only), 'unknown');
      outside.clearFaults();
      await outside.settle();
      const found = value(await filesOf(connector).add.find(input, only));
      assert.ok(found !== null, `not found after ${fault.kind}`);
      assert.equal((await trial.seen(id)).files.length, index + 1, `after ${fault.kind}`);
      assert.equal(await openedSha(trial, id, found.id), input.sha256);
    }
  },
};

const neverHappened: Rule = {
  name: 'a file that met a web page, a 5xx or a reset is unknown, and its absence is seen',
  async run(trial) {
    const { connector, outside, attempt } = trial;
    const { id } = await trial.ticket();
    const faults = [
      { kind: 'html' },
      { kind: 'fail-before', status: 503 },
      { kind: 'reset-before' },
    ] as const;
    for (const fault of faults) {
      const [input, only] = [trial.file(id, `Content that met ${fault.kind}`), attempt()];
      outside.fault('writes', fault, 1);
      retried(await filesOf(connector).add.send(input, only), 'unknown');
      outside.clearFaults();
      await outside.settle();
      assert.equal(value(await filesOf(connector).add.find(input, only)), null, `after ${fault.kind}`);
    }
  },
};

const sameName: Rule = {
  name: 'two files of one name are two files, each found by its own attempt',
  async run(trial) {
    const { connector, attempt, outside } = trial;
    const { id } = await trial.ticket();
    // As long as each other, so that only the content tells them apart.
    const sent = ['first', 'other'].map((text) => ({
      input: trial.file(id, text, { name: 'a.txt' }),
      only: attempt(),
    }));
    const ids: AttachmentId[] = [];
    for (const { input, only } of sent) ids.push(value(await filesOf(connector).add.send(input, only)).id);
    await outside.settle();
    for (const [index, { input, only }] of sent.entries()) {
      assert.equal(value(await filesOf(connector).add.find(input, only))?.id, ids[index]);
      const file = ids[index];
      assert.ok(file !== undefined && (await openedSha(trial, id, file)) === input.sha256);
    }
    const never = trial.file(id, 'third', { name: 'a.txt' });
    assert.equal(
      value(await filesOf(connector).add.find(never, attempt())),
      null,
      'another content is no proof',
    );
  },
};

const tooLarge: Rule = {
  name: 'a file that is too large is refused before its first byte is read',
  async run(trial) {
    const { connector, attempt } = trial;
    const { id } = await trial.ticket();
    let opened = 0;
    const open = () => {
      opened += 1;
      return chunked(new Uint8Array(10));
    };
    assert.ok(filesOf(connector).largest >= 1_000_000, `only ${filesOf(connector).largest} bytes are taken`);
    const input = trial.file(id, 'x', { size: filesOf(connector).largest + 1, open });
    refused(await filesOf(connector).add.send(input, attempt()), 'invalid');
    assert.equal(opened, 0, 'the content was read');
    assert.deepEqual((await trial.seen(id)).files, []);
  },
};

async function* breaksOff(): AsyncIterable<Uint8Array> {
  yield Buffer.from('Half of ');
  throw new Error('the source broke off');
}

const otherContent: Rule = {
  name: 'a file that broke off, grew, shrank or changed since it was announced is not attached',
  async run(trial) {
    const { id } = await trial.ticket();
    const from = (text: string) => () => chunked(Buffer.from(text));
    const changes: Readonly<Record<string, Partial<FileDraft>>> = {
      'broke off': { open: breaksOff },
      grew: { open: from('The content and more') },
      shrank: { open: from('The conten') },
      'is empty now': { open: from('') },
      changed: { open: from('The c0ntent') },
    };
    for (const [what, change] of Object.entries(changes)) {
      const outcome = await filesOf(trial.connector).add.send(
        trial.file(id, 'The content', change),
        trial.attempt(),
      );
      assert.notEqual(outcome.kind, 'ok', `a file that ${what} was attached`);
      assert.deepEqual((await trial.seen(id)).files, [], `a file that ${what} is on the ticket`);
    }
    value(await filesOf(trial.connector).add.send(trial.file(id, 'The content'), trial.attempt()));
  },
};

const PAGE = '<!doctype html><title>Log in</title><form action="/login"></form>';

const loginPage: Rule = {
  name: 'a web page instead of a file is never handed over, a file that is a web page is',
  async run(trial) {
    const { connector, outside } = trial;
    const { id } = await trial.ticket();
    const photo = await able(outside.attach)(id, { name: 'photo.png', mime: 'image/png', bytes: ALL_BYTES });
    const page = await able(outside.attach)(id, {
      name: 'saved.html',
      mime: 'text/html',
      bytes: Buffer.from(PAGE),
    });
    outside.fault('content', { kind: 'html' }, 1);
    const outcome = await filesOf(connector).open(id, photo);
    outside.clearFaults();
    assert.notEqual(outcome.kind, 'ok', 'a login page passed as a photo');
    assert.equal(await openedSha(trial, id, page), sha256(Buffer.from(PAGE)));
    assert.equal(await openedSha(trial, id, photo), sha256(ALL_BYTES));
  },
};

const strangeNames: Rule = {
  name: 'names of files arrive as words: no path, no header, no markup comes about',
  async run(trial) {
    const { connector, attempt } = trial;
    const names = [
      'Plan für Zürich 漢字 👍.txt',
      '../../etc/plan.txt',
      'a"; filename="plan.txt',
      'plan\r\nX-Evil: 1.txt',
      'C:\\plan.txt',
      `${'plan'.repeat(60)}.txt`,
      '<b>plan</b>.txt',
      ' ',
      '.',
    ];
    const { id } = await trial.ticket();
    for (const [index, name] of names.entries()) {
      const input = trial.file(id, `Content ${index}`, { name });
      const file = value(await filesOf(connector).add.send(input, attempt())).id;
      const read = value(await connector.read(id)).files.find((one) => one.id === file);
      assert.ok(read !== undefined && read.name.trim() !== '', `"${name}" became ${JSON.stringify(read)}`);
      assert.ok(!/[\r\n\0]/.test(read.name), JSON.stringify(read.name));
      if (/plan/i.test(name)) assert.ok(/plan/i.test(read.name), `"${name}" became "${read.name}"`);
      assert.equal(await openedSha(trial, id, file), input.sha256);
      await trial.outside.pass(3000);
    }
  },
};

export const fileRules: readonly Rule[] = [
  roundTrip,
  ofAgents,
  wrongTicket,
  removedTwice,
  lostAnswer,
  neverHappened,
  sameName,
  tooLarge,
  otherContent,
  loginPage,
  strangeNames,
];
