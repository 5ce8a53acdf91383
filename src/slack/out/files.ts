import type { WebClient } from '@slack/web-api';
import { z } from 'zod';
import type { Effect } from '../../model/effect.ts';
import { SlackFileId } from '../../model/ids.ts';
import type { SlackFile } from '../../model/intake.ts';
import { type Outcome, ok, rejected, retryLater } from '../../model/outcome.ts';
import type { OpenFile } from '../../model/ticket.ts';
import {
  FILE_DELETED,
  FILE_HIDDEN,
  FILE_OUTSIDE,
  OTHER_SIZE,
  PAGE_FOR_FILE,
} from '../../texts/slack-refusals.ts';
import { askSlack } from './ask-slack.ts';
import { nullWhenGone } from './gone.ts';
import { createShare } from './share-file.ts';
import { createSlackHttp, type SlackHttp, type SlackHttpOptions } from './slack-http.ts';
import type { SlackFiles } from './slack-out.ts';

const text = z.string().nullish();
const Info = z.object({
  file: z.object({
    id: SlackFileId,
    name: text,
    title: text,
    mimetype: text,
    size: z.number().int().min(0).nullish(),
    mode: text,
    permalink: text,
    url_private: text,
    url_private_download: text,
  }),
});
type Info = z.infer<typeof Info>['file'];

/** Modes in which a file has no content that Slack could give (docs.slack.dev, file object). */
const WITHOUT_CONTENT: ReadonlyMap<string, string> = new Map([
  ['tombstone', FILE_DELETED],
  ['hidden_by_limit', FILE_HIDDEN],
]);

export function createSlackFiles(options: SlackHttpOptions & { readonly client: WebClient }): SlackFiles {
  const { client } = options;
  const http = createSlackHttp(options);
  const open = (file: SlackFileId) => openFile(client, http, file);
  return {
    share: createShare({ client, http, open }),
    remove: createFileRemove(client),
    async read(file) {
      const info = await infoOf(client, file);
      return info.kind === 'ok' ? ok(described(info.value)) : info;
    },
    open,
  };
}

/** Deletes a file of ours; one that is gone already is fine. */
function createFileRemove(client: WebClient): Effect<{ readonly file: SlackFileId }, null> {
  return {
    proof: 'compare-and-set',
    timeoutMs: 10_000,
    settleMs: 0,
    async send({ file }) {
      const deleted = await askSlack(z.unknown(), true, () =>
        client.files.delete({ file }).catch(nullWhenGone('file_not_found', 'file_deleted')),
      );
      return deleted.kind === 'ok' ? ok(null) : deleted;
    },
    find: async () => ok(null),
  };
}

async function infoOf(client: WebClient, file: SlackFileId): Promise<Outcome<Info>> {
  const info = await askSlack(Info, false, () => client.files.info({ file }));
  if (info.kind !== 'ok') return info;
  const why = WITHOUT_CONTENT.get(info.value.file.mode ?? '');
  return why === undefined ? ok(info.value.file) : rejected('not-found', why);
}

function described({ id, name, title, mimetype, size, permalink }: Info): SlackFile {
  return {
    id,
    name: name || title || id,
    mime: mimetype || 'application/octet-stream',
    size: size ?? null,
    permalink: permalink ?? null,
  };
}

async function openFile(client: WebClient, http: SlackHttp, file: SlackFileId): Promise<Outcome<OpenFile>> {
  const info = await infoOf(client, file);
  if (info.kind !== 'ok') return info;
  const url = info.value.url_private_download ?? info.value.url_private;
  if (info.value.mode === 'external' || !url) return rejected('invalid', FILE_OUTSIDE);
  const answered = await http.download(url);
  if (answered.kind !== 'ok') return answered;
  const wrong = wrongAnswer(answered.value, info.value);
  if (wrong !== null) {
    await answered.value.body?.cancel();
    return wrong;
  }
  const { mime, size } = described(info.value);
  return ok({ mime, size: size ?? lengthOf(answered.value), bytes: wholeBody(answered.value, size) });
}

const isHtml = (type: string | null | undefined) =>
  /^\s*(?:text\/html|application\/xhtml\+xml)\b/i.test(type ?? '');

function lengthOf({ headers }: Response): number | null {
  // Of compressed bytes, which are not those that we read.
  if (headers.has('content-encoding')) return null;
  const length = headers.get('content-length');
  return length !== null && /^\d{1,15}$/.test(length) ? Number(length) : null;
}

/** Why an answer is not the file that was asked for; null when it may be. */
function wrongAnswer(response: Response, { mimetype, size }: Info): Outcome<never> | null {
  const page = isHtml(response.headers.get('content-type'));
  if (page && !isHtml(mimetype)) return rejected('forbidden', PAGE_FOR_FILE);
  const length = lengthOf(response);
  if (length === null || typeof size !== 'number' || length === size) return null;
  return page ? rejected('forbidden', PAGE_FOR_FILE) : retryLater(OTHER_SIZE, 'operation');
}

/** The content; throws at its end when it is not as long as announced. Whoever stops early closes the connection. */
async function* wholeBody(response: Response, size: number | null): AsyncGenerator<Uint8Array> {
  let seen = 0;
  for await (const chunk of response.body ?? []) {
    seen += chunk.byteLength;
    if (size !== null && seen > size) break;
    yield chunk;
  }
  if (size !== null && seen !== size) throw new Error(OTHER_SIZE);
}
