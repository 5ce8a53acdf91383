import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { type TestContext, test } from 'node:test';
import { inspect } from 'node:util';
import { problemLine } from '../../src/config/problem.ts';
import { checkConfigText } from '../../src/config/read-config-file.ts';
import { loadConfig } from '../../src/config.ts';
import { connectorsOf } from '../../src/connect.ts';
import { createIo } from '../../src/connectors/io.ts';
import { noBudget } from '../../src/model/budget.ts';
import { ConnectorId } from '../../src/model/ids.ts';
import { noLog } from '../../src/model/log.ts';
import { noMetrics } from '../../src/model/metrics.ts';
import { configFile, MINIMAL, SECRET_MARK, VARIABLES } from './installation.ts';

const root = path.resolve(import.meta.dirname, '../..');
const EXAMPLE = path.join(root, 'examples/github-issues/index.ts');

interface Parts {
  readonly module?: string;
  readonly settings?: string;
  readonly secrets?: string;
  readonly target?: string;
}

function configOf({
  module = EXAMPLE,
  settings = '{ repository: acme/helpdesk }',
  secrets = '{ token_env: GITHUB_TOKEN }',
  target = '{ labels: [support] }',
}: Parts = {}): string {
  const connector = `  git: { system: module, module: '${module}', settings: ${settings}, secrets: ${secrets} }`;
  return MINIMAL.replace('connectors:', `connectors:\n${connector}`).replace(
    'connector: mem, target: { queue: desk }',
    `connector: git, target: ${target}`,
  );
}

const problemsOf = (text: string) => checkConfigText('desk.yaml', text).problems.map(problemLine);

test('a module is configured with its own settings, secrets and targets, and becomes a connector', (t) => {
  const file = configFile(t, configOf());
  assert.throws(() => loadConfig({ file, env: VARIABLES }), /GITHUB_TOKEN is not set/);
  const config = loadConfig({ file, env: { ...VARIABLES, GITHUB_TOKEN: `${SECRET_MARK}-github` } });
  assert.ok(!inspect(config, { depth: 12 }).includes(SECRET_MARK));
  const connectors = connectorsOf(config, noLog)(
    createIo({ metrics: noMetrics }),
    () => {
      throw new Error('Nobody signs in with OAuth here');
    },
    noBudget,
  );
  const connector = connectors.get(ConnectorId.parse('git'));
  assert.equal(connector?.site, 'api.github.com/acme/helpdesk');
  assert.ok('absent' in connector.files && connector.files.absent !== '');
});

test('a module is looked for from the place of the configuration file', (t) => {
  const file = configFile(t, configOf({ module: './own.ts' }));
  writeFileSync(path.join(path.dirname(file), 'own.ts'), `export { connector } from '${EXAMPLE}';\n`);
  const config = loadConfig({ file, env: { ...VARIABLES, GITHUB_TOKEN: SECRET_MARK } });
  assert.equal(config.connectors.get(ConnectorId.parse('git'))?.system, 'module');
});

test('what a module refuses is a problem with its place, as any other', () => {
  const wrong: readonly (readonly [Parts, RegExp])[] = [
    [{ settings: '{}' }, /^desk\.yaml:5:\d+ connectors\.git\.settings\.repository /],
    [{ settings: '{ repository: acme }' }, /connectors\.git\.settings\.repository must be owner\/name/],
    [{ secrets: '{}' }, /connectors\.git\.secrets lacks token_env/],
    [
      { secrets: '{ token_env: A, tokne_env: B }' },
      /connectors\.git\.secrets\.tokne_env is no secret of this connector; there are: token_env/,
    ],
    [{ target: '{ labels: support }' }, /queues\.desk\.target\.labels/],
  ];
  for (const [parts, message] of wrong) {
    const problems = problemsOf(configOf(parts));
    assert.equal(problems.length, 1, problems.join('\n'));
    assert.match(problems[0] ?? '', message);
  }
});

test('a module that cannot be used is one problem that says why', (t) => {
  const folder = folderOf(t, {
    'empty.ts': 'export const nothing = 1;',
    'throws.ts': "throw new Error('it lacks its licence');",
    'waits.ts': 'export const connector = await Promise.resolve(1);',
  });
  const wrong: readonly (readonly [string, RegExp])[] = [
    ['./nowhere.ts', /git\.module cannot be used as a connector: Cannot find module/],
    [path.join(folder, 'empty.ts'), /it exports no `connector` that defineConnector made/],
    [path.join(folder, 'throws.ts'), /it lacks its licence/],
    [path.join(folder, 'waits.ts'), /top-level await/],
  ];
  for (const [module, message] of wrong) {
    const problems = problemsOf(configOf({ module }));
    assert.equal(problems.length, 1, problems.join('\n'));
    assert.match(problems[0] ?? '', message);
  }
});

test('two modules of one file with the same settings are two owners of one ticket', () => {
  const two = configOf().replace(/^ {2}git: .*$/m, (line) => `${line}\n${line.replace('git:', 'hub:')}`);
  const [problem = ''] = problemsOf(two);
  assert.match(problem, /connectors\.hub\.module is also the site of connector "git"/);
});

function folderOf(t: TestContext, files: Readonly<Record<string, string>>): string {
  const folder = mkdtempSync(path.join(tmpdir(), 'deskbridge-modules-'));
  t.after(() => rmSync(folder, { recursive: true }));
  for (const [name, text] of Object.entries(files)) writeFileSync(path.join(folder, name), text);
  return folder;
}
