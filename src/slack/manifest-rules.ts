/**
 * What Slack takes as an app manifest, as far as ours goes: limits, patterns, unknown keys refused.
 * Source: https://github.com/slackapi/manifest-schema (schemas/manifest.schema.2.0.0.json) and
 * https://docs.slack.dev/reference/app-manifest
 */
import { z } from 'zod';

const text = (most: number, least = 1) => z.string().min(least).max(most);
const address = (most: number) =>
  z
    .string()
    .max(most)
    .regex(/^https?:\/\//);
const unique = <T extends z.ZodType>(list: z.ZodArray<T>) =>
  list.refine((items) => new Set(items.map((item) => JSON.stringify(item))).size === items.length, {
    error: 'must not repeat itself',
  });

/** What people see as the name of the app. */
export const AppName = text(35);

const DisplayInformation = z.strictObject({
  name: AppName,
  description: text(140).optional(),
  long_description: text(4000, 175).optional(),
  background_color: z
    .string()
    .regex(/^#[0-9a-fA-F]{3}([0-9a-fA-F]{3})?$/)
    .optional(),
});

const Shortcut = z.strictObject({
  name: text(24),
  type: z.enum(['message', 'global']),
  callback_id: text(255),
  description: text(150),
});

const SlashCommand = z.strictObject({
  command: text(32, 2).startsWith('/'),
  url: address(3000).optional(),
  description: text(2000),
  usage_hint: text(1000).optional(),
  should_escape: z.boolean().optional(),
});

const Features = z.strictObject({
  app_home: z
    .strictObject({
      home_tab_enabled: z.boolean().optional(),
      messages_tab_enabled: z.boolean().optional(),
      messages_tab_read_only_enabled: z.boolean().optional(),
    })
    .optional(),
  unfurl_domains: z.array(z.string().min(1).max(255)).max(5).optional(),
  bot_user: z.strictObject({ display_name: text(80), always_online: z.boolean().optional() }).optional(),
  shortcuts: z.array(Shortcut).min(1).max(10).optional(),
  slash_commands: z.array(SlashCommand).min(1).max(50).optional(),
});

const scopes = z.array(z.string().max(50)).max(255);

const OauthConfig = z.strictObject({
  redirect_urls: unique(z.array(z.string().max(2500)).max(1000)).optional(),
  scopes: z
    .strictObject({
      bot: scopes.optional(),
      user: scopes.optional(),
      bot_optional: scopes.optional(),
      user_optional: scopes.optional(),
    })
    .optional(),
});

const events = unique(z.array(z.string().max(50)).max(100));

const Settings = z.strictObject({
  event_subscriptions: z
    .strictObject({
      request_url: address(3500).optional(),
      bot_events: events.optional(),
      user_events: events.optional(),
    })
    .optional(),
  interactivity: z
    .strictObject({
      is_enabled: z.boolean(),
      request_url: address(3500).optional(),
      message_menu_options_url: address(3500).optional(),
    })
    .optional(),
  org_deploy_enabled: z.boolean().optional(),
  socket_mode_enabled: z.boolean().optional(),
  token_rotation_enabled: z.boolean().optional(),
  function_runtime: z.literal('remote').optional(),
});

const Parameters = z.record(
  z.string().max(255),
  z.strictObject({
    type: z.string(),
    name: z.string().max(255),
    title: z.string().max(255).optional(),
    description: z.string().max(1000).optional(),
    hint: z.string().optional(),
    is_required: z.boolean().optional(),
  }),
);

/** Steps of Workflow Builder (docs.slack.dev/workflows/workflow-steps). */
const Functions = z.record(
  z.string().max(255),
  z.strictObject({
    title: text(255),
    description: text(1000),
    input_parameters: Parameters,
    output_parameters: Parameters,
  }),
);

const Shape = z.strictObject({
  _metadata: z
    .strictObject({
      major_version: z.union([z.literal(1), z.literal(2)]).optional(),
      minor_version: z.int().optional(),
    })
    .optional(),
  display_information: DisplayInformation,
  features: Features.optional(),
  oauth_config: OauthConfig.optional(),
  settings: Settings.optional(),
  functions: Functions.optional(),
});

/** Events, buttons and commands have to arrive somewhere: at an address each, or over Socket Mode. */
export const SlackManifest = Shape.superRefine(({ features, settings, functions }, check) => {
  if (
    functions !== undefined &&
    (settings?.org_deploy_enabled !== true || settings.function_runtime !== 'remote')
  )
    check.addIssue({
      code: 'custom',
      path: ['functions'],
      message: 'needs settings.org_deploy_enabled and settings.function_runtime',
    });
  if (settings?.socket_mode_enabled === true) return;
  const missing = (path: readonly (string | number)[]) =>
    check.addIssue({ code: 'custom', path: [...path], message: 'needs an address, or Socket Mode' });
  const { event_subscriptions: subscribed, interactivity } = settings ?? {};
  const hears = [...(subscribed?.bot_events ?? []), ...(subscribed?.user_events ?? [])];
  if (hears.length > 0 && subscribed?.request_url === undefined)
    missing(['settings', 'event_subscriptions', 'request_url']);
  if (interactivity?.is_enabled === true && interactivity.request_url === undefined)
    missing(['settings', 'interactivity', 'request_url']);
  for (const [index, { url }] of (features?.slash_commands ?? []).entries())
    if (url === undefined) missing(['features', 'slash_commands', index, 'url']);
});
export type SlackManifest = z.infer<typeof SlackManifest>;
