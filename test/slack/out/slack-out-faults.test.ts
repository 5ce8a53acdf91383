import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Fault } from '../../../src/sandbox/faults.ts';
import { renderNotice } from '../../../src/slack/out/rich-text.ts';
import { attempt, brief, HELP, inThread, openSlackOut, taken } from './open-slack-out.ts';

/** What a fault means for a call that writes, whether the message was posted all the same, and for a call that reads. */
const FAULTS: readonly {
  readonly fault: Fault;
  readonly writes: string;
  readonly posted: boolean;
  readonly reads: string;
}[] = [
  {
    fault: { kind: 'fail-before', status: 500 },
    writes: 'retry destination unknown',
    posted: false,
    reads: 'retry destination none',
  },
  {
    fault: { kind: 'fail-before', status: 503 },
    writes: 'retry destination unknown',
    posted: false,
    reads: 'retry destination none',
  },
  {
    fault: { kind: 'fail-after', status: 500 },
    writes: 'retry destination unknown',
    posted: true,
    reads: 'retry destination none',
  },
  {
    fault: { kind: 'reset-before' },
    writes: 'retry destination unknown',
    posted: false,
    reads: 'retry destination none',
  },
  {
    fault: { kind: 'reset-after' },
    writes: 'retry destination unknown',
    posted: true,
    reads: 'retry destination none',
  },
  {
    fault: { kind: 'hang' },
    writes: 'retry destination unknown',
    posted: false,
    reads: 'retry destination none',
  },
  {
    fault: { kind: 'hang-after' },
    writes: 'retry destination unknown',
    posted: true,
    reads: 'retry destination none',
  },
  {
    fault: { kind: 'html' },
    writes: 'retry destination unknown',
    posted: false,
    reads: 'retry destination none',
  },
  {
    fault: { kind: 'limit', retryAfterS: 7 },
    writes: 'retry destination none after 7000',
    posted: false,
    reads: 'retry destination none after 7000',
  },
];

for (const { fault, writes, posted, reads } of FAULTS) {
  const limits = fault.kind.startsWith('hang') ? { timeoutMs: 400 } : {};
  const name = 'status' in fault ? `${fault.kind} ${fault.status}` : fault.kind;
  test(`${name}: a post is ${writes}, its proof tells the rest, and nothing is called twice`, async (t) => {
    const r = await openSlackOut(t);
    const mine = attempt(r);
    const message = inThread(r);
    r.slack.faults.add('chat.postMessage', fault);
    assert.equal(brief(await r.run('slack.post.send', () => r.out.post.send(message, mine), limits)), writes);
    assert.equal(r.calls('chat.postMessage'), 1);
    assert.equal(r.slack.faults.pending(), 0);
    const found = taken(await r.run('slack.post.find', () => r.out.post.find(message, mine)));
    assert.equal(found !== null, posted);
    assert.equal(r.said(HELP).length, posted ? 1 : 0);

    r.slack.faults.add('conversations.replies', fault);
    assert.equal(brief(await r.run('slack.post.find', () => r.out.post.find(message, mine), limits)), reads);
    assert.equal(r.calls('conversations.replies'), 2);
  });

  test(`${name}: an edit is ${writes}, and doing it again is harmless`, async (t) => {
    const r = await openSlackOut(t);
    const at = taken(await r.run('slack.post.send', () => r.out.post.send(inThread(r), attempt(r))));
    const edit = { ...at, ...renderNotice('changed') };
    r.slack.faults.add('chat.update', fault);
    assert.equal(
      brief(await r.run('slack.card.send', () => r.out.edit.send(edit, attempt(r)), limits)),
      writes,
    );
    assert.equal(r.calls('chat.update'), 1);
    const shown = taken(await r.run('slack.card.find', () => r.out.edit.find(edit, attempt(r))));
    assert.equal(shown !== null, posted);
    assert.equal(brief(await r.run('slack.card.send', () => r.out.edit.send(edit, attempt(r)))), 'ok');
    assert.deepEqual(r.said(HELP), ['changed']);
  });
}
