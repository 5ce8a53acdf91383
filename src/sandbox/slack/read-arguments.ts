import { JsonObject } from './message-store.ts';

/** The arguments of a Web API call from query, form or JSON body; null when the JSON is none. */
export async function readArguments(request: Request): Promise<JsonObject | null> {
  const query = Object.fromEntries(new URL(request.url).searchParams);
  if (request.method === 'GET') return query;
  const type = request.headers.get('content-type') ?? '';
  if (type.startsWith('application/json')) {
    try {
      const body = JsonObject.safeParse(JSON.parse(await request.text()));
      return body.success ? { ...query, ...body.data } : null;
    } catch {
      return null;
    }
  }
  if (type.startsWith('multipart/form-data')) {
    return { ...query, ...Object.fromEntries(await request.formData()) };
  }
  return { ...query, ...Object.fromEntries(new URLSearchParams(await request.text())) };
}
