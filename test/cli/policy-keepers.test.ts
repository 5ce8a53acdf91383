/** `policy key`, `policy sign` and `policy verify` through the program itself, and what `config check` says of it. */
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { chmodSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { suite, test } from 'node:test';
import { Command } from 'commander';
import { z } from 'zod';
import { configCommands } from '../../src/cli/config-commands.ts';
import { operateCommands } from '../../src/cli/operate-commands.ts';
import { policyCommands } from '../../src/cli/policy-commands.ts';
import { KIND, rule } from '../approvals/policy-fixture.ts';
import { configFile, MINIMAL, VARIABLES } from '../config/installation.ts';
import { migratedDatabase } from '../support/migrated-database.ts';

const PROGRAM = path.resolve(import.meta.dirname, '../../bin/deskbridge.js');
const LIMIT_MS = 60_000;

interface Said {
  readonly out: string;
  readonly err: string;
  readonly code: number;
}

/** The program itself, as somebody starts it. */
async function bin(...args: readonly string[]): Promise<Said> {
  const child = spawn(process.execPath, [PROGRAM, ...args], {
    stdio: ['ignore', 'pipe', 'pipe'],
    timeout: LIMIT_MS,
  });
  const said = { out: '', err: '' };
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    said.out += text;
  });
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    said.err += text;
  });
  const [code] = await once(child, 'close');
  return { ...said, code: Number(code) };
}

/** The same commands in this process: a start of the program costs seconds on a busy machine. */
async function desk(args: readonly string[], env: Readonly<Record<string, string>> = {}): Promise<Said> {
  const said = { out: '', err: '', code: 0 };
  const program = new Command('deskbridge');
  const terminal = {
    out: (text: string) => {
      said.out += `${text}\n`;
    },
    err: (text: string) => {
      said.err += `${text}\n`;
    },
    exit: (code: number) => {
      said.code = code;
    },
    env,
  };
  configCommands(program, terminal);
  operateCommands(program, terminal);
  policyCommands(program, terminal);
  await program.parseAsync(args, { from: 'user' });
  return said;
}

const textOf = (keepers: readonly object[], text = 'https://acme.example/rules') =>
  `${MINIMAL}approvals: ${JSON.stringify({
    enable: [{ mode: 'on' }],
    kinds: { access: KIND },
    rules: [rule('both', { text })],
    ...(keepers.length === 0 ? {} : { keepers, signatures: 'signed.json' }),
  })}\n`;

const Kept = z.strictObject({
  version: z.literal(1),
  signed: z.array(
    z.strictObject({
      number: z.int(),
      policies: z.looseObject({ install: z.string() }),
      signatures: z.array(z.object({ person: z.string(), at: z.string(), signature: z.string() })),
    }),
  ),
});

