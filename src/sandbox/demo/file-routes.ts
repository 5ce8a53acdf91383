import { type Context, Hono } from 'hono';
import { System } from './demo-state.ts';
import type { DemoWorlds } from './read-state.ts';

/** Where the page gets a file of a message, as the person who looks. */
export const slackFilePath = (id: string, as: string) =>
  `/demo/files/slack/${id}?as=${encodeURIComponent(as)}`;

export const ticketFilePath = (system: System, ticket: string, id: string) =>
  `/demo/files/${system}/${ticket}/${id}`;

const NOT_THERE = 'This file is not there any more.';

/** Always as a download: what is in a file never runs in the page. */
function download(c: Context, name: string, bytes: Uint8Array): Response {
  c.header(
    'content-disposition',
    `attachment; filename*=UTF-8''${encodeURIComponent(name).replaceAll("'", '%27')}`,
  );
  c.header('cache-control', 'no-store');
  return c.body(new Uint8Array(bytes), 200, { 'content-type': 'application/octet-stream' });
}

/** The content of files on either side. */
export function createFileRoutes({ slack, desks }: Pick<DemoWorlds, 'slack' | 'desks'>): Hono {
  return new Hono()
    .get('/slack/:id', (c) => {
      const id = c.req.param('id');
      const as = c.req.query('as') ?? '';
      const file = slack
        .channels()
        .filter(({ members }) => members.includes(as))
        .flatMap((channel) => slack.messages(channel.id))
        .flatMap(({ files }) => files)
        .find((one) => one.id === id);
      const bytes = file === undefined ? null : slack.fileBytes(id);
      return file === undefined || bytes === null ? c.text(NOT_THERE, 404) : download(c, file.name, bytes);
    })
    .get('/:system/:ticket/:id', (c) => {
      const system = System.safeParse(c.req.param('system'));
      if (!system.success) return c.text(NOT_THERE, 404);
      const desk = desks[system.data];
      const { ticket, id } = c.req.param();
      const file = desk
        .tickets()
        .find((one) => one.id === ticket)
        ?.files.find((one) => one.id === id);
      const bytes = file === undefined ? null : desk.fileBytes(ticket, id);
      return file === undefined || bytes === null ? c.text(NOT_THERE, 404) : download(c, file.name, bytes);
    });
}
