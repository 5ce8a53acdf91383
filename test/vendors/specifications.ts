import assert from 'node:assert/strict';
import { existsSync, readFileSync } from 'node:fs';
import { OpenAPIBackend, type Operation } from 'openapi-backend';

const FOLDER = new URL('../../../shared/specs/', import.meta.url);
const PLATFORM = new URL('jira-platform-v3.json', FOLDER);
const DESK = new URL('jsm.json', FOLDER);
const isThere = existsSync(PLATFORM) && existsSync(DESK);

/** Why nothing can be held against the vendors' own files; null when they are there. */
export const specificationsMissing = isThere
  ? null
  : `Atlassian's OpenAPI files are not at ${FOLDER.pathname}, which is no part of the project`;

/** Jira's own times, "…+0000", are what `date-time` means here. */
const FORMATS = {
  uri: (text: string) => URL.canParse(text),
  url: (text: string) => URL.canParse(text),
  uuid: /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/,
  date: /^\d{4}-\d{2}-\d{2}$/,
  'date-time': /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}(\.\d+)?(Z|[+-]\d{2}:?\d{2})$/,
};

/** A request of the wire; `body` is what its JSON says, undefined for none. */
export interface SpecifiedRequest {
  readonly method: string;
  readonly path: string;
  /** Without the question mark. */
  readonly query: string;
  readonly body: unknown;
}

/** One operation of a vendor's own description. */
export interface SpecifiedOperation {
  /** Method and path with {parameters}. */
  readonly name: string;
  readonly operationId: string;
  requestProblem(request: SpecifiedRequest): string | null;
  /** `body` undefined: the answer had none. */
  responseProblem(status: number, body: unknown): string | null;
}

export interface Specifications {
  /** The operation that a call is; null when there is none. */
  operation(method: string, path: string): SpecifiedOperation | null;
}

async function load(file: URL, leastOperations: number): Promise<OpenAPIBackend> {
  // Atlassian's files break rules of OpenAPI; without `quick` nothing at all is loaded, silently.
  const backend = new OpenAPIBackend({
    definition: JSON.parse(readFileSync(file, 'utf8')),
    quick: true,
    validate: true,
    customizeAjv(ajv) {
      for (const [name, test] of Object.entries(FORMATS)) ajv.addFormat(name, test);
      return ajv;
    },
  });
  await backend.init();
  const loaded = backend.router.getOperations().length;
  assert.ok(loaded > leastOperations, `only ${loaded} operations of ${file.pathname} were loaded`);
  return backend;
}

function told(errors: unknown): string | null {
  return errors === undefined || errors === null ? null : JSON.stringify(errors).slice(0, 600);
}

function specified(backend: OpenAPIBackend, operation: Operation): SpecifiedOperation {
  const { operationId = '', responses = {} } = operation;
  return {
    name: `${operation.method.toUpperCase()} ${operation.path}`,
    operationId,
    requestProblem({ method, path, query, body }) {
      const headers = body === undefined ? {} : { 'content-type': 'application/json' };
      return told(backend.validateRequest({ method, path, query, headers, body }, operation).errors);
    },
    responseProblem(status, body) {
      const documented = responses[String(status)] ?? responses['default'];
      if (documented === undefined) return `${status} is no documented answer`;
      if (body === undefined || !('content' in documented)) return null;
      return told(backend.validateResponse(body, operation, status).errors);
    },
  };
}

/** The operations by method and number of segments: the router of the package looks at every path for every call. */
function createIndex(backend: OpenAPIBackend) {
  const index = new Map<string, { readonly pattern: RegExp; readonly operation: Operation }[]>();
  const segments = (path: string) => path.split('/').length;
  const parameters = (path: string) => path.split('{').length;
  const operations = backend.router.getOperations();
  for (const operation of operations.toSorted((a, b) => parameters(a.path) - parameters(b.path))) {
    const key = `${operation.method.toUpperCase()} ${segments(operation.path)}`;
    const pattern = new RegExp(`^${operation.path.replaceAll(/\{\w+\}/g, '[^/]+')}$`);
    index.set(key, [...(index.get(key) ?? []), { pattern, operation }]);
  }
  return (method: string, path: string) =>
    index.get(`${method} ${segments(path)}`)?.find(({ pattern }) => pattern.test(path))?.operation ?? null;
}

/** Loads what Atlassian publishes about Jira and Jira Service Management. Call it only when nothing is missing. */
export async function loadSpecifications(): Promise<Specifications> {
  const platform = await load(PLATFORM, 500);
  const desk = await load(DESK, 60);
  const find = { platform: createIndex(platform), desk: createIndex(desk) };
  const specifications: Specifications = {
    operation(method, path) {
      const isDesk = path.startsWith('/rest/servicedeskapi/');
      const operation = find[isDesk ? 'desk' : 'platform'](method, path);
      return operation === null ? null : specified(isDesk ? desk : platform, operation);
    },
  };
  for (const path of ['/rest/servicedeskapi/request', '/rest/api/3/issue']) {
    const operation = specifications.operation('POST', path);
    assert.ok(operation?.responseProblem(201, { key: 7 }), `answers of ${path} are not checked`);
  }
  return specifications;
}
