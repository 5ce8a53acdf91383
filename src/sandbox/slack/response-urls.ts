import type { HttpBindings } from '@hono/node-server';
import { type Context, Hono } from 'hono';
import { AppReply, type ReplyDeps, showReply } from './app-answers.ts';
import { checkBlocks } from './blocks.ts';

/** A fresh response_url for an interaction. */
export function issueResponseUrl(
  { world }: ReplyDeps,
  target: { readonly userId: string; readonly channelId: string; readonly messageTs: string | null },
): string {
  const base = world.baseUrl();
  if (base === null) {
    throw new Error(
      'The simulated Slack does not know its own address yet, so it cannot make a response_url. ' +
        'Attach it to its server (slack.attach) before people act.',
    );
  }
  return `${base}/response/${world.responseUrls.issue(target)}`;
}

/** Answers POSTs to response_urls: "ok", or 404 with expired_url or used_url. */
export function createResponseUrls(deps: ReplyDeps): Hono<{ Bindings: HttpBindings }> {
  const refuse = (error: string, status: number) => Response.json({ ok: false, error }, { status });

  async function handle(c: Context<{ Bindings: HttpBindings }, '/response/:id'>): Promise<Response> {
    const reply = AppReply.safeParse(await c.req.json().catch(() => null));
    if (!reply.success) return refuse('invalid_payload', 400);
    const { text, blocks, delete_original: deletes } = reply.data;
    if (!deletes && !text && !blocks?.length) return refuse('no_text', 400);
    if (checkBlocks(blocks ?? [], 'message').length > 0) return refuse('invalid_blocks', 400);
    const target = deps.world.responseUrls.use(c.req.param('id'));
    if (typeof target === 'string') return refuse(target, 404);
    showReply(deps, target, reply.data);
    return c.text('ok');
  }

  return new Hono<{ Bindings: HttpBindings }>().post('/response/:id', handle);
}
