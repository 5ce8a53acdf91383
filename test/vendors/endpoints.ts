/** What the simulators answer, by method and path: the operation or page of the vendor that it stands for. */
export type Endpoints = Readonly<Record<string, string>>;

/** Atlassian's operation ids. */
export const JIRA_ENDPOINTS: Endpoints = {
  'POST /rest/api/3/issue': 'createIssue',
  'POST /rest/api/3/changelog/bulkfetch': 'getBulkChangelogs',
  'GET /rest/api/3/issue/createmeta/{projectIdOrKey}/issuetypes': 'getCreateIssueMetaIssueTypes',
  'GET /rest/api/3/issue/createmeta/{projectIdOrKey}/issuetypes/{issueTypeId}':
    'getCreateIssueMetaIssueTypeId',
  'GET /rest/api/3/project/{projectIdOrKey}': 'getProject',
  'GET /rest/api/3/issue/{issueIdOrKey}': 'getIssue',
  'PUT /rest/api/3/issue/{issueIdOrKey}': 'editIssue',
  'DELETE /rest/api/3/issue/{issueIdOrKey}': 'deleteIssue',
  'PUT /rest/api/3/issue/{issueIdOrKey}/assignee': 'assignIssue',
  'GET /rest/api/3/issue/{issueIdOrKey}/editmeta': 'getEditIssueMeta',
  'GET /rest/api/3/issue/{issueIdOrKey}/comment': 'getComments',
  'POST /rest/api/3/issue/{issueIdOrKey}/comment': 'addComment',
  'GET /rest/api/3/issue/{issueIdOrKey}/comment/{id}': 'getComment',
  'PUT /rest/api/3/issue/{issueIdOrKey}/comment/{id}': 'updateComment',
  'DELETE /rest/api/3/issue/{issueIdOrKey}/comment/{id}': 'deleteComment',
  'POST /rest/api/3/comment/list': 'getCommentsByIds',
  'GET /rest/api/3/comment/{commentId}/properties/{propertyKey}': 'getCommentProperty',
  'PUT /rest/api/3/comment/{commentId}/properties/{propertyKey}': 'setCommentProperty',
  'POST /rest/api/3/issue/{issueIdOrKey}/attachments': 'addAttachment',
  'GET /rest/api/3/attachment/meta': 'getAttachmentMeta',
  'GET /rest/api/3/attachment/{id}': 'getAttachment',
  'GET /rest/api/3/attachment/content/{id}': 'getAttachmentContent',
  'DELETE /rest/api/3/attachment/{id}': 'removeAttachment',
  'GET /rest/servicedeskapi/request/{issueIdOrKey}/attachment': 'getAttachmentsForRequest',
  'GET /rest/api/3/issue/{issueIdOrKey}/transitions': 'getTransitions',
  'POST /rest/api/3/issue/{issueIdOrKey}/transitions': 'doTransition',
  'GET /rest/api/3/issue/{issueIdOrKey}/properties/{propertyKey}': 'getIssueProperty',
  'PUT /rest/api/3/issue/{issueIdOrKey}/properties/{propertyKey}': 'setIssueProperty',
  'GET /rest/api/3/issue/{issueIdOrKey}/remotelink': 'getRemoteIssueLinks',
  'POST /rest/api/3/issue/{issueIdOrKey}/remotelink': 'createOrUpdateRemoteIssueLink',
  'POST /rest/api/3/search/jql': 'searchAndReconsileIssuesUsingJqlPost',
  'GET /rest/api/3/myself': 'getCurrentUser',
  'GET /rest/api/3/user/search': 'findUsers',
  'GET /rest/api/3/user/bulk': 'bulkGetUsers',
  'GET /rest/api/3/user/assignable/search': 'findAssignableUsers',
  'GET /rest/servicedeskapi/request/{issueIdOrKey}': 'getCustomerRequestByIdOrKey',
  'GET /rest/servicedeskapi/request/{issueIdOrKey}/comment': 'getRequestComments',
  'POST /rest/servicedeskapi/request/{issueIdOrKey}/comment': 'createRequestComment',
  'GET /rest/servicedeskapi/servicedesk': 'getServiceDesks',
  'GET /rest/servicedeskapi/servicedesk/{serviceDeskId}/requesttype': 'getRequestTypes',
  'GET /rest/servicedeskapi/servicedesk/{serviceDeskId}/requesttype/{requestTypeId}': 'getRequestTypeById',
  'GET /rest/servicedeskapi/servicedesk/{serviceDeskId}/requesttype/{requestTypeId}/field':
    'getRequestTypeFields',
  'POST /rest/servicedeskapi/request': 'createCustomerRequest',
  'GET /rest/servicedeskapi/servicedesk/{serviceDeskId}/queue': 'getQueues',
  'GET /rest/servicedeskapi/servicedesk/{serviceDeskId}/queue/{queueId}': 'getQueue',
  'GET /rest/servicedeskapi/servicedesk/{serviceDeskId}/queue/{queueId}/issue': 'getIssuesInQueue',
  'GET /rest/servicedeskapi/request/{issueIdOrKey}/sla': 'getSlaInformation',
  'GET /rest/servicedeskapi/request/{issueIdOrKey}/approval': 'getApprovals',
  'GET /rest/servicedeskapi/request/{issueIdOrKey}/approval/{approvalId}': 'getApprovalById',
  'POST /rest/servicedeskapi/request/{issueIdOrKey}/approval/{approvalId}': 'answerApproval',
  'GET /rest/servicedeskapi/servicedesk/{serviceDeskId}/customer': 'getCustomers',
  'GET /rest/servicedeskapi/knowledgebase/article': 'getArticles',
  'GET /rest/api/3/webhook': 'getDynamicWebhooksForApp',
  'POST /rest/api/3/webhook': 'registerDynamicWebhooks',
  'DELETE /rest/api/3/webhook': 'deleteWebhookById',
  'PUT /rest/api/3/webhook/refresh': 'refreshWebhooks',
  'GET /rest/api/3/field': 'getFields',
  'GET /rest/api/3/mypermissions': 'getMyPermissions',
  'GET /rest/api/3/project/{projectIdOrKey}/statuses': 'getAllStatuses',
  'POST /rest/api/3/jql/parse': 'parseJqlQueries',
  'POST /rest/servicedeskapi/servicedesk/{serviceDeskId}/attachTemporaryFile': 'attachTemporaryFile',
  'POST /rest/servicedeskapi/request/{issueIdOrKey}/attachment': 'createAttachment',
};

