import type { HomeView } from '@slack/types';
import type { WebClient } from '@slack/web-api';
import { z } from 'zod';
import type { Effect } from '../../model/effect.ts';
import { type SlackChannel, type SlackFileId, SlackTeam, type SlackTs, SlackUser } from '../../model/ids.ts';
import type { SlackFile } from '../../model/intake.ts';
import type { Io } from '../../model/io.ts';
import { type Outcome, ok } from '../../model/outcome.ts';
import type { OpenFile } from '../../model/ticket.ts';
import { SOMEBODY } from '../../texts/names.ts';
import type { FormLook } from './approval-views.ts';
import { askSlack } from './ask-slack.ts';
import { type BotToken, createSlackClient } from './client.ts';
import { completeStep, type StepEnd } from './complete-step.ts';
import { createEdit, createRemove, type EditedMessage } from './edit.ts';
import { createSlackFiles } from './files.ts';
import { createPlaces } from './places.ts';
import { createPost, type NewMessage, type PostedMessage } from './post.ts';
import { publishHome } from './publish-home.ts';
import { type MessagePage, type PageWanted, type ReadMessage, readPage } from './read-page.ts';
import { createSlackHttp } from './slack-http.ts';
import { tell, type Words } from './tell.ts';
import { type Unfurling, unfurl } from './unfurl.ts';
import { updateView } from './update-view.ts';
import { createWhisper } from './whisper.ts';

export type { MessagePage, PageWanted, ReadMessage, StepEnd, Words };

export interface Whisper {
  readonly channel: SlackChannel;
  readonly user: SlackUser;
  /** The thread in which it appears; null for the channel itself. */
  readonly root: SlackTs | null;
  readonly text: string;
}

/** A file on its way into a thread, with everything that is known of it before it leaves. */
export interface SharedFile {
  readonly channel: SlackChannel;
  readonly root: SlackTs;
  readonly name: string;
  /** In bytes. */
  readonly size: number;
  /** Of the content, in lower-case hex. */
  readonly sha256: string;
  /** Who put it on the ticket: one plain line beside the file. */
  readonly comment: string;
  /** Files there that are known to be others: never the proof of this one, however alike. */
  readonly others?: ReadonlySet<string>;
  open(): AsyncIterable<Uint8Array>;
}

export interface SlackFiles {
  readonly share: Effect<SharedFile, { readonly file: SlackFileId }>;
  readonly remove: Effect<{ readonly file: SlackFileId }, null>;
  /** What Slack knows of a file now. */
  read(file: SlackFileId): Promise<Outcome<SlackFile>>;
  /** The content. Refuses what is no file, such as the login page that Slack sends for a token without files:read. */
  open(file: SlackFileId): Promise<Outcome<OpenFile>>;
}

export interface SlackPlaceView {
  readonly kind: 'public' | 'private' | 'group' | 'direct';
  /** People of other companies are in it, or are invited. */
  readonly shared: boolean;
}

/** Everything that Deskbridge does in Slack. */
export interface SlackOut {
  /** Proof: our marker in the message's metadata. */
  readonly post: Effect<NewMessage, PostedMessage>;
  /** Sets what a message shows; doing it twice is harmless. */
  readonly edit: Effect<EditedMessage, PostedMessage>;
  /** Takes one of our messages away; one that is gone already is fine. */
  readonly remove: Effect<PostedMessage, null>;
  /** Shows something to one person only. Slack forgets it at once: nobody can find out whether it was shown. */
  readonly whisper: Effect<Whisper, null>;
  /** A few words that belong to no request. */
  tell(words: Words): Promise<Outcome<null>>;
  /** Ends a step of a workflow; twice is harmless. */
  completeStep(execution: string, end: StepEnd): Promise<Outcome<null>>;
  /** Shows a Home to its person; twice is harmless. */
  publishHome(user: SlackUser, view: HomeView): Promise<Outcome<null>>;
  /** Shows something else in a form that is open, by the name that it was given; twice is harmless. */
  updateView(name: string, view: FormLook): Promise<Outcome<'shown' | 'gone'>>;
  /** Shows cards below the links of a message; twice is harmless. */
  unfurl(unfurling: Unfurling): Promise<Outcome<null>>;
  readonly files: SlackFiles;
  /** Who we are: for start-up and to know our own messages. */
  whoAmI(): Promise<Outcome<{ readonly user: SlackUser; readonly team: SlackTeam }>>;
  person(user: SlackUser): Promise<Outcome<{ readonly name: string; readonly email: string | null }>>;
  standing(user: SlackUser): Promise<Outcome<PersonStanding>>;
  permalink(channel: SlackChannel, ts: SlackTs): Promise<Outcome<string>>;
  /** Who can read a conversation; kept for some minutes, until `forgetPlace`. */
  place(channel: SlackChannel): Promise<Outcome<SlackPlaceView>>;
  /** Slack says that this conversation has other readers now. */
  forgetPlace(channel: SlackChannel): void;
  /** One page of what stands in a channel or thread, for repair; `gone` when there is no such thread any more. */
  page(wanted: PageWanted): Promise<Outcome<MessagePage | 'gone'>>;
}

