import type { Nodes } from 'mdast';
import { fromMarkdown } from 'mdast-util-from-markdown';
import { gfmFromMarkdown } from 'mdast-util-gfm';
import { gfm } from 'micromark-extension-gfm';
import { CommentId } from '../../../src/model/ids.ts';
import type { StatusCategory } from '../../../src/model/ticket.ts';
import type { OutsideTicket } from '../../conformance/bench.ts';
import type { Hub } from './hub.ts';
import { type HubIssue, second } from './records.ts';
import { AGENT } from './repository.ts';

const ACTIVE = 'in progress';

/** What a reader sees of a body, as plain words: independent of how the connector reads it. */
function seen(body: string): string {
  const words = (node: Nodes): string => {
    if (node.type === 'html' || node.type === 'definition') return '';
    if (node.type === 'break') return '\n';
    if ('value' in node) return node.value;
    if (!('children' in node)) return '';
    const between = ['root', 'list', 'listItem', 'blockquote', 'table', 'tableRow'].includes(node.type)
      ? '\n'
      : '';
    return node.children.map(words).join(between);
  };
  return words(fromMarkdown(body, { extensions: [gfm()], mdastExtensions: [gfmFromMarkdown()] }));
}

/** What agents do and see in the browser. */
export function agentsOf({ records }: Hub) {
  function issueOf(ticket: string): HubIssue {
    const issue = records.issues.get(Number(ticket));
    if (issue === undefined) throw new Error(`The repository has no issue ${ticket}`);
    return issue;
  }
  const commentOf = (id: string) => {
    const comment = records.comments.get(Number(id));
    if (comment === undefined) throw new Error(`The repository has no comment ${id}`);
    return comment;
  };
  const categoryOf = ({ state, labels }: HubIssue): StatusCategory =>
    state === 'closed' ? 'done' : labels.includes(ACTIVE) ? 'active' : 'new';

  return {
    comment: (ticket: string, text: string) =>
      CommentId.parse(String(records.comment(issueOf(ticket), AGENT, text).id)),
    editComment: (comment: string, text: string) => records.touch(commentOf(comment), text),
    deleteComment: (comment: string) => records.touch(commentOf(comment), null),
    setStatus(ticket: string, category: StatusCategory) {
      const issue = issueOf(ticket);
      if (categoryOf(issue) === category) return;
      const others = issue.labels.filter((label) => label !== ACTIVE);
      const labels = category === 'active' ? [...others, ACTIVE] : others;
      records.change(issue, { by: AGENT, labels, state: category === 'done' ? 'closed' : 'open' });
    },
    setField(ticket: string, field: string, value: string) {
      if (field !== 'summary') throw new Error(`An issue has no field ${field}`);
      records.change(issueOf(ticket), { by: AGENT, title: value });
    },
    tickets(): readonly OutsideTicket[] {
      const tickets = [...records.issues.values()].filter(({ isPull }) => !isPull);
      return tickets.map((issue) => ({
        id: String(issue.number),
        summary: issue.title,
        description: seen(issue.body),
        statusCategory: categoryOf(issue),
        priority: null,
        impact: null,
        urgency: null,
        group: null,
        assignee: issue.assignees.join(', ') || null,
        comments: [...records.comments.values()]
          .filter((comment) => comment.issue === issue.number)
          .map(({ id, user, body, createdAt }) => ({
            id: String(id),
            author: user,
            text: seen(body),
            body: { type: 'root', children: [] },
            createdAt: second(createdAt),
            internal: false,
          })),
        files: [],
      }));
    },
  };
}
