import { z } from 'zod';
import type { JiraHook } from './hooks.ts';

/** Https, as the vendor wants it; or this machine, which is the only place to which the sandbox really delivers. */
export function isDeliverable(text: string): boolean {
  const url = URL.parse(text);
  return isLoopback(text) || (url?.protocol === 'https:' && url.port !== '80');
}

export function isLoopback(text: string): boolean {
  return /^http:\/\/(127\.\d{1,3}\.\d{1,3}\.\d{1,3}|localhost|\[::1\])(:|\/)/.test(text);
}

const IssueOf = z.object({ issue: z.object({ key: z.string() }) });

/** The filters that we know how to apply: none, or projects by key. */
export function matches(jql: string, hook: JiraHook): boolean {
  if (jql.trim() === '') return true;
  const [, list = ''] = /^project in \((.*)\)$/i.exec(jql.trim()) ?? [];
  const keys = list.split(',').map((key) => key.trim().replaceAll('"', ''));
  const issue = IssueOf.safeParse(hook.body);
  return issue.success && keys.includes(issue.data.issue.key.split('-')[0] ?? '');
}
