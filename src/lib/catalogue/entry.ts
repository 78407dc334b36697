/** One error a client can meet: its HTTP status and the sentence it is shown, `{name}` being filled from the parameters. */
export type ErrorEntry = { readonly status: number; readonly en: string; readonly ko: string };
