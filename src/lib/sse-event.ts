/** One server-sent event. `data` goes out as a single line of JSON, so that no text can forge a frame. */
export type SseEvent = { id?: string; event: string; data: unknown };
