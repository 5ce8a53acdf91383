import type { z } from 'zod';

/** What Slack says about one field that breaks a limit. Parse with `reportInput`, else nothing counts as missing. */
export function explainIssue(issue: z.core.$ZodIssue): string {
  const isText = 'origin' in issue && issue.origin === 'string';
  if (issue.code === 'too_big') {
    if (isText) return `must be less than ${Number(issue.maximum) + 1} characters`;
    return `no more than ${issue.maximum} items allowed`;
  }
  if (issue.code === 'too_small') {
    if (isText) return `must be more than ${Number(issue.minimum) - 1} characters`;
    return `no fewer than ${issue.minimum} items allowed`;
  }
  if (issue.code === 'custom') return issue.message;
  if (issue.input === undefined) return `missing required field: ${String(issue.path.at(-1) ?? '')}`;
  return 'failed to match all allowed schemas';
}

/** One line of response_metadata.messages per issue, each with a pointer below `root`. */
export function problemLines(error: z.ZodError | undefined, root: string): string[] {
  return (error?.issues ?? []).map(
    (issue) => `[ERROR] ${explainIssue(issue)} [json-pointer:${[root, ...issue.path].join('/')}]`,
  );
}
