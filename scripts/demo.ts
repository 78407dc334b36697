import { runScript } from './run-script.ts';

const HELP = `bun run demo [PROMPT]

Walks the whole road against a running \`./scripts/up\`: mail, verification, sign-up, login, and a story that
streams into the terminal, is cut off in the middle and resumed where it stopped.

FABULA_URL   where the API listens (default http://localhost:\${PORT:-8000})`;

const CUT_AFTER_EVENTS = 30;
const MAIL_WAIT_MS = 15_000;

type Event = { id?: string; event: string; data: Record<string, string> };

const base = process.env.FABULA_URL ?? `http://localhost:${process.env.PORT ?? 8000}`;
const dim = (text: string) => `\x1b[2m${text}\x1b[0m`;
const bold = (text: string) => `\x1b[1m${text}\x1b[0m`;
const step = (number: number, text: string) => console.log(`\n${bold(`${number}. ${text}`)}`);

await runScript(HELP, async (words) => {
  const prompt = words.join(' ') || 'A lighthouse keeper finds a letter that the sea has answered';
  const email = `demo-${crypto.randomUUID().slice(0, 8)}@fabula.example`;
  const password = 'Lantern1';

  step(1, 'The front end asks for a verification mail; the worker writes it');
  await call('POST', '/auth/send-verification-email', { email });
  const link = await mailedLink(email);
  console.log(dim(link));

  step(2, 'The link is opened, and the account is made: verified from the start');
  await call('POST', '/auth/verify-email', { token: new URL(link).searchParams.get('token') });
  const { username } = await call('GET', '/auth/generate-username');
  const user = await call('POST', '/auth/register', { email, username, password, gender: 'female' });
  console.log(`${user.username}, verified: ${user.is_verified}`);

  step(3, 'Login');
  const { access_token: token } = await call('POST', '/auth/login', { email, password });
  console.log(dim(`${String(token).slice(0, 40)}…`));

  step(4, `A story streams in, and the line is cut after ${CUT_AFTER_EVENTS} events`);
  const headers = { authorization: `Bearer ${token}`, 'content-type': 'application/json' };
  const body = JSON.stringify({ prompt, target_chars: 1_500, chapters: 2 });
  const begun = await tell(await request('POST', '/stories/generate/stream', { headers, body }), CUT_AFTER_EVENTS);
  console.log(`\n${dim(`✂ cut at event ${begun.lastId}; the story is being written on`)}`);

  step(5, 'Resumed with Last-Event-ID: not a character twice, none lost');
  const resume = { headers: { ...headers, 'last-event-id': begun.lastId } };
  const rest = await tell(await request('GET', `/stories/generate/stream/${begun.jobId}`, resume));
  if (!rest.final) throw new Error('The story did not end.');
  const identical = begun.text + rest.text === rest.final.content;
  console.log(
    `\n\n${bold(`“${rest.final.title}”`)} ${dim(`${rest.final.content?.length} characters; both halves together are the stored text: ${identical}`)}`,
  );
  if (!identical) throw new Error('The two halves are not the stored text.');
});

async function request(
  method: string,
  path: string,
  init: { headers: Record<string, string>; body?: string },
): Promise<Response> {
  const answer = await fetch(base + path, { method, ...init }).catch(() => {
    throw new Error(`Nothing answers at ${base}. Start ./scripts/up first.`);
  });
  if (answer.ok) return answer;
  const { detail } = (await answer.json()) as { detail: string };
  throw new Error(`${method} ${path}: ${answer.status} ${detail}`);
}

async function call(method: string, path: string, body?: object): Promise<Record<string, unknown>> {
  const headers = { 'content-type': 'application/json' };
  const answer = await request(method, path, { headers, body: body && JSON.stringify(body) });
  return (await answer.json()) as Record<string, unknown>;
}

async function mailedLink(email: string): Promise<string> {
  const end = performance.now() + MAIL_WAIT_MS;
  while (performance.now() < end) {
    const answer = await request('GET', `/dev/outbox.json?to=${encodeURIComponent(email)}`, { headers: {} });
    const [mail] = (await answer.json()) as { links: string[] }[];
    if (mail?.links[0]) return mail.links[0];
    await Bun.sleep(100);
  }
  throw new Error('No mail came. Is the worker running?');
}

/** Prints a story as it comes; leaves after `limit` events. */
async function tell(response: Response, limit = Number.POSITIVE_INFINITY) {
  const told = { jobId: '', lastId: '', text: '', final: undefined as Record<string, string> | undefined };
  let count = 0;
  for await (const { id, event, data } of eventsOf(response)) {
    told.lastId = id ?? told.lastId;
    if (event === 'meta') told.jobId = data.job_id ?? '';
    if (event === 'stage_start') process.stdout.write(dim(`[${data.label}] `));
    if (event === 'episode') {
      told.text += data.delta;
      process.stdout.write(data.delta ?? '');
    }
    if (event === 'error') throw new Error(`The story failed: ${data.message}`);
    if (event === 'final') told.final = data;
    count += 1;
    if (count >= limit) break;
  }
  return told;
}

async function* eventsOf(response: Response): AsyncGenerator<Event> {
  const decoder = new TextDecoder();
  let buffer = '';
  for await (const chunk of response.body as ReadableStream<Uint8Array>) {
    buffer += decoder.decode(chunk, { stream: true });
    const frames = buffer.split('\n\n');
    buffer = frames.pop() ?? '';
    for (const frame of frames) {
      const field = (name: string) =>
        frame
          .split('\n')
          .find((line) => line.startsWith(`${name}: `))
          ?.slice(name.length + 2);
      const event = field('event');
      if (event) yield { id: field('id'), event, data: JSON.parse(field('data') ?? 'null') };
    }
  }
}
