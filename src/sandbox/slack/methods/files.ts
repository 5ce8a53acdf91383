import { z } from 'zod';
import { mimeOf } from '../file-store.ts';
import { isBotMember, visibleChannel } from '../find-channel.ts';
import { type ApiResult, defineMethod, fail, type MethodContext, nested, succeed } from '../method.ts';
import { deleteFile, messagesWith } from '../shared-files.ts';
import { wireFile } from '../wire-file.ts';

const SNIPPET_LIMIT = 1_000_000;
const ALT_LIMIT = 1_000;

const getUploadUrl = defineMethod({
  tier: 't4',
  scope: 'files:write',
  args: z.object({
    filename: z.string().min(1),
    length: z.coerce.number().int(),
    alt_text: z.string().optional(),
    snippet_type: z.string().optional(),
  }),
  run({ filename, length, alt_text: alt, snippet_type: snippet }, { world, limits }) {
    // Slack takes a length of 0 for one that is missing.
    if (length < 1) return fail('missing_argument');
    if (length > limits.largestFile) return fail('file_upload_size_restricted');
    if (snippet !== undefined && length > SNIPPET_LIMIT) return fail('snippet_too_large');
    if ((alt ?? '').length > ALT_LIMIT) return fail('alt_txt_too_large');
    const { id, ticket } = world.files.reserve({ name: filename, size: length });
    return succeed({ upload_url: `${world.baseUrl() ?? ''}/upload/v1/${ticket}`, file_id: id });
  },
});

const Completed = nested(
  z
    .array(z.object({ id: z.string(), title: z.string().optional() }))
    .min(1)
    .max(10),
);

const completeUpload = defineMethod({
  tier: 't4',
  scope: 'files:write',
  args: z.object({
    files: Completed,
    channel_id: z.string().optional(),
    thread_ts: z.string().optional(),
    initial_comment: z.string().optional(),
  }),
  run(args, context) {
    const { world, messaging } = context;
    const place = args.channel_id === undefined ? null : shareable(context, args.channel_id, args.thread_ts);
    if (place !== null && 'ok' in place) return place;
    const uploads = args.files.map(({ id, title }) => ({ title, upload: world.files.take(id) }));
    const stored = uploads.flatMap(({ title, upload }) =>
      upload === null
        ? []
        : world.files.add({
            id: upload.id,
            name: upload.name,
            title: title ?? upload.name,
            mime: mimeOf(upload.name),
            user: world.app.botUserId,
            bytes: upload.bytes ?? Buffer.alloc(0),
          }),
    );
    if (stored.length < uploads.length) return fail('file_not_found');
    if (place !== null) {
      // The answer does not wait for the message.
      context.later(context.limits.shareAfterMs, () => {
        messaging.post({
          channel: place.channel,
          threadTs: place.threadTs,
          user: world.app.botUserId,
          botId: world.app.botId,
          subtype: 'file_share',
          text: args.initial_comment ?? '',
          files: stored.map(({ id }) => ({ id, gone: false })),
        });
      });
    }
    return succeed({ files: stored.map(({ id, title }) => ({ id, title })) });
  },
});

function shareable(
  { world }: MethodContext,
  channelId: string,
  threadTs: string | undefined,
): { readonly channel: string; readonly threadTs: string | null } | ApiResult {
  const channel = visibleChannel(world, channelId);
  if (channel === null) return fail('channel_not_found');
  if (!isBotMember(world, channel)) return fail('not_in_channel');
  if (channel.archived) return fail('is_archived');
  if (threadTs === undefined) return { channel: channel.id, threadTs: null };
  const root = world.messages.get(channel.id, threadTs);
  return root === null
    ? fail('thread_not_found')
    : { channel: channel.id, threadTs: root.threadTs ?? root.ts };
}

/**
 * The app sees its own files, those in conversations that its bot is in, and those that somebody put into its form
 * (docs.slack.dev/reference/block-kit/block-elements/file-input-element).
 */
function visibleFile({ world }: MethodContext, id: string) {
  const file = world.files.get(id);
  if (file === null) return null;
  const isShared = messagesWith(world, id).some(({ channel }) => {
    const known = world.channels.get(channel);
    return known !== undefined && isBotMember(world, known);
  });
  return file.user === world.app.botUserId || isShared || file.given ? file : null;
}

const info = defineMethod({
  tier: 't4',
  scope: 'files:read',
  args: z.object({ file: z.string() }),
  run({ file: id }, context) {
    const file = visibleFile(context, id);
    if (file === null) return fail('file_not_found');
    return file.gone ? fail('file_deleted') : succeed({ file: wireFile(context.world, id), comments: [] });
  },
});

const remove = defineMethod({
  tier: 't3',
  scope: 'files:write',
  args: z.object({ file: z.string() }),
  run({ file: id }, context) {
    const file = visibleFile(context, id);
    if (file === null) return fail('file_not_found');
    if (file.gone) return fail('file_deleted');
    if (file.user !== context.world.app.botUserId) return fail('cant_delete_file');
    deleteFile(context, id);
    return succeed();
  },
});

export const fileMethods = {
  'files.getUploadURLExternal': getUploadUrl,
  'files.completeUploadExternal': completeUpload,
  'files.info': info,
  'files.delete': remove,
};
