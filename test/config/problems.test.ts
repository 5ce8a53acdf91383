import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import '../support/seeded.ts';
import { problemLine } from '../../src/config/problem.ts';
import { checkConfigText } from '../../src/config/read-config-file.ts';
import { loadConfig } from '../../src/config.ts';
import { configFile, MINIMAL, SECRET_MARK, VARIABLES } from './installation.ts';

function problemsOf(text: string): readonly string[] {
  return checkConfigText('desk.yaml', text).problems.map(problemLine);
}

const MANY = `version: 2
install: { name: Acme Inc }
slack:
  mode: htp
  bot_token: nothing
  command: desk
  channels:
    - { id: C1, name: it }
    - { id: C1, name: help }
connectors:
  jira-it:
    system: jira
    base_url: http://jira.example.com
    auth: { kind: api-token, email: me, api_token_env: not a name }
  jira-two:
    system: jirra
  Snow: { system: memory }
queues:
  iam: { title: Access, connector: jira, target: { project: IAM, issue_type: Task } }
  sec: { title: access, connector: jira-it, target: { project: 7, issue_type: Task } }
routing:
  rules:
    - name: one
      when: { words: [password, 'a*'], chanel: C1 }
      queue: iam
    - name: two
      when: { words: [locked] }
      queue: nowhere
      examples: [locked out, my printer]
    - { name: two, when: {}, queue: iam }
  default:
    queue: iam
    priority: urgent
retention: { inbox_days: 0 }
server:
  port: '3000'
  port: 80
`;

test('every mistake is told at once, each with its line and column', () => {
  const lines = problemsOf(MANY);
  const places = lines.map((line) => line.split(' ').slice(0, 2).join(' '));
  assert.deepEqual(places, [
    'desk.yaml:1:10 version',
    'desk.yaml:2:18 install.name',
    'desk.yaml:4:9 slack.mode',
    'desk.yaml:5:3 slack.bot_token',
    'desk.yaml:6:12 slack.command',
    'desk.yaml:9:13 slack.channels[1].id',
    'desk.yaml:13:15 connectors.jira-it.base_url',
    'desk.yaml:14:37 connectors.jira-it.auth.email',
    'desk.yaml:14:56 connectors.jira-it.auth.api_token_env',
    'desk.yaml:16:13 connectors.jira-two.system',
    'desk.yaml:17:3 connectors.Snow',
    'desk.yaml:19:36 queues.iam.connector',
    'desk.yaml:20:17 queues.sec.title',
    'desk.yaml:20:64 queues.sec.target.project',
    'desk.yaml:24:33 routing.rules[0].when.words[1]',
    'desk.yaml:24:40 routing.rules[0].when.chanel',
    'desk.yaml:28:14 routing.rules[1].queue',
    'desk.yaml:29:30 routing.rules[1].examples[1]',
    'desk.yaml:30:15 routing.rules[2].name',
    'desk.yaml:30:20 routing.rules[2].when',
    'desk.yaml:33:15 routing.default.priority',
    'desk.yaml:34:26 retention.inbox_days',
    'desk.yaml:37:3 server.port',
  ]);
});

