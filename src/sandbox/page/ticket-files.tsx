import type { ChosenFile } from '../demo/act.ts';
import type { PageTicket } from '../demo/demo-state.ts';
import { refusalOf } from './chosen-file.ts';
import { Clip, FileChip, FilePicker } from './files.tsx';
import { readFile } from './read-file.ts';
import type { TicketActs } from './ticket-acts.ts';

export interface TicketFilesProps {
  readonly ticket: PageTicket;
  readonly acts: TicketActs;
  /** Tells the visitor why a file was not taken. */
  readonly say: (text: string) => void;
}

/** The attachments of a ticket. */
export function TicketFiles({ ticket, acts, say }: TicketFilesProps) {
  const attach = async (file: File) => {
    const refusal = refusalOf(file);
    if (refusal !== null) return say(refusal);
    let chosen: ChosenFile;
    try {
      chosen = await readFile(file);
    } catch (error) {
      return say(error instanceof Error ? error.message : `${file.name} could not be read.`);
    }
    acts.attach(ticket, chosen);
  };
  return (
    <section className="ticket-files" aria-label="Files">
      <h4>
        Files{' '}
        <FilePicker label="Attach a file to the ticket" look="textlink" onFile={(file) => void attach(file)}>
          <Clip /> Attach
        </FilePicker>
      </h4>
      {ticket.files.length > 0 && (
        <div className="files">
          {ticket.files.map((file) => (
            <FileChip
              key={file.id}
              name={file.name}
              size={file.size}
              href={file.href}
              about={file.byBridge ? ' · from Slack' : ` · ${file.author}`}
              {...(file.byBridge ? {} : { onRemove: () => acts.removeFile(ticket, file) })}
            />
          ))}
        </div>
      )}
    </section>
  );
}
