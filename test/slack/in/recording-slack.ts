import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';

export interface RecordedCall {
  readonly method: string;
  readonly authorization: string;
  readonly fields: URLSearchParams;
}

export interface RecordingSlack {
  /** Base of its Web API. */
  readonly url: string;
  readonly calls: readonly RecordedCall[];
  [Symbol.asyncDispose](): Promise<void>;
}

/** What a method answers: a body for HTTP 200, a function for anything else, null for silence. */
export type Answer = Record<string, unknown> | ((response: ServerResponse) => void) | null;

/** A tiny Web API that writes down what it is asked and answers what a test says. */
export async function startRecordingSlack(answer: (call: RecordedCall) => Answer): Promise<RecordingSlack> {
  const calls: RecordedCall[] = [];
  const server = createServer(async (request, response) => {
    const call = {
      method: (request.url ?? '').replace('/api/', ''),
      authorization: request.headers.authorization ?? '',
      fields: new URLSearchParams(await textOf(request)),
    };
    calls.push(call);
    const said = answer(call);
    if (typeof said === 'function') said(response);
    else if (said !== null) response.setHeader('content-type', 'application/json').end(JSON.stringify(said));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  if (typeof address !== 'object' || address === null) throw new Error('The recording Slack has no port');
  return {
    url: `http://127.0.0.1:${address.port}/api/`,
    calls,
    async [Symbol.asyncDispose]() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

async function textOf(request: IncomingMessage): Promise<string> {
  let text = '';
  request.setEncoding('utf8');
  for await (const chunk of request) text += String(chunk);
  return text;
}
