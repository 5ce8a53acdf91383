import { Hono, type MiddlewareHandler } from 'hono';
import { bodyLimit } from 'hono/body-limit';
import { streamSSE } from 'hono/streaming';
import { Act } from './act.ts';
import { REQUESTERS } from './company.ts';
import { createFileRoutes } from './file-routes.ts';
import { refusalOf } from './local-only.ts';
import type { BuiltPage } from './page-build.ts';
import { perform } from './perform.ts';
import { type DemoWorlds, readState } from './read-state.ts';

export interface DemoRoutesOptions {
  readonly worlds: DemoWorlds;
  readonly page: BuiltPage;
  /** Calls the listener after every change in any of the worlds. */
  readonly onChange: (listener: () => void) => void;
}

/** Many changes come at once; the page needs to hear of them once. Milliseconds. */
const GATHER_MS = 25;
/** With the largest file, as base64. */
const LARGEST_ACT = 8 * 1024 * 1024;

const HEADERS = {
  'content-security-policy':
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'",
  'referrer-policy': 'no-referrer',
  'x-content-type-options': 'nosniff',
};

const keepStrangersOut: MiddlewareHandler = async (c, next) => {
  const refusal = refusalOf({
    method: c.req.method,
    host: c.req.header('host'),
    origin: c.req.header('origin'),
    site: c.req.header('sec-fetch-site'),
  });
  if (refusal !== null) return c.text(refusal, 403);
  for (const [name, value] of Object.entries(HEADERS)) c.header(name, value);
  await next();
  return;
};

/** The demo's own server: the page, what it shows, and what its visitor does. */
export function createDemoRoutes({ worlds, page, onChange }: DemoRoutesOptions): Hono {
  const changes = createChanges(onChange);
  const app = new Hono();
  app.use(keepStrangersOut);

  app.get('/demo/state', (c) => {
    const wanted = c.req.query('as');
    const me = worlds.slack.people().find(({ id }) => id === wanted) ?? REQUESTERS[0];
    c.header('cache-control', 'no-store');
    return c.json(readState(worlds, me?.id ?? ''));
  });

  app.get('/demo/events', (c) =>
    streamSSE(c, async (stream) => {
      const closed = new Promise<void>((resolve) => stream.onAbort(resolve));
      const tell = () => void stream.writeSSE({ data: String(changes.count()) });
      const end = changes.listen(tell);
      tell();
      await closed;
      end();
    }),
  );

  app.route('/demo/files', createFileRoutes(worlds));

  const tooLarge = bodyLimit({
    maxSize: LARGEST_ACT,
    onError: (c) =>
      c.json({ ok: false, message: 'That is too large for the demo, which takes 5 MB.', ts: null }, 413),
  });
  app.post('/demo/act', tooLarge, async (c) => {
    const isJson = c.req.header('content-type')?.split(';')[0]?.trim() === 'application/json';
    const act = Act.safeParse(isJson ? await c.req.json().catch(() => null) : null);
    if (!act.success) {
      return c.json(
        { ok: false, message: 'The demo does not know this act. Reload the page.', ts: null },
        400,
      );
    }
    return c.json(await perform(worlds, act.data));
  });

  app.get('*', (c) => {
    const file = page.files.get(c.req.path === '/' ? '/index.html' : c.req.path);
    if (file === undefined) return c.text('There is nothing here. The demo is at /.', 404);
    return c.body(file.bytes, 200, { 'content-type': file.type, 'cache-control': 'no-cache' });
  });
  return app;
}

function createChanges(onChange: DemoRoutesOptions['onChange']) {
  const listeners = new Set<() => void>();
  let count = 0;
  let gathering = false;
  onChange(() => {
    if (gathering) return;
    gathering = true;
    setTimeout(() => {
      gathering = false;
      count += 1;
      for (const listener of listeners) listener();
    }, GATHER_MS).unref();
  });
  return {
    count: () => count,
    listen(listener: () => void) {
      listeners.add(listener);
      return () => void listeners.delete(listener);
    },
  };
}
