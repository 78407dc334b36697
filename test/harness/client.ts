import type { Fetch } from '../../src/fetch.ts';

type Call = {
  body?: unknown;
  token?: string;
  headers?: Record<string, string>;
  raw?: string | Uint8Array<ArrayBuffer>;
  signal?: AbortSignal;
};
// biome-ignore lint/suspicious/noExplicitAny: tests read bodies of every shape
export type Answer = { status: number; headers: Headers; body: any; text: string };

export type Client = {
  get(path: string, call?: Call): Promise<Answer>;
  post(path: string, body?: unknown, call?: Call): Promise<Answer>;
  put(path: string, body?: unknown, call?: Call): Promise<Answer>;
  patch(path: string, body?: unknown, call?: Call): Promise<Answer>;
  delete(path: string, call?: Call): Promise<Answer>;
  /** The response itself, for streams. */
  open(method: string, path: string, call?: Call): Promise<Response>;
};

/** Calls a handler (in this process) or, with a base address, a server. */
export function createClient(target: Fetch | string): Client {
  const open = (method: string, path: string, { body, token, headers = {}, raw, signal }: Call = {}) => {
    const payload = raw ?? (body === undefined ? undefined : JSON.stringify(body));
    const request = new Request(new URL(path, typeof target === 'string' ? target : 'http://localhost').href, {
      method,
      body: payload,
      signal,
      headers: {
        ...(body === undefined ? {} : { 'content-type': 'application/json' }),
        ...(token === undefined ? {} : { authorization: `Bearer ${token}` }),
        ...headers,
      },
    });
    return typeof target === 'string' ? fetch(request) : target(request);
  };
  const call = async (method: string, path: string, options?: Call): Promise<Answer> => {
    const response = await open(method, path, options);
    const text = await response.text();
    const isJson = /json/.test(response.headers.get('content-type') ?? '');
    return { status: response.status, headers: response.headers, body: isJson && text ? JSON.parse(text) : text, text };
  };
  return {
    get: (path, options) => call('GET', path, options),
    post: (path, body, options) => call('POST', path, { body, ...options }),
    put: (path, body, options) => call('PUT', path, { body, ...options }),
    patch: (path, body, options) => call('PATCH', path, { body, ...options }),
    delete: (path, options) => call('DELETE', path, options),
    open,
  };
}
