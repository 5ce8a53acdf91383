import { Hono } from 'hono';
import type { ServiceNowPolicy } from './desk.ts';
import type { Entrance } from './entrance.ts';
import { failure, type SandboxContext, type SandboxEnv } from './gate.ts';
import type { Row, Rows } from './rows.ts';

export interface KnowledgeApiParts {
  readonly rows: Rows;
  readonly enter: Entrance;
  readonly policy: () => ServiceNowPolicy;
}

const PATH = '/api/sn_km_api/knowledge/articles';
/** What an instance says of a path that none of its APIs has. */
export const noResource = failure('Requested URI does not represent any resource');

const wordsOf = (text: string) => text.toLowerCase().match(/[\p{L}\p{N}]+/gu) ?? [];

/** How often the words are in an article. */
function scoreOf(row: Row, words: readonly string[]): number {
  const text = wordsOf(`${row['short_description']} ${row['text']}`);
  return words.reduce((sum, word) => sum + text.filter((one) => one === word).length, 0);
}

/** A piece of the article in which the words are marked, as the search shows it. */
function snippetOf(row: Row, words: readonly string[]): string {
  const text = (row['text'] ?? '').slice(0, 300);
  return text.replace(/[\p{L}\p{N}]+/gu, (word) =>
    words.includes(word.toLowerCase()) ? `<B>${word}</B>` : word,
  );
}

function described(rows: Rows, row: Row, { words, rank }: { words: readonly string[]; rank: number }) {
  const base = rows.get('kb_knowledge_base', row['kb_knowledge_base'] ?? '');
  const sysId = row['sys_id'] ?? '';
  return {
    link: `?sys_kb_id=${sysId}&id=kb_article_view&sysparm_rank=${rank}`,
    rank,
    id: `kb_knowledge:${sysId}`,
    title: row['short_description'] ?? '',
    snippet: snippetOf(row, words),
    score: scoreOf(row, words),
    number: row['number'] ?? '',
    fields: {
      kb_knowledge_base: {
        name: 'kb_knowledge_base',
        label: 'Knowledge base',
        type: 'reference',
        value: row['kb_knowledge_base'] ?? '',
        display_value: base?.['title'] ?? '',
      },
    },
  };
}

/** The search of the Knowledge API, which shows the caller what his user criteria let him read. */
export function createKnowledgeApi({ rows, enter, policy }: KnowledgeApiParts): Hono<SandboxEnv> {
  const app = new Hono<SandboxEnv>();

  function search(c: SandboxContext, reader: string): Response {
    const query = c.req.query('query') ?? '';
    const words = wordsOf(query);
    const bases = (c.req.query('kb') ?? '').split(',').filter((base) => base !== '');
    const found = rows
      .list('kb_knowledge')
      .filter((row) => row['readers'] === '' || row['readers']?.split(',').includes(reader) === true)
      .filter((row) => bases.length === 0 || bases.includes(row['kb_knowledge_base'] ?? ''))
      .filter((row) => scoreOf(row, words) > 0)
      .toSorted((a, b) => scoreOf(b, words) - scoreOf(a, words));
    const start = Number(c.req.query('offset') ?? '0') || 0;
    const end = start + (Number(c.req.query('limit') ?? '30') || 30);
    const articles = found
      .slice(start, end)
      .map((row, index) => described(rows, row, { words, rank: start + index + 1 }));
    const meta = { start, end, query, count: found.length, ts_query_id: '', status: { code: 200 } };
    return c.json({ result: { meta, articles } });
  }

  app.get(PATH, (c) =>
    enter(c, { names: [`GET ${PATH}`], body: null }, ({ actor }) =>
      policy().knowledgeApi ? search(c, actor.sysId) : c.json(noResource, 400),
    ),
  );
  return app;
}