const SINGLE: readonly (readonly [name: string, from: string, to: string, expected: RegExp])[] = [
  ['a wrong version', 'version: 1', 'version: 2', /:1:10 version must be 1$/],
  ['a missing part', 'slack: { mode: http }\n', '', /:1:1 slack is missing; it must be a group of settings$/],
  ['a missing setting', 'title: Desk, ', '', /:7:3 queues.desk.title is missing; it must be a text$/],
  [
    'a missing target',
    ', target: { queue: desk }',
    '',
    /:7:3 queues.desk.target is missing; it must be a group of settings$/,
  ],
  [
    'an unknown setting',
    'mode: http',
    'mode: http, modus: x',
    /:3:22 slack.modus is not a known setting; known here: mode, api_url/,
  ],
  [
    'a wrong type',
    'mode: http',
    'mode: http, channels: C1',
    /:3:32 slack.channels must be a list, but is a text$/,
  ],
  [
    'an unknown connector',
    'connector: mem',
    'connector: jira',
    /:7:35 queues.desk.connector names the connector "jira", which does not exist; there are: mem$/,
  ],
  [
    'a property of every object as a name',
    '{ queue: desk }\n',
    '{ queue: constructor }\n',
    /names the queue "constructor", which does not exist; there are: desk/,
  ],
  [
    'a target of another system',
    'target: { queue: desk }',
    'target: { project: IAM }',
    /queues.desk.target.queue is missing/,
  ],
  [
    'a system that does not exist',
    'system: memory',
    'system: zendesk',
    /:5:18 connectors.mem.system must be jira or servicenow or memory or module$/,
  ],
  [
    'a setting written twice',
    'install: { name: acme }',
    'install: { name: acme }\ninstall: { name: b }',
    /:3:1 install is written twice; keep one of the two$/,
  ],
  ['a tab', 'install: {', 'install:\n\t{', /:\d+:\d+ this is not valid YAML \(tab as indent\)/],
  ['an open bracket', 'mode: http }', 'mode: http', /:\d+:\d+ this is not valid YAML/],
  ['an unknown anchor', 'mode: http', 'mode: *nothing', /anchors .* point nowhere/],
  ['a name with capitals', '  mem: {', '  Mem: {', /:5:3 connectors\.Mem /],
];

for (const [name, from, to, expected] of SINGLE) {
  test(`${name} is told where it stands`, () => {
    assert.ok(MINIMAL.includes(from));
    const lines = problemsOf(MINIMAL.replace(from, to));
    assert.ok(
      lines.some((line) => expected.test(line)),
      lines.join('\n'),
    );
  });
}

test('the minimal file has no problem, so that the table above shows what it says', () => {
  assert.deepEqual(problemsOf(MINIMAL), []);
});

test('examples are checked beside errors of the schema', () => {
  const text = MINIMAL.replace('version: 1', 'version: 9').replace(
    'routing:\n',
    'routing:\n  rules: [{ name: a, when: { words: [abc] }, queue: desk, examples: [xyz] }]\n',
  );
  const lines = problemsOf(text);
  assert.equal(lines.length, 2);
  assert.match(
    lines[1] ?? '',
    /:9:\d+ routing.rules\[0\].examples\[0\] must be routed by "a", but no rule takes it/,
  );
});

for (const [url, allowed] of [
  ['https://acme.atlassian.net', true],
  ['https://acme.example/jira', true],
  ['http://127.0.0.1:4000/jira', true],
  ['http://localhost:4000', true],
  ['http://[::1]:4000', true],
  ['http://acme.atlassian.net', false],
  ['http://127.0.0.1.example.com', false],
  ['http://localhost.example.com', false],
  ['http://127.0.0.1@example.com', false],
  ['http://10.0.0.1', false],
  ['https://user:pass@acme.atlassian.net', false],
  ['https://acme.atlassian.net?x=1', false],
  ['ftp://acme.atlassian.net', false],
  ['acme.atlassian.net', false],
  ['javascript:alert(1)', false],
] as const) {
  test(`${url} as the address of a vendor is ${allowed ? 'taken' : 'refused'}`, () => {
    const jira = `{ system: jira, base_url: '${url}', auth: { kind: api-token, email: a@b.example, api_token_env: JIRA_API_TOKEN } }`;
    const snow = `{ system: servicenow, base_url: '${url}', auth: { kind: basic, user: u, password_env: P } }`;
    for (const [path, text] of [
      ['connectors.mem.base_url', MINIMAL.replace('{ system: memory }', jira)],
      ['connectors.mem.base_url', MINIMAL.replace('{ system: memory }', snow)],
      ['slack.api_url', MINIMAL.replace('mode: http', `mode: http, api_url: '${url}'`)],
    ] as const) {
      const hit = problemsOf(text).some((line) => line.split(' ')[1] === path);
      assert.equal(hit, !allowed, `${path}\n${problemsOf(text).join('\n')}`);
    }
  });
}

