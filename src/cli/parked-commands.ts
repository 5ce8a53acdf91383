import type { Command } from 'commander';
import { WHY_APART } from '../model/apart.ts';
import { plainDoc } from '../model/doc.ts';
import { LinkId, OperationId } from '../model/ids.ts';
import { GIVEN_UP, type OperationBody } from '../model/link.ts';
import type { ApartMessage, ParkedLink } from '../store/parked.ts';
import {
  CONFIG_OPTION,
  count,
  type FileOption,
  type Hand,
  oneLine,
  operator,
  told,
  withStore,
} from './operate.ts';
import { aligned, type Terminal } from './terminal.ts';

/** Words that one comment surely takes. */
const LONGEST_WORDS = 10_000;

/** Adds `parked`, with `list`, `retry`, `skip` and `edit`. */
export function parkedCommands(program: Command, terminal: Terminal): void {
  const parked = program
    .command('parked')
    .description('what stopped on purpose: why, since when, who can fix it');
  parked
    .command('list', { isDefault: true })
    .description('list it')
    .option(...CONFIG_OPTION)
    .action((options: FileOption) => told(terminal, () => withStore(options, terminal, list)));
  parked
    .command('retry <id>')
    .description('try one again by its id, or everything with "all"')
    .option(...CONFIG_OPTION)
    .action((id: string, options: FileOption) =>
      told(terminal, () => withStore(options, terminal, (hand) => retry(hand, id))),
    );
  parked
    .command('skip <operation>')
    .description(
      'give one up by its id (or "all") and let what follows go on; a request itself is never given up',
    )
    .option(...CONFIG_OPTION)
    .action((id: string, options: FileOption) =>
      told(terminal, () => withStore(options, terminal, (hand) => skip(hand, id))),
    );
  parked
    .command('edit <operation>')
    .description(
      'give a comment or a request that was refused other words, keep its author, and try it again',
    )
    .requiredOption('--text <words>', 'what it says instead')
    .option(...CONFIG_OPTION)
    .action((id: string, options: FileOption & { readonly text: string }) =>
      told(terminal, () => withStore(options, terminal, (hand) => edit(hand, id, options.text))),
    );
}

const WHO: Readonly<Record<ParkedLink['why'], string>> = {
  'sign-in': 'whoever keeps the credentials of the connector; it goes on by itself when they work',
  gone: 'an administrator of the ticket system',
  install: 'an administrator of the Slack workspace, with the link of "deskbridge slack install-link"',
  loop: 'it goes on by itself; whoever runs the other program that copies between both sides',
};

async function list({ store, terminal }: Hand): Promise<void> {
  const operations = await store.operations.parked();
  const links = await store.parked.links();
  const messages = await store.parked.messages();
  if (operations.length + links.length + messages.length === 0) return terminal.out('Nothing is parked.');
  const none = '(no ticket yet)';
  const rows = [
    ...operations.map(({ id, kind, key, since, blocks, reason }) => ({
      since,
      cells: [
        id,
        kind,
        key ?? none,
        since.toISOString(),
        blocks ? 'stops what follows' : 'this one only',
        reason,
      ],
    })),
    ...messages.map(({ id, key, since }) => ({
      since,
      cells: [id, 'message', key ?? none, since.toISOString(), 'this one only', WHY_APART],
    })),
    ...links.map(({ id, why, key, since, reason }) => ({
      since,
      cells: [
        id,
        why,
        key ?? none,
        since.toISOString(),
        'the whole request',
        `${reason} (Who can fix it: ${WHO[why]}.)`,
      ],
    })),
  ].sort((a, b) => a.since.getTime() - b.since.getTime());
  const head = ['id', 'what', 'ticket', 'since', 'holds up', 'why, and who can fix it'];
  terminal.out(aligned([head, ...rows.map(({ cells }) => cells.map(oneLine))]));
}

async function retry(hand: Hand, id: string): Promise<void> {
  const { store, terminal } = hand;
  const links = await store.parked.links();
  const messages = await store.parked.messages();
  if (id === 'all') {
    const operations = await store.operations.parked();
    for (const one of operations) await retryOne(hand, one.id);
    for (const link of links) await resume(hand, link);
    for (const message of messages) await retryMessage(hand, message);
    const counted = [
      count(operations.length, 'operation'),
      count(messages.length, 'message'),
      count(links.length, 'waiting request'),
    ];
    return terminal.out(`${counted.join(', ')} tried again within seconds.`);
  }
  const message = messages.find((one) => one.id === id);
  if (message !== undefined) {
    await retryMessage(hand, message);
    return terminal.out('1 message tried again within seconds.');
  }
  const link = links.find((one) => one.id === id || one.key?.toLowerCase() === id.toLowerCase());
  if (link === undefined) await retryOne(hand, operationId(id));
  else await resume(hand, link);
  terminal.out(`${link === undefined ? '1 operation' : '1 waiting request'} tried again within seconds.`);
}

