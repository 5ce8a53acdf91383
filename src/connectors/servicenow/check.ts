import { type Outcome, ok } from '../../model/outcome.ts';
import type { Directory } from './directory.ts';
import type { TicketFiles } from './files.ts';

export interface CheckParts {
  readonly directory: Directory;
  readonly files: Pick<TicketFiles, 'learnLargest'>;
}

/** Who we are to the instance. What its administrator should look at is told by the diagnosis. */
export async function checkInstance(parts: CheckParts): Promise<Outcome<{ readonly account: string }>> {
  const user = await parts.directory.ourselves(true);
  if (user.kind !== 'ok') return user;
  const learned = await parts.files.learnLargest();
  if (learned.kind !== 'ok') return learned;
  return ok({ account: `${user.value.user_name} (${user.value.name})` });
}