/** What somebody is in the workspace. */
export interface PersonStanding {
  readonly guest: boolean;
  /** A bot, or somebody who was deactivated (docs.slack.dev/reference/objects/user-object): nobody who could decide. */
  readonly lifeless: boolean;
  /** The workspace in which he is at home; null when Slack does not say. */
  readonly home: string | null;
  /** Where he lives by the clock, in the names of the tz database; null when Slack does not say. */
  readonly timeZone: string | null;
}

const name = z.string().optional();
const Person = z.object({
  user: z.object({
    name,
    real_name: name,
    is_email_confirmed: z.boolean().nullish(),
    profile: z.object({ display_name: name, real_name: name, email: name }).default({}),
  }),
});
const Standing = z.object({
  user: z.object({
    team_id: z.string().nullish(),
    tz: z.string().nullish(),
    is_restricted: z.boolean().nullish(),
    is_ultra_restricted: z.boolean().nullish(),
    is_stranger: z.boolean().nullish(),
    is_bot: z.boolean().nullish(),
    deleted: z.boolean().nullish(),
    enterprise_user: z.unknown().optional(),
  }),
});
const Self = z.object({ user_id: SlackUser, team_id: SlackTeam });
const Permalink = z.object({ permalink: z.string() });

export function createSlackOut(options: { token: BotToken; apiUrl: string; io: Io }): SlackOut {
  const client = createSlackClient(options);
  return {
    post: createPost(client),
    edit: createEdit(client),
    remove: createRemove(client),
    whisper: createWhisper(client),
    tell: (words) => tell({ client, http: createSlackHttp(options) }, words),
    completeStep: (execution, end) => completeStep(client, execution, end),
    unfurl: (unfurling) => unfurl(client, unfurling),
    updateView: (name, view) => updateView(client, name, view),
    publishHome: (user, view) => publishHome(client, user, view),
    files: createSlackFiles({ ...options, client }),
    ...createReads(client),
    ...createPlaces(client),
  };
}

function createReads(
  client: WebClient,
): Pick<SlackOut, 'whoAmI' | 'person' | 'standing' | 'permalink' | 'page'> {
  return {
    async whoAmI() {
      const self = await askSlack(Self, false, () => client.auth.test());
      return self.kind === 'ok' ? ok({ user: self.value.user_id, team: self.value.team_id }) : self;
    },
    async person(user) {
      const found = await askSlack(Person, false, () => client.users.info({ user }));
      if (found.kind !== 'ok') return found;
      const { profile, real_name: realName, name: handle, is_email_confirmed: confirmed } = found.value.user;
      const shown = profile.real_name || realName || profile.display_name || handle || SOMEBODY;
      // Nobody has proven that an unconfirmed address is his: it would find somebody else.
      return ok({ name: shown, email: confirmed === false ? null : (profile.email ?? null) });
    },
    async standing(user) {
      const found = await askSlack(Standing, false, () => client.users.info({ user }));
      if (found.kind !== 'ok') return found;
      const {
        team_id: team,
        tz,
        is_restricted,
        is_ultra_restricted,
        is_stranger,
        is_bot,
        deleted,
        enterprise_user,
      } = found.value.user;
      const guest = is_restricted === true || is_ultra_restricted === true || is_stranger === true;
      // Inside an enterprise a colleague may be at home in another workspace.
      return ok({
        ...{ guest, lifeless: is_bot === true || deleted === true },
        ...{ home: enterprise_user === undefined ? team || null : null, timeZone: tz || null },
      });
    },
    async permalink(channel, ts) {
      const link = await askSlack(Permalink, false, () =>
        client.chat.getPermalink({ channel, message_ts: ts }),
      );
      return link.kind === 'ok' ? ok(link.value.permalink) : link;
    },
    page: (wanted) => readPage(client, wanted),
  };
}