async function retryOne({ store }: Hand, id: OperationId): Promise<void> {
  await store.transaction(async (tx) => {
    const link = await tx.operations.retryParked(id);
    if (link === null) throw notParked(id);
    await tx.audit.record({ kind: 'operation.retry', actor: operator(), link, data: { operation: id } });
    await tx.links.wake(link, true);
  });
}

async function retryMessage({ store }: Hand, { id }: ApartMessage): Promise<void> {
  await store.transaction(async (tx) => {
    const link = await tx.parked.retryMessage(id);
    if (link === null) return;
    await tx.audit.record({ kind: 'message.retry', actor: operator(), link, data: { delivery: id } });
    await tx.links.wake(link, false);
  });
}

async function resume({ store }: Hand, { id, connector, why }: ParkedLink): Promise<void> {
  await store.transaction(async (tx) => {
    if (connector !== null && why === 'sign-in') await tx.budgets.resume(connector);
    await tx.parked.resume(id);
    await tx.audit.record({ kind: 'link.retry', actor: operator(), link: id, data: { why } });
  });
}

async function skip(hand: Hand, id: string): Promise<void> {
  const { store, terminal } = hand;
  const isLink = LinkId.safeParse(id).success && (await store.parked.links()).some((one) => one.id === id);
  if (isLink)
    throw new Error(
      'A whole request cannot be skipped: nothing of it is lost while it waits. Use "parked retry".',
    );
  const parked = await store.operations.parked();
  const chosen = id === 'all' ? parked.filter(canSkip).map((one) => one.id) : [operationId(id)];
  if (parked.some((one) => one.id === chosen[0] && !canSkip(one)))
    throw new Error(
      'This would open the ticket; without it nothing of the request is kept anywhere, so it cannot be skipped. Correct ' +
        'what the reason says and use "parked retry", or give the request other words with "parked edit". Nothing was changed.',
    );
  for (const one of chosen) await skipOne(hand, one);
  terminal.out(`${count(chosen.length, 'operation')} given up; what follows goes on.`);
  const left = id === 'all' ? parked.length - chosen.length : 0;
  if (left > 0) terminal.out(`${count(left, 'request')} without a ticket cannot be skipped and stay parked.`);
}

/** Everything but what opens a ticket: replies that wait for it would wait for ever. */
const canSkip = ({ kind }: { readonly kind: string }) => kind !== 'create';

async function skipOne({ store }: Hand, id: OperationId): Promise<void> {
  await store.transaction(async (tx) => {
    const link = await tx.operations.skipParked(id, GIVEN_UP);
    if (link === null) throw notParked(id);
    await tx.audit.record({ kind: 'operation.skip', actor: operator(), link, data: { operation: id } });
    await tx.links.wake(link, true);
  });
}

async function edit({ store, terminal }: Hand, id: string, text: string): Promise<void> {
  const operation = operationId(id);
  const words = text.trim();
  if (words === '' || words.length > LONGEST_WORDS) {
    throw new Error(`Give 1 to ${LONGEST_WORDS} characters with --text. Nothing was changed.`);
  }
  await store.transaction(async (tx) => {
    const parked = await tx.parked.bodyOf(operation);
    if (parked === null) throw notParked(operation);
    const { body, link, doubtful } = parked;
    const edited = withWords(body, words);
    if (edited === null) {
      throw new Error(
        `Operation ${operation} is "${body.kind}"; only the words of a comment or a request can be edited. Nothing was changed.`,
      );
    }
    if (doubtful) {
      throw new Error(
        `Operation ${operation} may have reached the ticket with its old words. Nothing was changed. "parked retry" looks for it first.`,
      );
    }
    if (!(await tx.parked.edit(operation, edited))) throw notParked(operation);
    await tx.operations.retryParked(operation);
    const data = { operation, characters: words.length };
    await tx.audit.record({ kind: 'operation.edit', actor: operator(), link, data });
    await tx.links.wake(link, true);
  });
  terminal.out(
    'Its words were changed; it is tried again within seconds. The author stays, the audit names you.',
  );
}

/** A request's title is the first line. Null for what holds no words. */
function withWords(body: OperationBody, words: string): OperationBody | null {
  if (body.kind === 'comment') return { ...body, body: plainDoc(words) };
  if (body.kind !== 'create') return null;
  return { ...body, summary: oneLine(words.split('\n', 1)[0] ?? words), description: plainDoc(words) };
}

function operationId(text: string): OperationId {
  const id = OperationId.safeParse(text);
  if (id.success) return id.data;
  throw new Error(
    `Nothing that is parked has the id "${oneLine(text).slice(0, 80)}". "deskbridge parked" lists it.`,
  );
}

const notParked = (id: OperationId) =>
  new Error(`Operation ${id} is not parked. "deskbridge parked" lists what is.`);
