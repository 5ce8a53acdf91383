import { z } from 'zod';
import { docText } from '../../model/doc-text.ts';
import { type Outcome, ok, rejected } from '../../model/outcome.ts';
import { ACTIVATE_KNOWLEDGE, noKnowledgeSearch, TO_SEARCH_KNOWLEDGE } from '../../texts/servicenow-talk.ts';
import type { Article, Knowledge } from '../capabilities.ts';
import { cutVisibly } from '../storable-text.ts';
import { oneLine } from './fields.ts';
import { htmlDoc } from './html.ts';
import { type SignIns, toldOf } from './sign-ins.ts';

const PATH = '/api/sn_km_api/knowledge/articles';
/** The plugin's own page length is 30; nobody reads more. */
const AT_MOST = 30;
const EXCERPT = 400;

const Found = z.object({
  id: z.string().regex(/^(?:kb_knowledge:)?[0-9a-f]{32}$/),
  number: z.string().regex(/^[A-Za-z0-9_-]{1,40}$/),
  title: z.string().nullish(),
  snippet: z.string().nullish(),
  fields: z
    .object({ kb_knowledge_base: z.object({ display_value: z.string().nullish() }).optional() })
    .nullish(),
});
type Found = z.infer<typeof Found>;
const Answer = z.object({ articles: z.array(Found) });

export interface KnowledgeParts {
  readonly signIns: SignIns;
  readonly baseUrl: string;
  /** sys_ids of the knowledge bases that are searched; empty for all that the caller may read. */
  readonly bases: readonly string[];
}

function articleOf({ id, number, title, snippet, fields }: Found, baseUrl: string): Article {
  const excerpt = docText(htmlDoc(snippet ?? ''))
    .replace(/\s+/g, ' ')
    .trim();
  const base = fields?.kb_knowledge_base?.display_value;
  return {
    id: id.replace('kb_knowledge:', ''),
    title: oneLine(title ?? number),
    excerpt: cutVisibly(excerpt, EXCERPT, '…'),
    url: `${baseUrl}/kb_view.do?sysparm_article=${number}`,
    base: base === undefined || base === null || base === '' ? null : oneLine(base, 100),
  };
}

/** Searches articles with the Knowledge API, which shows what the caller's user criteria allow. */
export function createKnowledge({ signIns, baseUrl, bases }: KnowledgeParts): Knowledge {
  return {
    async search(words, { limit, as }): Promise<Outcome<readonly Article[]>> {
      const query = words
        .replace(/[\p{Cc}\s]+/gu, ' ')
        .trim()
        .slice(0, 200);
      if (query === '') return ok([]);
      const params = new URLSearchParams({
        query,
        limit: String(Math.max(1, Math.min(limit, AT_MOST))),
        fields: 'kb_knowledge_base',
        ...(bases.length === 0 ? {} : { kb: bases.join(',') }),
      });
      const wanted = { method: 'GET', path: `${PATH}?${params}`, doing: TO_SEARCH_KNOWLEDGE } as const;
      const signIn = as === null ? signIns.reader : signIns.of(as);
      const read = await signIn.requests.ask(Answer, wanted);
      if (read.kind === 'ok') {
        const { articles } = read.value.value;
        return ok(articles.slice(0, limit).map((found) => articleOf(found, baseUrl)));
      }
      if (read.kind !== 'rejected' || read.code !== 'invalid') return toldOf(as, read);
      const advice = ACTIVATE_KNOWLEDGE;
      return rejected('invalid', noKnowledgeSearch(advice));
    },
  };
}
