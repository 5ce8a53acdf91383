import { CONFIG_CHECKS } from '../../config/diagnose/checks.ts';
import { JIRA_CHECKS } from '../../connectors/jira/diagnose/checks.ts';
import { SERVICENOW_CHECKS } from '../../connectors/servicenow/diagnose/checks.ts';
import type { CheckCatalogue } from '../../model/finding.ts';
import { REDIS_CHECKS } from '../../queues/diagnose/diagnose-redis.ts';
import { SLACK_CHECKS } from '../../slack/diagnose/checks.ts';
import { DATABASE_CHECKS } from '../../store/diagnose/checks.ts';
import { DOOR_CHECKS } from '../../web/diagnose/checks.ts';
import { DOCTOR_CHECKS, FORM_CHECKS } from './checks.ts';

/** Every check of the doctor and every problem that it can find. */
const CATALOGUES: readonly CheckCatalogue[] = [
  CONFIG_CHECKS,
  DATABASE_CHECKS,
  REDIS_CHECKS,
  SLACK_CHECKS,
  DOOR_CHECKS,
  JIRA_CHECKS,
  SERVICENOW_CHECKS,
  FORM_CHECKS,
  DOCTOR_CHECKS,
];

/** The checks and codes as a Markdown table for the guide. */
export function codesTable(): string {
  const rows = CATALOGUES.flatMap((catalogue) =>
    Object.entries(catalogue).map(([check, { about, security, problems }]) => {
      const codes = Object.entries(problems).map(([name, { severity }]) => `\`.${name}\` ${severity}`);
      const when = security === true ? ' (`--security`)' : '';
      return `| \`${check}\`${when} | ${about} | ${codes.join('<br>') || '–'} |`;
    }),
  );
  return ['| check | looks at | problems |', '|---|---|---|', ...rows].join('\n');
}