const HOOKS = 'https://developer.atlassian.com/cloud/jira/platform/webhooks/';

/** What has no operation: webhooks of administrators, the id of a site, and the host that attachments lie on. */
export const JIRA_PLACES: Endpoints = {
  'GET /rest/webhooks/1.0/webhook': HOOKS,
  'POST /rest/webhooks/1.0/webhook': HOOKS,
  'PUT /rest/webhooks/1.0/webhook/{id}': HOOKS,
  'DELETE /rest/webhooks/1.0/webhook/{id}': HOOKS,
  'ALL /_edge/tenant_info': 'https://support.atlassian.com/jira/kb/retrieve-my-atlassian-sites-cloud-id/',
  'ALL /media/{id}':
    'https://developer.atlassian.com/cloud/jira/platform/rest/v3/api-group-issue-attachments/#api-rest-api-3-attachment-content-id-get',
};

/** Methods of the Web API, each at its page below SLACK_METHODS. */
export const SLACK_METHODS = 'https://docs.slack.dev/reference/methods/';
export const SLACK_API: readonly string[] = [
  'apps.connections.open',
  'auth.test',
  'bots.info',
  'chat.delete',
  'chat.getPermalink',
  'chat.postEphemeral',
  'chat.postMessage',
  'chat.unfurl',
  'chat.update',
  'conversations.history',
  'conversations.info',
  'conversations.join',
  'conversations.list',
  'conversations.members',
  'conversations.open',
  'conversations.replies',
  'files.completeUploadExternal',
  'files.delete',
  'files.getUploadURLExternal',
  'files.info',
  'functions.completeError',
  'functions.completeSuccess',
  'reactions.add',
  'reactions.remove',
  'team.info',
  'users.info',
  'users.lookupByEmail',
  'views.open',
  'views.publish',
  'views.push',
  'views.update',
];

const FILES = 'https://docs.slack.dev/messaging/working-with-files';

/** What Slack serves beside its methods. */
export const SLACK_PLACES: Endpoints = {
  'GET /api/{method}': 'https://docs.slack.dev/apis/web-api/',
  'POST /api/{method}': 'https://docs.slack.dev/apis/web-api/',
  'POST /response/{id}': 'https://docs.slack.dev/interactivity/handling-user-interaction',
  'GET /openid/connect/authorize': 'https://docs.slack.dev/authentication/sign-in-with-slack',
  'POST /api/openid.connect.token': 'https://docs.slack.dev/reference/methods/openid.connect.token',
  'POST /upload/v1/{ticket}': FILES,
  'GET /files-pri/{place}/{name}': FILES,
  'GET /files-pri/{place}/download/{name}': FILES,
};

const SERVICENOW = 'https://www.servicenow.com/docs/r';
const ATTACHMENTS = `${SERVICENOW}/api-reference/rest-apis/c_AttachmentAPI.html`;
const TABLES = `${SERVICENOW}/api-reference/rest-apis/c_TableAPI.html`;
const CATALOG = `${SERVICENOW}/api-reference/rest-apis/c_ServiceCatalogAPI.html`;

export const SERVICENOW_ENDPOINTS: Endpoints = {
  'POST /oauth_token.do': `${SERVICENOW}/platform-security/authentication/r_OAuthAPIRequestParameters.html`,
  'ALL /api/now/table/{table}': TABLES,
  'ALL /api/now/table/{table}/{sysId}': TABLES,
  'GET /api/now/attachment': ATTACHMENTS,
  'POST /api/now/attachment/file': ATTACHMENTS,
  'GET /api/now/attachment/{sysId}': ATTACHMENTS,
  'DELETE /api/now/attachment/{sysId}': ATTACHMENTS,
  'GET /api/now/attachment/{sysId}/file': ATTACHMENTS,
  'GET /api/sn_sc/servicecatalog/items/{item}': CATALOG,
  'POST /api/sn_sc/servicecatalog/items/{item}/order_now': CATALOG,
  // What our update set adds to an instance.
  'GET /api/x_deskbridge/v1/journal/{ticket}': `${SERVICENOW}/api-reference/scripted-rest/c_CustomWebServices.html`,
  'GET /api/sn_km_api/knowledge/articles': `${SERVICENOW}/api-reference/rest-apis/knowledge-api.html`,
};
