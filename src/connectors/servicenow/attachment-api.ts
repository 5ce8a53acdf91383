import { z } from 'zod';
import type { Outcome } from '../../model/outcome.ts';
import { ok } from '../../model/outcome.ts';
import {
  TO_ATTACH,
  TO_HAND_OVER_ATTACHMENT,
  TO_LIST_ATTACHMENTS,
  TO_READ_ABOUT_ATTACHMENT,
  TO_REMOVE_ATTACHMENT,
} from '../../texts/servicenow-talk.ts';
import { type Page, totalOf } from './client.ts';
import { encodeQuery, type Query } from './query.ts';
import type { Requests } from './requests.ts';
import { Attachment, type SysId } from './schema.ts';
import type { StreamedAnswer, StreamedBody } from './transport.ts';

export interface Upload {
  readonly table: string;
  readonly record: SysId;
  readonly name: string;
  readonly mime: string;
  readonly body: StreamedBody;
}

/** The Attachment API (`/api/now/attachment`) as one user of the instance. */
export interface AttachmentApi {
  list(
    query: Query,
    page: { readonly limit: number; readonly offset: number },
  ): Promise<Outcome<Page<Attachment>>>;
  get(file: SysId): Promise<Outcome<Attachment>>;
  open(file: SysId): Promise<Outcome<StreamedAnswer>>;
  add(upload: Upload): Promise<Outcome<Attachment>>;
  remove(file: SysId): Promise<Outcome<null>>;
}

const PATH = '/api/now/attachment';

const withParams = (path: string, params: Readonly<Record<string, string>>) =>
  `${path}?${Object.entries(params)
    .map(([name, value]) => `${name}=${encodeURIComponent(value)}`)
    .join('&')}`;

export function createAttachmentApi({ ask, tell, open }: Requests): AttachmentApi {
  return {
    async list(query, { limit, offset }) {
      const path = withParams(PATH, {
        sysparm_query: encodeQuery(query),
        sysparm_limit: String(limit),
        sysparm_offset: String(offset),
      });
      const read = await ask(z.array(Attachment), { method: 'GET', path, doing: TO_LIST_ATTACHMENTS });
      return read.kind === 'ok' ? ok({ rows: read.value.value, total: totalOf(read.value.answer) }) : read;
    },
    async get(file) {
      const wanted = {
        method: 'GET',
        path: `${PATH}/${file}`,
        doing: TO_READ_ABOUT_ATTACHMENT,
      } as const;
      const read = await ask(Attachment, wanted);
      return read.kind === 'ok' ? ok(read.value.value) : read;
    },
    open: (file) => open({ method: 'GET', path: `${PATH}/${file}/file`, doing: TO_HAND_OVER_ATTACHMENT }),
    async add({ table, record, name, mime, body }) {
      const params = { table_name: table, table_sys_id: record, file_name: name };
      const path = withParams(`${PATH}/file`, params);
      const read = await ask(Attachment, { method: 'POST', path, body, mime, doing: TO_ATTACH });
      return read.kind === 'ok' ? ok(read.value.value) : read;
    },
    remove: (file) => tell({ method: 'DELETE', path: `${PATH}/${file}`, doing: TO_REMOVE_ATTACHMENT }),
  };
}
