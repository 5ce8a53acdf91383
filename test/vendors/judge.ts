import { z } from 'zod';
import { adfSchemaProblem } from '../support/adf-schema.ts';
import type { Specifications, SpecifiedOperation } from './specifications.ts';

/** One call, as it is told and as a recorder wrote it down. */
export const Exchange = z.object({
  method: z.string(),
  path: z.string(),
  query: z.string(),
  contentType: z.string().nullable(),
  // JSON knows no undefined, which is how the body of a read comes.
  body: z.unknown().optional(),
  planned: z.boolean(),
  status: z.number().int(),
  answerType: z.string().nullable(),
  answer: z.string(),
});
export type Exchange = Readonly<z.infer<typeof Exchange>>;

/** A difference between the simulator and the vendor's description that is right as it is. */
export interface Explained {
  /** Method and path with {parameters}, as the description has it; `*` for every operation. */
  readonly operation: string;
  readonly side: 'request' | 'response';
  /** Of a response; null for a request. */
  readonly status: number | null;
  readonly why: string;
  /** Where the vendor says or shows it. */
  readonly source: string;
}

export interface Verdict {
  readonly requestsValidated: number;
  readonly responsesValidated: number;
  readonly adfValidated: number;
  /** Answers that a test planned: they are not the simulator's own. */
  readonly planned: number;
  /** What nobody explained, each difference once, with how often it was seen. */
  readonly unexplained: readonly string[];
  /** Explanations that explained nothing. */
  readonly unused: readonly Explained[];
}

export interface Judge {
  /** `byHand`: the caller was a test that may ask what is wrong on purpose; what was taken from it must still be right. */
  hear(exchange: Exchange, byHand: boolean): void;
  verdict(): Verdict;
}

const Document = z.looseObject({
  type: z.literal('doc'),
  version: z.number(),
  content: z.array(z.unknown()),
});

/** Every document of Jira that a body carries, wherever it stands. */
export function documentsIn(value: unknown): readonly unknown[] {
  if (typeof value !== 'object' || value === null) return [];
  if (Document.safeParse(value).success) return [value];
  return Object.values(value).flatMap(documentsIn);
}

/** An entry names an operation, a path that is none by its {parameters}, or everything. */
function covers(entry: string, operation: string): boolean {
  if (entry === '*' || entry === operation) return true;
  return new RegExp(`^${entry.replaceAll(/\{\w+\}/g, '[^/{}]+')}$`).test(operation);
}

function answerOf({ answer, answerType }: Exchange): unknown {
  if (answer === '') return undefined;
  return answerType?.includes('json') === true ? JSON.parse(answer) : answer;
}

/** Holds every call of a run against the vendor's description, and counts. */
export function createJudge(specifications: Specifications, explained: readonly Explained[]): Judge {
  const counts = { requests: 0, responses: 0, adf: 0, planned: 0 };
  const unexplained = new Map<string, number>();
  const used = new Set<Explained>();

  function found(place: Pick<Explained, 'operation' | 'side' | 'status'>, problem: string | null): void {
    if (problem === null) return;
    const { operation, side, status } = place;
    const known = explained.find(
      (one) => covers(one.operation, operation) && one.side === side && one.status === status,
    );
    if (known !== undefined) {
      used.add(known);
      return;
    }
    const told = `${operation}: ${side}${status === null ? '' : ` ${status}`}: ${problem}`;
    unexplained.set(told, (unexplained.get(told) ?? 0) + 1);
  }

  function request(exchange: Exchange, operation: SpecifiedOperation): void {
    counts.requests += 1;
    const place = { operation: operation.name, side: 'request', status: null } as const;
    const isForm = exchange.contentType?.startsWith('multipart/form-data') === true;
    found(place, operation.requestProblem({ ...exchange, body: isForm ? [] : exchange.body }));
    for (const document of documentsIn(exchange.body)) {
      counts.adf += 1;
      const problem = adfSchemaProblem(document);
      found({ ...place, operation: `${operation.name} (document)` }, problem);
    }
  }

  function response(exchange: Exchange, operation: SpecifiedOperation): void {
    if (exchange.planned) {
      counts.planned += 1;
      return;
    }
    counts.responses += 1;
    const { status } = exchange;
    const place = { operation: operation.name, side: 'response', status } as const;
    found(place, operation.responseProblem(status, answerOf(exchange)));
  }

  return {
    hear(exchange, byHand) {
      const { method, path, status } = exchange;
      const operation = specifications.operation(method, path);
      if (operation === null) {
        if (byHand && status === 404) return;
        found({ operation: `${method} ${path}`, side: 'request', status: null }, 'this is no operation');
        return;
      }
      if (!byHand || (status < 300 && !exchange.planned)) request(exchange, operation);
      response(exchange, operation);
    },
    verdict: () => ({
      requestsValidated: counts.requests,
      responsesValidated: counts.responses,
      adfValidated: counts.adf,
      planned: counts.planned,
      unexplained: [...unexplained].map(([told, times]) => `${told} (${times} times)`),
      unused: explained.filter((one) => !used.has(one)),
    }),
  };
}
