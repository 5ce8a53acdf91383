import type { HookRequest, WithFiles } from '../../../src/connectors/connector.ts';
import { createIo } from '../../../src/connectors/io.ts';
import { createMemoryConnector } from '../../../src/connectors/memory/connector.ts';
import { createMemoryDesk, type MemoryDesk } from '../../../src/connectors/memory/desk.ts';
import { AttachmentId, CommentId, ConnectorId, TicketId } from '../../../src/model/ids.ts';
import { noMetrics } from '../../../src/model/metrics.ts';
import { createSecret } from '../../../src/model/secret.ts';
import { createClock } from '../../../src/sandbox/clock.ts';
import type { ConnectorBench } from '../../conformance/connector.ts';

const LAG_MS = 5000;
const SIGNED = {
  account: 'grace',
  name: 'Grace Brewster Hopper',
  email: 'grace@example.com',
  secret: 'the-secret-of-grace',
};
const PERSON = { account: 'ada', name: 'Ada King', email: 'ada@example.com', secret: null };

/** What agents do and see, as the suite asks for it. */
function agentsSide(desk: MemoryDesk) {
  return {
    notes: true,
    comment: async (ticket, text, options) => desk.comment(ticket, text, options),
    editComment: async (ticket, comment, text) => desk.editComment(ticket, comment, text),
    deleteComment: async (ticket, comment) => desk.deleteComment(ticket, comment),
    setInternal: async (ticket, comment, internal) => desk.setInternal(ticket, comment, internal),
    attach: async (ticket, file) => desk.attach(ticket, file),
    removeFile: async (ticket, file) => desk.removeFile(ticket, file),
    setStatus: async (ticket, category) => desk.setStatus(ticket, category),
    setField: async (ticket, field, value) => desk.setFields(ticket, { [field]: value }),
    tickets: async () =>
      desk.tickets().map((ticket) => ({
        ...ticket,
        comments: ticket.comments.map((comment) => ({
          ...comment,
          createdAt: comment.createdAt.toISOString(),
        })),
        files: ticket.files.map(({ bytes, ...file }) => ({
          ...file,
          size: bytes.length,
          createdAt: file.createdAt.toISOString(),
        })),
      })),
  } satisfies Partial<ConnectorBench['outside']>;
}

/** A memory desk whose searches lag by five seconds, on a clock of its own. */
export async function makeBench(): Promise<
  ConnectorBench & { readonly connector: WithFiles; readonly stranger: WithFiles }
> {
  const clock = createClock();
  const io = createIo({ metrics: noMetrics });
  const hookSecret = 'the-secret-of-the-memory-desk';
  const hooks: HookRequest[] = [];
  let refusing = 0;

  const desk = createMemoryDesk({
    hookSecret,
    now: clock.now,
    lagMs: LAG_MS,
    people: [SIGNED, PERSON],
    groups: ['Identity & Access', 'Endpoint Support'],
    articles: [{ title: 'How to open a door', text: 'Turn the key, then push.' }],
    async onHook(hook) {
      hooks.push({ ...hook, now: clock.now() });
      refusing -= 1;
      return refusing < 0;
    },
  });
  const build = (secret: string) =>
    createMemoryConnector({ id: ConnectorId.parse('mem'), desk, io, hookSecret: secret, settleMs: LAG_MS });

  return {
    connector: build(hookSecret),
    stranger: build('the-secret-of-somebody-else'),
    io,
    target: { queue: 'Identity & Access' },
    missing: {
      ticket: TicketId.parse('00000000-0000-4000-8000-000000000000'),
      comment: CommentId.parse('00000000-0000-4000-8000-000000000001'),
      file: AttachmentId.parse('00000000-0000-4000-8000-000000000002'),
    },
    person: { account: PERSON.account, name: PERSON.name, email: PERSON.email },
    group: 'Endpoint Support',
    signed: {
      name: SIGNED.name,
      grant: { account: SIGNED.account, secret: createSecret(SIGNED.secret) },
      refused: { account: SIGNED.account, secret: createSecret('a-secret-that-was-withdrawn') },
    },
    special: {
      askApproval: async (ticket) => desk.askApproval(ticket, 'Manager', [SIGNED.account]),
      askInHisPlace: { cannot: 'the memory desk knows no delegates' },
      demandSignature: { cannot: 'the memory desk asks for no signatures' },
      article: { words: 'open the door', title: 'How to open a door' },
      links: async (ticket) =>
        desk
          .tickets()
          .filter(({ id }) => id === ticket)
          .flatMap(({ links }) => links.map(({ url }) => url)),
    },
    secrets: [hookSecret, SIGNED.secret, 'a-secret-that-was-withdrawn'],
    now: clock.now,
    outside: {
      ...agentsSide(desk),
      fault: desk.failNext,
      clearFaults: desk.clearFaults,
      cut: async () => desk.cut(),
      restore: async () => desk.restore(),
      requests: desk.requests,
      hooks: () => hooks,
      refuseHooks(times) {
        refusing = times;
      },
      loseHooks: desk.loseHooks,
      pass: async (ms) => clock.advance(ms),
      async settle() {
        clock.advance(LAG_MS);
        await desk.settled();
        await desk.retryHooks();
      },
    },
    close: async () => clock.stop(),
  };
}
