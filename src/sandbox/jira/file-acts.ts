import type { Updated } from './acts.ts';
import type { JiraHooks } from './hooks.ts';
import type { JiraUser } from './seed.ts';
import type { JiraAttachment, JiraIssue, JiraState } from './state.ts';
import type { JiraViews } from './views.ts';

export interface NewAttachment {
  readonly filename: string;
  readonly mimeType: string;
  readonly bytes: Uint8Array;
  readonly portal: boolean;
}

export interface FileActs {
  attach(by: JiraUser, issue: JiraIssue, file: NewAttachment): JiraAttachment;
  detach(by: JiraUser, issue: JiraIssue, attachment: JiraAttachment): void;
}

interface FileActParts {
  readonly hooks: JiraHooks;
  readonly updated: Updated;
}

/** The event of an attachment names no issue; the change of the issue comes beside it. */
export function createFileActs(
  state: JiraState,
  views: JiraViews,
  { hooks, updated }: FileActParts,
): FileActs {
  const told = (event: string, attachment: JiraAttachment) =>
    hooks.send({ webhookEvent: event, body: { attachment: views.attachment(attachment, 2) } });
  const item = (from: JiraAttachment | null, to: JiraAttachment | null) => ({
    field: 'Attachment',
    from: from?.id ?? null,
    fromString: from?.filename ?? null,
    to: to?.id ?? null,
    toString: to?.filename ?? null,
  });

  return {
    attach(by, issue, { filename, mimeType, bytes, portal }) {
      const attachment: JiraAttachment = {
        id: state.nextId(),
        filename,
        mimeType,
        content: Buffer.from(bytes).toString('base64'),
        size: bytes.byteLength,
        authorId: by.accountId,
        created: state.now(),
        portal,
      };
      const attachments = [...issue.attachments, attachment];
      updated(by, { ...issue, attachments, updated: state.now() }, [
        'issue_updated',
        [item(null, attachment)],
      ]);
      told('attachment_created', attachment);
      return attachment;
    },
    detach(by, issue, attachment) {
      const attachments = issue.attachments.filter((one) => one.id !== attachment.id);
      updated(by, { ...issue, attachments, updated: state.now() }, [
        'issue_updated',
        [item(attachment, null)],
      ]);
      told('attachment_deleted', attachment);
    },
  };
}