suite('two keepers sign', { concurrency: false }, () => {
  test('keys are made, policies signed, and a change takes two again', async (t) => {
    const file = configFile(t, MINIMAL);
    const folder = path.dirname(file);
    const key = (person: string) => path.join(folder, `${person}.pem`);
    const keepers = await Promise.all(
      ['anna', 'ben', 'carl'].map(async (person, n) => {
        const made = await (n === 0
          ? bin('policy', 'key', key(person))
          : desk(['policy', 'key', key(person)]));
        assert.match(made.out, /^ed25519:[\w-]{43}\n$/);
        return { person, public_key: made.out.trim() };
      }),
    );
    assert.equal(statSync(key('anna')).mode & 0o777, 0o600);
    const again = await desk(['policy', 'key', key('anna')]);
    assert.deepEqual([again.code, again.out], [1, '']);
    assert.match(again.err, /anna\.pem is there already; choose another name\. No key was made\./);

    const sign = (person: string, with_ = person, ...more: string[]) =>
      desk(['policy', 'sign', '-c', file, '--key', key(with_), '--as', person, ...more]);
    const verify = (...more: string[]) => desk(['policy', 'verify', '-c', file, ...more]);
    writeFileSync(file, textOf(keepers));
    const [unsigned, checked] = await Promise.all([
      bin('policy', 'verify', '-c', file),
      desk(['config', 'check', '--file-only', '-c', file]),
    ]);
    assert.match(unsigned.out, /signed by {2}nobody\nmissing {4}anna, ben, carl\n/);
    assert.match(checked.out, /is valid\.\n[\s\S]*policies {5}not signed by two keepers/);
    assert.match(checked.err, /2 more of anna, ben, carl must sign.*deskbridge policy sign --key/);
    assert.deepEqual([unsigned.code, checked.code], [1, 1]);

    const one = await bin('policy', 'sign', '-c', file, '--key', key('anna'), '--as', 'anna');
    assert.deepEqual([one.code, one.err], [0, '']);
    assert.match(one.out, /all of it is new\.\n.*are signed by anna; 1 more of ben, carl must sign/);
    for (const [wrong, words] of [
      [await sign('ben', 'anna'), /The key in .*anna\.pem is not that of ben: it is ed25519:/],
      [await sign('eve', 'anna'), /approvals\.keepers does not name eve\. .*There are: anna, ben, carl\./],
      [await sign('ben', 'nobody'), /nobody\.pem cannot be read \(ENOENT\)/],
    ] as const) {
      assert.equal(wrong.code, 1);
      assert.match(wrong.err, words);
      assert.match(wrong.err, /Nothing was signed/);
    }
    chmodSync(key('ben'), 0o640);
    assert.match((await sign('ben')).err, /ben\.pem can be read by others \(mode 640\).*chmod 600/);
    chmodSync(key('ben'), 0o600);
    assert.match((await sign('ben')).out, /signed by {2}anna, ben\n[\s\S]*Two keepers have signed them\./);
    const [well, fine] = await Promise.all([
      verify('--json'),
      desk(['config', 'check', '--file-only', '-c', file]),
    ]);
    assert.deepEqual([well.code, fine.code, fine.err], [0, 0, '']);
    assert.match(fine.out, /policies {5}number 1, signed by anna and ben/);
    const Told = z.looseObject({ state: z.string(), number: z.int(), signed: z.array(z.string()) });
    const { state, number, signed } = Told.parse(JSON.parse(well.out));
    assert.deepEqual([state, number, signed], ['in-force', 1, ['anna', 'ben']]);

    writeFileSync(file, textOf(keepers, 'https://evil.example/\u202erules'));
    const changed = await verify();
    assert.equal(changed.code, 1);
    assert.match(
      changed.out,
      /Changed since number 1:\n {4}approvals\.rules\[both\]\.text: "https:\/\/acme\.example\/rules" → "https:\/\/evil\.example\/ rules"\n/,
    );
    assert.match((await sign('carl')).out, /number {5}2\nsigned by {2}carl\nmissing {4}anna, ben\n/);
    const kept = Kept.parse(JSON.parse(readFileSync(path.join(folder, 'signed.json'), 'utf8')));
    assert.deepEqual(
      kept.signed.map((each) => [each.number, each.signatures.map(({ person }) => person).join()]),
      [
        [1, 'anna,ben'],
        [2, 'carl'],
      ],
    );

    // A file that somebody worked over is read as it is, or refused in a sentence.
    writeFileSync(path.join(folder, 'signed.json'), '{"version": 1, "signed": [{"number": 1}]}');
    const spoilt = await verify();
    assert.equal(spoilt.code, 1);
    assert.match(spoilt.err, /approvals\.signatures names a file that holds no signatures of .*; restore it/);
  });

  test('what an installation accepted counts more than the files; nothing unsigned is activated', async (t) => {
    const { url } = await migratedDatabase(t);
    const file = configFile(t, MINIMAL);
    const folder = path.dirname(file);
    const key = (person: string) => path.join(folder, `${person}.pem`);
    const made = async (person: string) => ({
      person,
      public_key: (await desk(['policy', 'key', key(person)])).out.trim(),
    });
    const [anna, ben, eve, fay] = await Promise.all([made('anna'), made('ben'), made('eve'), made('fay')]);
    const sign = (person: string) =>
      desk(['policy', 'sign', '-c', file, '--key', key(person), '--as', person]);
    const env = { ...VARIABLES, DATABASE_URL: url, LOG_LEVEL: 'silent' };
    const activate = () => desk(['config', 'activate', '-c', file], env);

    writeFileSync(file, textOf([]));
    const nobody = await desk(['policy', 'verify', '-c', file]);
    assert.match(nobody.out, /Nobody has to sign: approvals\.keepers names nobody\./);
    const nowhere = await sign('anna');
    assert.match(nowhere.err, /names no file for signatures: set approvals\.signatures\. Nothing was signed/);
    assert.deepEqual([nobody.code, nowhere.code], [1, 1]);

    writeFileSync(file, textOf([anna, ben]));
    const refused = await activate();
    assert.equal(refused.code, 1);
    assert.match(refused.err, /2 more of anna, ben must sign\..* Nothing was changed\.\n$/);
    await sign('anna');
    await sign('ben');
    assert.match((await activate()).out, /^Active is now [0-9a-f]{12}\./);

    // One who owns the host brings keepers and signatures of his own.
    writeFileSync(file, textOf([eve, fay]));
    writeFileSync(path.join(folder, 'signed.json'), '{"version": 1, "signed": []}');
    await sign('eve');
    assert.match((await sign('fay')).out, /Two keepers have signed them\./);
    const [byFile, byDatabase, start] = await Promise.all([
      desk(['policy', 'verify', '-c', file]),
      desk(['policy', 'verify', '--database', '-c', file], env),
      activate(),
    ]);
    assert.deepEqual([byFile.code, byDatabase.code, start.code], [0, 1, 1]);
    assert.match(byDatabase.out, /number 1, and number 1 is in force since/);
    assert.match(start.err, /Nothing was changed\./);
  });
});