test('two connectors to one site are refused, two systems on one host are not', () => {
  const jira = (name: string, url: string) =>
    `  ${name}: { system: jira, base_url: '${url}', auth: { kind: api-token, email: a@b.example, api_token_env: J } }\n`;
  const two = (first: string, second: string) =>
    problemsOf(MINIMAL.replace('connectors:\n', `connectors:\n${jira('one', first)}${jira('two', second)}`));
  assert.match(
    two('https://x.example', 'https://X.example/').join('\n'),
    /:6:\d+ connectors.two.base_url is also the site of connector "one"/,
  );
  assert.deepEqual(two('https://x.example', 'https://y.example'), []);
});

test('a file that is not there, or is a folder, is one problem', (t) => {
  const file = configFile(t, MINIMAL);
  assert.throws(() => loadConfig({ file: `${file}.x`, env: VARIABLES }), /desk.yaml.x does not exist; copy/);
  assert.throws(() => loadConfig({ file: '/', env: VARIABLES }), /cannot be read \(EISDIR\)/);
});

test('anchors that grow without end are refused', () => {
  const levels = Array.from({ length: 12 }, (_, index) => {
    const inner = index === 0 ? 'x' : Array.from({ length: 9 }, () => `*a${index - 1}`).join(', ');
    return `a${index}: &a${index} [${inner}]`;
  });
  assert.match(problemsOf(levels.join('\n')).join('\n'), /anchors are used more than/);
});

test('property: a secret pasted anywhere into the file is never repeated', () => {
  let seen = 0;
  const spots = [...MINIMAL.matchAll(/[a-z]+/g)].map(({ index }) => index);
  fc.assert(
    fc.property(
      fc.constantFrom(...spots),
      fc.constantFrom('"', "'", '', '[', '&', '*', '!', '%', ': '),
      (spot, before) => {
        const secret = `xoxb-${SECRET_MARK}`;
        const word = /^[a-z]+/.exec(MINIMAL.slice(spot))?.[0] ?? '';
        const asValue = MINIMAL[spot + word.length] !== ':';
        if (!asValue) return;
        const text = `${MINIMAL.slice(0, spot)}${before}${secret}${MINIMAL.slice(spot + word.length)}`;
        for (const line of problemsOf(text)) {
          // The name of a queue or connector that a setting points at is shown: it is no place for a secret.
          if (/ names the (queue|connector) /.test(line)) continue;
          assert.ok(!line.includes(SECRET_MARK), line);
          seen += 1;
        }
      },
    ),
    { numRuns: 500 },
  );
  assert.ok(seen > 100, `only ${seen} problems were looked at`);
});

test('property: no text makes the check throw', () => {
  const piece = fc.constantFrom(
    ...MINIMAL.split(/(?<=[\s{},:])/),
    '&a ',
    '*a',
    '? ',
    '- ',
    '!!map ',
    '<<: ',
    '__proto__: ',
    '1: ',
    'null',
    '\0',
  );
  fc.assert(
    fc.property(fc.array(piece, { maxLength: 60 }), (pieces) => {
      for (const problem of checkConfigText('desk.yaml', pieces.join('')).problems) {
        assert.ok(problem.place !== null && problem.place.line >= 1 && problem.place.column >= 1);
      }
    }),
    { numRuns: 1000 },
  );
});

test('a connector may not take the name of Slack', () => {
  const named = `${MINIMAL}`.replace(/connectors:\n {2}[a-z-]+:/, 'connectors:\n  slack:');
  assert.match(problemsOf(named).join('\n'), /connectors\.slack .*Slack itself/);
});
