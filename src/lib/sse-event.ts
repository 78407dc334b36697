/**
 * One server-sent event. Its data goes out as a single line of JSON, so that no text can forge a frame: either a value, or
 * `json`, which was made by JSON.stringify before and is not parsed again on its way.
 */
export type SseEvent = { id?: string; event: string } & ({ data: unknown } | { json: string });
