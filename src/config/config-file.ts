import { z } from 'zod';
import { KindName } from '../approvals/policy.ts';
import { Approvals } from '../approvals/settings.ts';
import { ConnectorId, SlackChannel, SlackTeam } from '../model/ids.ts';
import { patternFault } from '../privacy/redact.ts';
import { Name, RoutingTable } from '../routing/table.ts';
import { BaseUrl } from './base-url.ts';
import { ConnectorSettings } from './connector-settings.ts';
import { Digest } from './digest.ts';
import { Forms } from './forms.ts';
import { Slack } from './slack-file.ts';

const Install = z.strictObject({
  name: Name.meta({
    description: 'Name of this installation; one Slack app in one workspace or organisation.',
  }),
});

/** Checked against the schema of the queue's own connector, see `crossChecks`. */
export const QueueTarget = z.unknown().meta({ description: 'Where its tickets land; see "Targets".' });

const ASKED_FIELDS = ['status', 'priority', 'impact', 'urgency', 'group', 'assignee', 'resolution'] as const;

const AskWhen = z.strictObject({
  field: z.enum(ASKED_FIELDS).meta({ description: 'Which field of the ticket.' }),
  is: z.string().trim().min(1).max(160).meta({
    description: 'What it is set to, in the words of the ticket system, such as Waiting for approval.',
  }),
  ask: KindName.meta({ description: 'A name below `approvals.kinds`: what is asked for.' }),
});

const Queue = z.strictObject({
  title: z.string().min(1).max(80).meta({ description: 'What people see.' }),
  connector: ConnectorId.meta({ description: 'A name below `connectors`.' }),
  target: QueueTarget,
  internal_channel: SlackChannel.nullable().default(null).meta({
    description:
      "A private channel of the queue's agents: every request gets a thread there, and what is written in it becomes internal notes of the ticket. Null: none.",
  }),
  internal_workspace: SlackTeam.optional().meta({
    description:
      'Id of the workspace or organisation that has `internal_channel`; needed beside `slack.oauth`. Requests of others have no thread there.',
  }),
  native_approvals: z.boolean().default(false).meta({
    description:
      'Whether approvals that the ticket system itself asks for on tickets of this queue are brought to Slack; needs `approvals`. See approvals-native.md.',
  }),
  ask_when: z.array(AskWhen).max(20).default([]).meta({
    description:
      'What of a ticket of this queue, when an agent sets it there, somebody has to decide about first. Asked once for each such change.',
  }),
});

const Files = z.strictObject({
  max_mb: z.number().min(0).max(1000).default(50).meta({
    description:
      'Files larger than this are not copied; a line says where they are. 0: none are, and the app does not ask for files.',
  }),
  refuse_types: z
    .array(
      z.string().regex(/^[a-z0-9]{1,20}$/, {
        error: 'must be an ending in small letters without its dot, such as exe',
      }),
    )
    .default(['exe', 'bat', 'cmd', 'com', 'msi', 'scr', 'ps1', 'vbs', 'js', 'jar'])
    .meta({ description: 'Endings of names whose files are never copied.' }),
});

const Retention = z.strictObject({
  inbox_days: z.int().min(1).max(3650).default(30).meta({
    description: 'Days after which the stored bodies of deliveries are dropped. Keys and times stay.',
  }),
});

const Redaction = z.strictObject({
  patterns: z
    .array(
      z.strictObject({
        name: z.string().trim().min(1).max(80).meta({
          description: 'What it finds, with its article, as the person is told: "a badge number".',
        }),
        pattern: z
          .string()
          .min(1)
          .max(500)
          .superRefine((pattern, context) => {
            const fault = patternFault(pattern);
            if (fault !== null)
              context.addIssue({ code: 'custom', message: `is no pattern that can be used: ${fault}` });
          })
          .meta({ description: "In RE2's syntax; `(?i)` before it ignores case." }),
      }),
    )
    .max(100)
    .default([])
    .meta({ description: 'More that is taken out of what people type in Slack.' }),
  keep: z
    .array(z.enum(['iban', 'national-id']))
    .default([])
    .meta({
      description: 'What has to reach the tickets all the same, e.g. account numbers at a desk that pays.',
    }),
});

const Network = z.strictObject({
  private_addresses: z.boolean().default(false).meta({
    description:
      'Whether a ticket system or Slack may be reached at a private address (10/8, 172.16/12, 192.168/16, 100.64/10, fc00::/7), e.g. an instance of your own or a network that answers every name itself. This machine and link-local addresses (169.254/16, with the metadata of a cloud) are never asked over https.',
  }),
});

const groups = z.array(z.string().min(1).max(256)).default([]);

const People = z.strictObject({
  roles: z
    .strictObject({
      responder: groups.meta({
        description: 'These groups answer requests, like the people of `slack.responders`.',
      }),
      approver: groups.meta({ description: 'These groups may be asked for approvals.' }),
      admin: groups.meta({ description: 'These groups look after Deskbridge itself.' }),
    })
    .prefault({})
    .meta({ description: 'Groups of the directory, by exact name, that give each role.' }),
});

const Server = z.strictObject({
  host: z
    .string()
    .min(1)
    .default('127.0.0.1')
    .meta({ description: 'Address to listen on; 0.0.0.0 in a container.' }),
  port: z
    .int()
    .min(0)
    .max(65535)
    .default(3000)
    .meta({ description: 'Port to listen on; 0 takes a free one.' }),
  public_url: BaseUrl.nullable()
    .default(null)
    .meta({ description: 'Address under which Slack and the vendors reach us, or null.' }),
});

/** The configuration file. It holds no secret: `*_env` settings name the environment variables that do. */
export const ConfigFile = z.strictObject({
  version: z.literal(1).meta({ description: 'Version of this format.' }),
  install: Install.meta({ description: 'This installation.' }),
  slack: Slack.meta({ description: 'The Slack app.' }),
  connectors: z
    .record(ConnectorId, ConnectorSettings)
    .meta({ description: 'Ticket system instances by a name of yours (small letters, digits, hyphens).' }),
  queues: z.record(Name, Queue).meta({ description: 'Queues by a name of yours.' }),
  routing: RoutingTable.meta({ description: 'Which request goes to which queue.' }),
  forms: Forms.default({}).meta({
    description:
      'Forms that people choose from behind the command, by a name of yours; see forms.md. Without any there is one short form.',
  }),
  approvals: Approvals.prefault({}).meta({
    description:
      'Who decides about what; see approvals.md. Nothing is asked for and nothing runs until it is enabled here.',
  }),
  files: Files.prefault({}).meta({ description: 'Which files travel between Slack and the tickets.' }),
  redaction: Redaction.prefault({}).meta({
    description: 'What is taken out of words from Slack besides what is always; see privacy.md.',
  }),
  network: Network.prefault({}).meta({ description: 'Where Deskbridge may call.' }),
  retention: Retention.prefault({}).meta({ description: 'How long content is kept.' }),
  people: People.prefault({}).meta({
    description: 'What the directory says people may do; see "People" in operate.md.',
  }),
  digest: Digest.prefault({}).meta({
    description: 'When people who chose so hear of their news, once a day; see home.md.',
  }),
  server: Server.prefault({}).meta({ description: 'Our own HTTP server.' }),
  reopen_days: z.int().min(0).max(365).default(7).meta({
    description: 'Days after closing in which a reply reopens the ticket; later it opens a related one.',
  }),
});
export type ConfigFile = z.infer<typeof ConfigFile>;
