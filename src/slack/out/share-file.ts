import { createHash } from 'node:crypto';
import type { WebClient } from '@slack/web-api';
import { z } from 'zod';
import type { Attempt, Effect } from '../../model/effect.ts';
import { SlackFileId, SlackTs } from '../../model/ids.ts';
import { type Outcome, ok, rejected, retryLater } from '../../model/outcome.ts';
import type { OpenFile } from '../../model/ticket.ts';
import {
  FILE_EMPTY,
  NOT_READ_BACK,
  NOT_READ_WHOLE,
  notAsAnnounced,
  notShared,
} from '../../texts/slack-refusals.ts';
import { askSlack, type RawMessage, readMessages } from './ask-slack.ts';
import { inertPlainMrkdwn } from './mrkdwn.ts';
import type { SlackHttp } from './slack-http.ts';
import type { SharedFile } from './slack-out.ts';

export interface ShareDeps {
  readonly client: WebClient;
  readonly http: SlackHttp;
  readonly open: (file: SlackFileId) => Promise<Outcome<OpenFile>>;
}

interface Shared {
  readonly file: SlackFileId;
}

/** Files may be large and lines slow. */
const TIMEOUT_MS = 120_000;
/** The message with the file comes some time after the answer. */
const SETTLE_MS = 60_000;
/** Our clock may be an hour ahead of Slack's: the content tells, and what is known to be another file is left out. */
const CLOCK_SKEW_MS = 3_600_000;
const LONGEST_NAME = 200;
const LONGEST_COMMENT = 1_000;

const Upload = z.object({ upload_url: z.string(), file_id: SlackFileId });
const Self = z.object({ user_id: z.string() });
const FileMessage = z.object({
  ts: SlackTs,
  user: z.string().optional(),
  files: z.array(z.looseObject({ id: SlackFileId, name: z.string().nullish(), size: z.number().nullish() })),
});

/**
 * Puts a file into a thread: an address for it, its bytes there, and then the message (docs.slack.dev,
 * files.getUploadURLExternal). Only the last step shows; what failed before it can be done again.
 */
export function createShare(deps: ShareDeps): Effect<SharedFile, Shared> {
  return {
    proof: 'content',
    timeoutMs: TIMEOUT_MS,
    settleMs: SETTLE_MS,
    send: (input) => share(deps, input),
    find: (input, attempt) => findShared(deps, input, attempt),
  };
}

/** The name as Slack gets it: no control characters, no path. */
function fileName(name: string): string {
  const clean = name
    .toWellFormed()
    .replaceAll(/[\p{Cc}/\\]/gu, '_')
    .trim();
  if (clean.length <= LONGEST_NAME) return clean === '' ? 'file' : clean;
  const end = /\.[^.]{1,10}$/.exec(clean)?.[0] ?? '';
  return `${clean.slice(0, LONGEST_NAME - end.length).toWellFormed()}${end}`;
}

async function share({ client, http }: ShareDeps, input: SharedFile): Promise<Outcome<Shared>> {
  const { channel, root, size } = input;
  const name = fileName(input.name);
  if (size < 1) return rejected('invalid', FILE_EMPTY);
  const address = await askSlack(Upload, false, () =>
    client.files.getUploadURLExternal({ filename: name, length: size }),
  );
  if (address.kind !== 'ok') return address;
  const { upload_url: url, file_id: file } = address.value;
  const source = checked(input);
  const uploaded = await http.upload(url, { size, bytes: source.bytes });
  if (source.state() === 'failed') return source.fault();
  if (uploaded.kind !== 'ok') return uploaded;
  // An answer before the end of the file: whatever Slack has, it is not all of it.
  if (source.state() !== 'complete') return source.fault();
  const done = await askSlack(z.unknown(), true, () =>
    client.files.completeUploadExternal({
      files: [{ id: file, title: name }],
      channel_id: channel,
      thread_ts: root,
      initial_comment: inertPlainMrkdwn(input.comment, LONGEST_COMMENT),
    }),
  );
  return done.kind === 'ok' ? ok({ file }) : done;
}

/**
 * The bytes of a file, stopped as soon as they are not what was announced. The last ones leave only when all are known to
 * be right: whoever has them all has the file.
 */
function checked({ open, size, sha256 }: SharedFile) {
  let state: 'reading' | 'complete' | 'failed' = 'reading';
  let fault: string = NOT_READ_WHOLE;
  const changed = (what: 'size' | 'content') => {
    fault = notAsAnnounced(what);
    return new Error(fault);
  };
  async function* verified(): AsyncGenerator<Uint8Array> {
    const hash = createHash('sha256');
    let seen = 0;
    let held: Uint8Array | null = null;
    for await (const chunk of open()) {
      if (chunk.byteLength === 0) continue;
      seen += chunk.byteLength;
      if (seen > size) throw changed('size');
      hash.update(chunk);
      if (held !== null) yield held;
      held = chunk;
    }
    if (seen !== size) throw changed('size');
    if (hash.digest('hex') !== sha256) throw changed('content');
    state = 'complete';
    if (held !== null) yield held;
  }
  async function* bytes(): AsyncGenerator<Uint8Array> {
    try {
      yield* verified();
    } catch (error) {
      state = 'failed';
      throw error;
    }
  }
  return {
    bytes: bytes(),
    state: () => state,
    fault: () => retryLater(notShared(fault), 'operation'),
  };
}

/** Our own file in that thread since then, with the same name and size, and the same content. */
async function findShared(
  { client, open }: ShareDeps,
  input: SharedFile,
  attempt: Attempt,
): Promise<Outcome<Shared | null>> {
  const self = await askSlack(Self, false, () => client.auth.test());
  if (self.kind !== 'ok') return self;
  const since = (attempt.startedAt.getTime() - CLOCK_SKEW_MS) / 1000;
  const read = await readMessages(client, {
    channel: input.channel,
    oldest: since.toFixed(6),
    root: input.root,
  });
  if (read.kind !== 'ok') return read;
  for (const file of read.value.flatMap((message) => filesLike(message, input, self.value.user_id))) {
    const same = await hasContent(open, file, input.sha256);
    if (same.kind !== 'ok') return same;
    if (same.value) return ok({ file });
  }
  return ok(null);
}

function filesLike(message: RawMessage, input: SharedFile, us: string): readonly SlackFileId[] {
  const read = FileMessage.safeParse(message);
  if (!read.success || read.data.user !== us || read.data.ts === input.root) return [];
  const name = fileName(input.name);
  return read.data.files.flatMap((file) =>
    file.name === name && file.size === input.size && input.others?.has(file.id) !== true ? [file.id] : [],
  );
}

async function hasContent(
  open: ShareDeps['open'],
  file: SlackFileId,
  sha256: string,
): Promise<Outcome<boolean>> {
  const opened = await open(file);
  if (opened.kind === 'rejected' && opened.code === 'not-found') return ok(false);
  if (opened.kind !== 'ok') return opened;
  const hash = createHash('sha256');
  try {
    for await (const chunk of opened.value.bytes) hash.update(chunk);
  } catch (error) {
    if (error instanceof Error && error.name === 'DeadlinePassed') throw error;
    return retryLater(NOT_READ_BACK, 'operation');
  }
  return ok(hash.digest('hex') === sha256);
}
