import type { OperationBody } from '../model/link.ts';
import { StoredBody } from './operation-bodies.ts';
import type { Scope } from './scope.ts';

/** What operations do is sealed: it holds people's words. */
export function createPayloads({ install, envelope }: Scope) {
  const place = (id: string) => ({ install, table: 'operation', row: id, column: 'payload' });
  return {
    sealed: (id: string, body: OperationBody): Buffer =>
      envelope.seal(place(id), Buffer.from(JSON.stringify(body))),
    bodyOf: (id: string, payload: Buffer): OperationBody =>
      StoredBody.parse(JSON.parse(envelope.open(place(id), payload).toString('utf8'))),
  };
}
