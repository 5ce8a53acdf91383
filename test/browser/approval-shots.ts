/**
 * Pictures of an approval's card in Slack, light and dark, for eyes: node_modules/.bin/node test/browser/approval-shots.ts <folder>
 * The blocks are those that the program sends; the page of the demo draws them, as it draws a thread.
 */
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { NO_FILTER } from '../../src/model/pending.ts';
import { buildPage } from '../../src/sandbox/demo/page-build.ts';
import { renderApproval } from '../../src/slack/out/approval-card.ts';
import { renderPending } from '../../src/slack/out/approval-list.ts';
import type { ApprovalButtons } from '../../src/slack/out/approval-shown.ts';
import { decideView } from '../../src/slack/out/approval-views.ts';
import { earlierWords } from '../../src/texts/approvals.ts';
import { person } from '../approvals/world.ts';
import { shownOf } from '../slack/out/approval-fixture.ts';
import { openBrowser } from './demo-process.ts';

const [folder = 'docs/images'] = process.argv.slice(2);
const ORIGIN = 'http://approval.invalid';

const BESIDE = { needsInfo: 'i', escalate: 'e', look: 'l', lookFirst: false, page: null };
const BOTH: ApprovalButtons = {
  ...BESIDE,
  outcomes: [
    { decision: 'approve', label: null, value: 'a' },
    { decision: 'deny', label: null, value: 'd' },
  ],
};
const asked = { asked: [person(2), person(3)] };
const since = [{ field: 'role', before: 'reader', after: 'owner' }];
const questions = [
  { by: person(2), question: 'For how long?', answer: 'Until the audit is over, on Friday.' },
];
const one = shownOf(asked);
const vote = {
  ...({ step: 0, by: person(2), seat: person(2), decision: 'approve', surface: 'card' } as const),
  ...{ at: 1_777_880_000_000, hash: one.approval.hash },
};
const HOUR_MS = 3_600_000;
const now = 1_777_881_600_000;
const pending = (nth: number, more: object) => ({
  ...{
    id: `0b9f4c1e-5c1b-4d47-9a59-3b8f1d2e4a1${nth}`,
    domain: 'iam',
    system: 'jira-it',
    url: null,
    value: 'v',
  },
  ...{ key: `IAM-${nth}`, summary: 'SAP reader for the audit', requester: 'Mara Lindgren', askedAt: now },
  ...{ title: 'Access to a system', risk: 'high' as const, blocksPerson: false, until: now + HOUR_MS },
  ...more,
});
const lamps = { title: 'A lamp', domain: 'workplace', risk: 'low' as const, until: now + 30 * HOUR_MS };
const items = [pending(7, { blocksPerson: true }), pending(8, {}), pending(9, lamps)];

const EARLIER = [
  {
    text: earlierWords({ title: 'Access to a system', key: 'IAM-2' }, 'executed', {
      ...{ at: new Date(now), isSimulated: false },
    }),
    url: 'https://desk.example/browse/IAM-2',
  },
];

const CARDS = {
  'approval-card': renderApproval(one, BOTH).blocks,
  'approval-changed': renderApproval(shownOf({ ...asked, since, questions }), BOTH).blocks,
  'approval-page': renderApproval(one, {
    ...BESIDE,
    outcomes: [],
    page: 'https://desk.example/approvals/1',
    instead: 'risk',
  }).blocks,
  'approval-done': renderApproval(shownOf({}, {}, { status: 'executed', votes: [vote] }), null).blocks,
  'approval-hidden': renderApproval(shownOf({ ...asked, restricted: true }), {
    ...BESIDE,
    ...{ outcomes: [], page: 'https://desk.example/approvals/1', look: null, instead: 'hidden' },
  }).blocks,
  'approval-form': decideView({
    shown: shownOf({ ...asked, since, related: EARLIER }),
    ...{ tokens: { approve: 'a', deny: 'd' }, page: null, decision: null },
  }).blocks,
  'approval-list': renderPending({ items, filter: NO_FILTER, now, most: 10 }),
};

const cache = path.resolve('.cache');
mkdirSync(cache, { recursive: true });
const source = mkdtempSync(path.join(cache, 'shots-'));
const browser = await openBrowser();
try {
  const page = path.resolve('src/sandbox/page');
  writeFileSync(
    path.join(source, 'index.html'),
    '<!doctype html><html lang="en"><body><div id="root"></div><script type="module" src="./shots.tsx"></script></body></html>',
  );
  writeFileSync(
    path.join(source, 'shots.tsx'),
    `import { createRoot } from 'react-dom/client';
import { Blocks } from '${page}/blocks.tsx';
import { readBlocks } from '${page}/block-schema.ts';
import '${page}/styles/base.css';
import '${page}/styles/layout.css';
import '${page}/styles/slack.css';
const cards = ${JSON.stringify(CARDS)};
createRoot(document.getElementById('root')!).render(
  <main style={{ padding: 24, maxWidth: 680 }}>
    {Object.entries(cards).map(([name, blocks]) => (
      <article id={name} key={name} className="card message-body" style={{ marginBottom: 24 }}>
        <Blocks blocks={readBlocks(blocks)} onPress={() => {}} />
      </article>
    ))}
  </main>,
);
`,
  );
  const built = await buildPage({ source, alsoFrom: [], cache: path.join(source, 'built') });
  for (const scheme of ['light', 'dark'] as const) {
    const tab = await browser.newPage({ colorScheme: scheme, viewport: { width: 760, height: 900 } });
    await tab.route(`${ORIGIN}/**`, async (route) => {
      const file = built.files.get(new URL(route.request().url()).pathname);
      if (file === undefined) return route.abort();
      return route.fulfill({ contentType: file.type, body: Buffer.from(file.bytes) });
    });
    await tab.goto(`${ORIGIN}/index.html`);
    for (const name of Object.keys(CARDS)) {
      const file = path.join(folder, `${name}-${scheme}.png`);
      await tab.locator(`#${name}`).screenshot({ path: file });
      console.log(file);
    }
    await tab.close();
  }
} finally {
  await browser.close();
  rmSync(source, { recursive: true, force: true });
}
