import type { Explained } from './judge.ts';

/**
 * Differences from Atlassian's OpenAPI files that are right as they are. An entry that explains nothing in a whole run
 * fails the run, so none outlives its reason.
 */
export const EXPLAINED: readonly Explained[] = [
  {
    operation: '*',
    side: 'response',
    status: 429,
    why: 'Every operation can be limited; the files name 429 for few of them.',
    source: 'https://developer.atlassian.com/cloud/jira/platform/rate-limiting/',
  },
  {
    operation: 'PUT /rest/api/3/issue/{issueIdOrKey}/assignee',
    side: 'request',
    status: null,
    why: 'accountId null takes the assignee off: the description says so, the schema knows strings only.',
    source:
      'https://developer.atlassian.com/cloud/jira/platform/rest/v3/api-group-issues/#api-rest-api-3-issue-issueidorkey-assignee-put',
  },
  {
    operation: 'POST /rest/api/3/issue/{issueIdOrKey}/attachments',
    side: 'response',
    status: 400,
    why: 'A form that was cut off on its way; whoever sent it no longer reads the answer.',
    source: 'https://developer.atlassian.com/cloud/jira/platform/rest/v3/intro/#status-codes',
  },
  {
    operation: '*',
    side: 'response',
    status: 401,
    why: 'A credential is refused before any operation, by the site or by the gateway in a shape of its own.',
    source: 'https://developer.atlassian.com/cloud/jira/platform/rest/v3/intro/#status-codes',
  },
  {
    operation: 'GET /rest/api/3/issue/{issueIdOrKey}/remotelink',
    side: 'response',
    status: 200,
    why: 'The schema names one link; the example of the same file is a list of them.',
    source:
      'https://developer.atlassian.com/cloud/jira/platform/rest/v3/api-group-issue-remote-links/#api-rest-api-3-issue-issueidorkey-remotelink-get',
  },
  {
    operation: 'GET /rest/api/3/issue/createmeta/{projectIdOrKey}/issuetypes',
    side: 'response',
    status: 404,
    why: 'What the account may not see is 404 everywhere; the file names 400 and 401 only.',
    source: 'https://developer.atlassian.com/cloud/jira/platform/rest/v3/intro/#status-codes',
  },
  {
    operation: 'GET /rest/webhooks/1.0/webhook',
    side: 'request',
    status: null,
    why: 'Webhooks of administrators are documented in words; no OpenAPI file describes them.',
    source: 'https://developer.atlassian.com/cloud/jira/platform/webhooks/',
  },
  {
    operation: 'POST /rest/webhooks/1.0/webhook',
    side: 'request',
    status: null,
    why: 'Webhooks of administrators are documented in words; no OpenAPI file describes them.',
    source: 'https://developer.atlassian.com/cloud/jira/platform/webhooks/',
  },
  {
    operation: 'PUT /rest/webhooks/1.0/webhook/{id}',
    side: 'request',
    status: null,
    why: 'Webhooks of administrators are documented in words; no OpenAPI file describes them.',
    source: 'https://developer.atlassian.com/cloud/jira/platform/webhooks/',
  },
  {
    operation: 'DELETE /rest/webhooks/1.0/webhook/{id}',
    side: 'request',
    status: null,
    why: 'Webhooks of administrators are documented in words; no OpenAPI file describes them.',
    source: 'https://developer.atlassian.com/cloud/jira/platform/webhooks/',
  },
  {
    operation: 'POST /rest/api/3/jql/parse',
    side: 'response',
    status: 200,
    why: 'The schema of a clause forbids every member that a clause has; the example of the same file has them.',
    source:
      'https://developer.atlassian.com/cloud/jira/platform/rest/v3/api-group-jql/#api-rest-api-3-jql-parse-post',
  },
];
