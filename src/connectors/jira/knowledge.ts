import { type Outcome, ok } from '../../model/outcome.ts';
import { UNTITLED_ARTICLE } from '../../texts/jira.ts';
import type { Article as FoundArticle, Knowledge } from '../capabilities.ts';
import type { JiraClients } from './clients.ts';
import { Article } from './schema-desk.ts';
import { deskPage } from './schema-forms.ts';
import { oneLine, shorten } from './text.ts';

const MAX_EXCERPT = 500;
const MAX_WORDS = 400;

const NAMED: Readonly<Record<string, string>> = {
  amp: '&',
  lt: '<',
  gt: '>',
  quot: '"',
  '#39': "'",
  nbsp: ' ',
};

/** Plain words: the marks of the search and of the page it was cut from are taken away. */
export function plainExcerpt(text: string): string {
  const words = text
    .replaceAll(/@@@(?:end)?hl@@@/g, '')
    .replaceAll(/<[^<>]{0,500}>/g, ' ')
    .replaceAll(/&(amp|lt|gt|quot|#39|nbsp);/g, (_, name: string) => NAMED[name] ?? ' ');
  return shorten(oneLine(words), MAX_EXCERPT);
}

/** Where a reader opens it: the page in Confluence on the same site, else what the service desk shows of it. */
function shown(article: Article, site: string): readonly FoundArticle[] {
  const { pageId, spaceKey } = article.source ?? {};
  const inside = article.content?.iframeSrc ?? '';
  const isPage = typeof pageId === 'string' && /^\d{1,19}$/.test(pageId);
  const url = isPage ? `${site}/wiki/pages/viewpage.action?pageId=${pageId}` : inside;
  if (!URL.canParse(url)) return [];
  const title = plainExcerpt(article.title);
  return [
    {
      id: isPage ? pageId : inside,
      title: title === '' ? UNTITLED_ARTICLE : title,
      excerpt: plainExcerpt(article.excerpt ?? ''),
      url,
      base: spaceKey ?? null,
    },
  ];
}

/** Articles that Confluence lends to the service desks of the site; everybody finds what he may read himself. */
export function createKnowledge(clients: JiraClients, siteUrl: string): Knowledge {
  const site = siteUrl.replace(/\/+$/, '');
  return {
    async search(words, { limit, as }): Promise<Outcome<readonly FoundArticle[]>> {
      const query = oneLine(words).slice(0, MAX_WORDS).trim();
      if (query === '') return ok([]);
      const voice = as?.grant ? clients.voiceOf(as) : null;
      const client = voice?.client ?? clients.reader;
      const read = await client.read(deskPage(Article), ({ desk }) =>
        desk.knowledgebase.getArticles({ query, highlight: false, limit }),
      );
      const found = voice === null ? read : voice.explain(read);
      if (found.kind !== 'ok') return found;
      return ok(found.value.values.flatMap((one) => shown(one, site)).slice(0, limit));
    },
  };
}
