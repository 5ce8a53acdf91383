import { z } from 'zod';

const Address = z.url({ protocol: /^https?$/ }).transform((url) => url.replace(/\/+$/, ''));
const word = z.string().min(1);

const Jira = z.object({
  DESKBRIDGE_LIVE_JIRA_URL: Address,
  DESKBRIDGE_LIVE_JIRA_EMAIL: z.email(),
  DESKBRIDGE_LIVE_JIRA_TOKEN: word,
  DESKBRIDGE_LIVE_JIRA_PROJECT: word,
  DESKBRIDGE_LIVE_JIRA_ISSUE_TYPE: word.default('Task'),
});

const ServiceNow = z.object({
  DESKBRIDGE_LIVE_SERVICENOW_URL: Address,
  DESKBRIDGE_LIVE_SERVICENOW_USER: word,
  DESKBRIDGE_LIVE_SERVICENOW_PASSWORD: word,
  DESKBRIDGE_LIVE_SERVICENOW_GROUP: word,
});

const Wait = z.coerce.number().int().min(0).max(120_000).default(5000);

export interface JiraAccess {
  readonly url: string;
  readonly email: string;
  readonly token: string;
  readonly project: string;
  readonly issueType: string;
}

export interface ServiceNowAccess {
  readonly url: string;
  readonly user: string;
  readonly password: string;
  readonly group: string;
}

/** What to try, or why it is not tried. */
export interface LiveSettings {
  readonly jira: JiraAccess | { readonly notRun: string };
  readonly serviceNow: ServiceNowAccess | { readonly notRun: string };
  /** How long an index of a real site may lag behind, in milliseconds. */
  readonly settleMs: number;
}

type Environment = Readonly<Record<string, string | undefined>>;

function missing(error: z.ZodError): { readonly notRun: string } {
  const names = [...new Set(error.issues.map(({ path }) => String(path[0])))];
  return { notRun: `${names.join(', ')} not set, or not valid` };
}

/** Reads the variables; their values appear in nothing that this says. */
export function readLiveSettings(environment: Environment): LiveSettings {
  const jira = Jira.safeParse(environment);
  const serviceNow = ServiceNow.safeParse(environment);
  return {
    jira: jira.success
      ? {
          url: jira.data.DESKBRIDGE_LIVE_JIRA_URL,
          email: jira.data.DESKBRIDGE_LIVE_JIRA_EMAIL,
          token: jira.data.DESKBRIDGE_LIVE_JIRA_TOKEN,
          project: jira.data.DESKBRIDGE_LIVE_JIRA_PROJECT,
          issueType: jira.data.DESKBRIDGE_LIVE_JIRA_ISSUE_TYPE,
        }
      : missing(jira.error),
    serviceNow: serviceNow.success
      ? {
          url: serviceNow.data.DESKBRIDGE_LIVE_SERVICENOW_URL,
          user: serviceNow.data.DESKBRIDGE_LIVE_SERVICENOW_USER,
          password: serviceNow.data.DESKBRIDGE_LIVE_SERVICENOW_PASSWORD,
          group: serviceNow.data.DESKBRIDGE_LIVE_SERVICENOW_GROUP,
        }
      : missing(serviceNow.error),
    settleMs: Wait.parse(environment['DESKBRIDGE_LIVE_SETTLE_MS']),
  };
}
