import type { HttpBindings } from '@hono/node-server';
import { type Context, Hono } from 'hono';
import type { FaultPlan } from '../faults.ts';
import { breakAfter, breakBefore, type SlackFault } from './broken-answers.ts';
import type { InstalledApp } from './installed-app.ts';
import type { Tokens } from './tokens.ts';
import { bearer, type ReceivedCall } from './web-api.ts';
import type { SlackWorld } from './world.ts';

export interface FileTransferDeps {
  readonly world: SlackWorld;
  readonly tokens: Tokens;
  readonly installed: InstalledApp;
  /** `upload` and `download` are the names of these calls. */
  readonly faults: FaultPlan<SlackFault>;
  readonly received: (call: ReceivedCall) => void;
}

/** What a browser gets that is not signed in: a page, with status 200. */
const LOGIN =
  '<!DOCTYPE html><html><head><title>Slack</title></head><body>Sign in to your workspace</body></html>';

type Served<P extends string> = Context<{ Bindings: HttpBindings }, P>;

async function bytesOf(request: Request): Promise<Buffer | null> {
  const type = request.headers.get('content-type') ?? '';
  if (!type.startsWith('multipart/form-data')) return Buffer.from(await request.arrayBuffer());
  const parts = [...(await request.formData()).values()];
  const file = parts.find((part) => typeof part !== 'string');
  return file === undefined ? null : Buffer.from(await file.arrayBuffer());
}

/** Below /upload/v1/ and /files-pri/: the bytes of files, outside of the Web API. */
export function createFileTransfer(deps: FileTransferDeps): Hono<{ Bindings: HttpBindings }> {
  const { world, tokens, installed, faults, received } = deps;

  async function upload(c: Served<'/upload/v1/:ticket'>): Promise<Response> {
    const known = world.files.upload(c.req.param('ticket'));
    const withToken = c.req.header('authorization') !== undefined;
    received({ method: 'upload', args: { file: known?.id, with_token: withToken }, at: world.clock.now() });
    const fault = faults.take('upload');
    const { socket } = c.env.incoming;
    const broken = breakBefore(fault, socket);
    if (broken !== null) return broken;
    const bytes = await bytesOf(c.req.raw);
    if (known === null || bytes === null) return c.text('no such upload', 404);
    if (bytes.length !== known.size) return c.text('the length is not what was announced', 400);
    known.bytes = bytes;
    return breakAfter(fault, socket) ?? c.text(`OK - ${bytes.length}`);
  }

  function mayRead(header: string | undefined): boolean {
    return bearer(header) === tokens.bot && !tokens.revoked && installed.may('files:read');
  }

  async function download(c: Served<'/files-pri/:place/:name'>): Promise<Response> {
    const id = c.req.param('place').slice(world.team.id.length + 1);
    received({ method: 'download', args: { file: id }, at: world.clock.now() });
    const fault = faults.take('download');
    const { socket } = c.env.incoming;
    const broken = breakBefore(fault, socket);
    if (broken !== null) return broken;
    if (!mayRead(c.req.header('authorization'))) return c.html(LOGIN);
    const file = world.files.get(id);
    const bytes = world.files.bytes(id);
    if (file === null || bytes === null || file.gone) return c.text('not found', 404);
    const body = new Uint8Array(bytes);
    const headers = { 'content-type': file.mime, 'content-length': String(body.length) };
    return breakAfter(fault, socket) ?? new Response(body, { headers });
  }

  return new Hono<{ Bindings: HttpBindings }>()
    .post('/upload/v1/:ticket', upload)
    .get('/files-pri/:place/:name', download)
    .get('/files-pri/:place/download/:name', download);
}
