import assert from 'node:assert/strict';
import { mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { test } from 'node:test';
import { buildPage } from '../../../src/sandbox/demo/page-build.ts';

function scene(t: { after(work: () => void): void }) {
  const folder = mkdtempSync(path.join(tmpdir(), 'deskbridge-page-'));
  t.after(() => rmSync(folder, { recursive: true, force: true }));
  const at = (name: string) => path.join(folder, name);
  mkdirSync(at('page/styles'), { recursive: true });
  mkdirSync(at('shared'));
  writeFileSync(at('page/index.html'), '<p>1</p>');
  writeFileSync(at('page/styles/base.css'), 'p{}');
  writeFileSync(at('shared/words.ts'), 'export const a = 1;');
  writeFileSync(at('lock.json'), '{}');
  let builds = 0;
  const options = {
    source: at('page'),
    alsoFrom: [at('shared'), at('lock.json')],
    cache: at('cache'),
    async build(_source: string, out: string) {
      builds += 1;
      mkdirSync(path.join(out, 'assets'), { recursive: true });
      writeFileSync(path.join(out, 'index.html'), `<p>build ${builds}</p>`);
      writeFileSync(path.join(out, 'assets/page.js'), 'run()');
    },
  };
  return { at, options, builds: () => builds };
}

test('the page is built once, and taken from there until a source changes', async (t) => {
  const { at, options, builds } = scene(t);
  const first = await buildPage(options);
  assert.equal(first.fresh, true);
  const again = await buildPage(options);
  assert.equal(again.fresh, false);
  assert.equal(builds(), 1);
  const index = again.files.get('/index.html');
  assert.equal(Buffer.from(index?.bytes ?? []).toString(), '<p>build 1</p>');
  assert.equal(again.files.get('/assets/page.js')?.type, 'text/javascript; charset=utf-8');
  for (const [name, text] of [
    ['page/styles/base.css', 'p{margin:0}'],
    ['shared/words.ts', 'export const a = 2;'],
    ['lock.json', '{"changed":true}'],
    ['page/new.ts', ''],
  ] as const) {
    writeFileSync(at(name), text);
    assert.equal((await buildPage(options)).fresh, true, name);
  }
  assert.equal(builds(), 5);
  assert.equal(readdirSync(at('cache')).length, 1, 'older pages are removed');
});

test('a build that fails leaves nothing that the next start would take', async (t) => {
  const { options } = scene(t);
  const failing = {
    ...options,
    async build(_source: string, out: string) {
      mkdirSync(out, { recursive: true });
      writeFileSync(path.join(out, 'index.html'), 'half');
      throw new Error('out of memory');
    },
  };
  await assert.rejects(buildPage(failing), /out of memory/);
  const page = await buildPage(options);
  assert.equal(Buffer.from(page.files.get('/index.html')?.bytes ?? []).toString(), '<p>build 1</p>');
});

test('a file that only moves makes another page', async (t) => {
  const { at, options } = scene(t);
  await buildPage(options);
  rmSync(at('page/styles/base.css'));
  writeFileSync(at('page/base.css'), 'p{}');
  assert.equal((await buildPage(options)).fresh, true);
});
