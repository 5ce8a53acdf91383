import type { JiraRequestType } from './desk-seed.ts';
import type { JiraCall, JiraWorld } from './endpoint.ts';
import { whole } from './endpoint.ts';
import type { JiraProject, JiraUser } from './seed.ts';
import { jiraTime } from './views.ts';

const PAGE = 50;

/** A time in all the forms that a service desk writes it. */
export function deskDate(ms: number) {
  return {
    iso8601: jiraTime(ms).replace(/\.\d+/, ''),
    jira: jiraTime(ms),
    friendly: 'Today',
    epochMillis: ms,
  };
}

/** One page of a list, as every list of a service desk. */
export function deskPaged(call: JiraCall, all: readonly unknown[]) {
  const start = whole(call, 'start', 0);
  const limit = Math.min(whole(call, 'limit', PAGE), PAGE);
  const values = all.slice(start, start + limit);
  return {
    size: values.length,
    start,
    limit,
    isLastPage: start + values.length >= all.length,
    values,
    _links: {},
  };
}

/** Who did it; nothing for somebody who is gone. */
export function deskUser(world: JiraWorld, user: JiraUser | null) {
  if (user === null) return {};
  return {
    author: {
      accountId: user.accountId,
      displayName: user.displayName,
      active: true,
      timeZone: 'Etc/UTC',
      _links: { self: `${world.baseUrl()}/rest/api/2/user?accountId=${encodeURIComponent(user.accountId)}` },
      ...(user.email === null ? {} : { emailAddress: user.email }),
    },
  };
}

/** The fields that a form asks for beside summary and description. */
export function asked(project: JiraProject, type: JiraRequestType) {
  return (type.asks ?? []).flatMap(({ field: id, required, preset }) => {
    const field = project.extras.find((one) => one.id === id);
    return field === undefined ? [] : [{ field, required, preset }];
  });
}
