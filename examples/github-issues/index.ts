import * as desk from 'deskbridge/connector';
import { createApi, Settings } from './api.ts';
import { changesSince } from './changes.ts';
import { createComments } from './comments.ts';
import { readHook } from './hook.ts';
import { createIssue, readIssue, Target } from './issues.ts';
import { writeIssue } from './write.ts';

/** The adapter to the issues of one GitHub repository. */
export const connector = desk.defineConnector({
  settings: Settings,
  secrets: ['token'],
  target: Target,
  connect({ id, settings, secret, hookSecret, io }): desk.Connector {
    const api = createApi(settings, secret('token'), io);
    return {
      id,
      site: `${new URL(settings.base_url).hostname}/${settings.repository.toLowerCase()}`,
      check: api.check,
      create: createIssue(api),
      read: (ticket) => readIssue(api, ticket),
      write: writeIssue(api),
      comments: createComments(api),
      files: { absent: 'GitHub has no interface for files on issues' },
      people: api.people,
      readHook: (hook) => readHook(hookSecret, settings.repository, hook),
      changesSince: (cursor) => changesSince(api, cursor),
      can: {},
    };
  },
});
