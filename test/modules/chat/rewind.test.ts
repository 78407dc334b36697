import { afterAll, beforeAll, describe, expect, test } from 'bun:test';
import { sql } from 'drizzle-orm';
import { type ChatWorld, chatIn, roomRows, scriptedChat } from '../../harness/chat.ts';
import { runJobs } from '../../harness/jobs.ts';
import { until } from '../../harness/until.ts';
import { createWorld, type World } from '../../harness/world.ts';

let world: World;
let chat: ChatWorld;
beforeAll(async () => {
  world = await createWorld();
  chat = await chatIn(world);
});
afterAll(() => world.close());

const post = (path: string, body?: unknown) => world.client.post(path, body, { token: chat.person.token });
const stateOf = async (room: string) => (await roomRows(world, room)).room!.state;

/** A room with some turns; the state after each of them. */
async function livedRoom(texts: string[]) {
  const room = await chat.newRoom();
  const states = [await stateOf(room)];
  const replies: string[] = [];
  for (const text of texts) {
    replies.push((await chat.send(room, text)).body.ai_message.id);
    states.push(await stateOf(room));
  }
  return { room, states, replies };
}

describe('retry', () => {
  test('plays the last turn again from the state before it: same place, same number, another text', async () => {
    const { room, replies } = await livedRoom(['Hello keeper', 'The boat, please', 'Farewell forever']);
    const before = await roomRows(world, room);
    const answer = await post(`/chat/messages/${replies[2]}/retry`, { idempotency_key: 'again-1' });
    expect(answer.status).toBe(200);
    expect(answer.body.ai_message.id).toBe(replies[2]);
    expect(answer.body.user_message.content).toBe('Farewell forever');
    expect(answer.body.ending_message).toMatchObject({ message_metadata: { kind: 'ending', turn_no: 3 } });
    const after = await roomRows(world, room);
    // The offline model says the same to the same facts, so the state is the same again.
    expect(after.room!.state).toEqual(before.room!.state);
    expect(after.room).toMatchObject({ turn_count: 3, message_count: before.room!.message_count });
    expect(after.messages.map(({ part }) => part)).toEqual(before.messages.map(({ part }) => part));
    expect((await chat.get(`/chat/messages/${replies[2]}/versions`)).body).toMatchObject({
      selected: 2,
      versions: [
        { n: 1, source: 'original' },
        { n: 2, source: 'retry', selected: true },
      ],
    });
    expect((await post(`/chat/messages/${replies[2]}/retry`, { idempotency_key: 'again-1' })).body).toEqual(
      answer.body,
    );
    const turns = await world.ctx.db.pool.execute(
      sql`select status, turn_no from turns where room_id = ${room} order by started_at`,
    );
    expect(turns.map(({ status, turn_no }) => [status, turn_no])).toEqual([
      ['done', 1],
      ['done', 2],
      ['replaced', 3],
      ['done', 3],
    ]);
    expect((await chat.send(room, 'And on')).body.ai_message.message_metadata.turn_no).toBe(4);
  });

  test('only the last reply; a failed retry leaves the old one standing', async () => {
    const { room, replies } = await livedRoom(['One', 'Two']);
    expect((await post(`/chat/messages/${replies[0]}/retry`)).status).toBe(409);
    const messages = await chat.messages(room);
    expect((await post(`/chat/messages/${messages[2].id}/retry`)).status).toBe(400);
    expect((await post(`/chat/messages/${crypto.randomUUID()}/retry`)).status).toBe(404);
    const before = await roomRows(world, room);
    const model = scriptedChat(world.ctx.llm);
    model.fail(new Error('no'));
    const stores = { ...world.stores, drop: async () => undefined };
    const broken = await createWorld({ stores, overrides: { llm: model.llm } });
    const failed = await broken.client.post(`/chat/messages/${replies[1]}/retry`, undefined, {
      token: chat.person.token,
    });
    expect(failed.status).toBe(503);
    expect(await roomRows(world, room)).toEqual(before);
    await broken.close();
    expect((await post(`/chat/messages/${replies[1]}/retry`)).status).toBe(200);
  });

  test('an edit that is being written while the retry ends is a version, too', async () => {
    const { room, replies } = await livedRoom(['Hello keeper']);
    const [reply] = replies;
    const retried = await world.ctx.db.transactions.transaction(async (tx) => {
      await tx.execute(sql`select 1 from messages where id = ${reply} for no key update`);
      const retry = post(`/chat/messages/${reply}/retry`);
      // The retry has come to its end and waits for the reply's row.
      await until(async () => {
        const [waiting] = await world.ctx.db.pool.execute(sql`
          select 1 from pg_stat_activity where datname = current_database() and wait_event_type = 'Lock' and query like '%"messages"%'`);
        return waiting !== undefined;
      });
      await tx.execute(sql`
        insert into message_versions (message_id, no, content, source, created_at)
        select id, 1, content, 'original', created_at from messages where id = ${reply}
        union all select ${reply}::uuid, 2, 'Edited meanwhile', 'edit', now()`);
      await tx.execute(sql`
        update messages set content = 'Edited meanwhile', selected_version = 2, version_count = 2 where id = ${reply}`);
      return { answer: retry };
    });
    expect((await retried.answer).status).toBe(200);
    const { body } = await chat.get(`/chat/messages/${reply}/versions`);
    expect(body.selected).toBe(3);
    expect(body.versions.map(({ source }: { source: string }) => source)).toEqual(['original', 'edit', 'retry']);
    expect(body.versions[1].content).toBe('Edited meanwhile');
    expect((await chat.messages(room)).at(-1).content).toBe(body.versions[2].content);
  });
});

describe('fork', () => {
  test('a new room with the messages to there and the state of that turn; the old one is untouched', async () => {
    const { room, states, replies } = await livedRoom([
      'Hello keeper',
      'The boat, please',
      'And now the lighthouse',
      'Farewell forever',
    ]);
    const before = await roomRows(world, room);
    for (const [index, reply] of replies.entries()) {
      const answer = await post(`/chat/rooms/${room}/fork`, { message_id: reply });
      expect(answer.status).toBe(201);
      expect(answer.body.forked_from).toEqual({ room_id: room, turn_no: index + 1 });
      const fork = answer.body.id;
      const rows = await roomRows(world, fork);
      expect(rows.room!.state).toEqual(states[index + 1]);
      expect(rows.room!.turn_count).toBe(index + 1);
      const upTo = before.messages.findIndex(({ id }) => id === reply) + 1 + (index === 3 ? 1 : 0);
      expect(rows.messages.map(({ seq, content }) => [seq, content])).toEqual(
        before.messages.slice(0, upTo).map(({ seq, content }) => [seq, content]),
      );
      expect(rows.room!.message_count).toBe(upTo);
      expect((await chat.start()).body.id).toBe(fork);
    }
    expect(await roomRows(world, room)).toEqual(before);
    // The branch lives on as the old room did.
    const fork = (await post(`/chat/rooms/${room}/fork`, { message_id: replies[2] })).body.id;
    expect((await chat.send(fork, 'Farewell forever')).body.ending_message).not.toBeNull();
    expect(await stateOf(fork)).toEqual(states[4]);
    const last = (await chat.messages(fork)).findLast(
      (one: { message_metadata: { turn_no?: number } | null }) => one.message_metadata?.turn_no === 4,
    );
    expect(last).toBeDefined();
  });

  test('at an opening nothing has happened yet; at a user’s message it ends before it', async () => {
    const { room, states } = await livedRoom(['One', 'Two']);
    const messages = await chat.messages(room);
    const opening = await post(`/chat/rooms/${room}/fork`, { message_id: messages[1].id });
    expect(await chat.messages(opening.body.id)).toHaveLength(2);
    expect(await stateOf(opening.body.id)).toEqual(states[0]);
    const mine = await post(`/chat/rooms/${room}/fork`, { message_id: messages[4].id });
    expect(await chat.messages(mine.body.id)).toHaveLength(4);
    expect(await stateOf(mine.body.id)).toEqual(states[1]);
    expect((await post(`/chat/rooms/${room}/fork`, { message_id: crypto.randomUUID() })).status).toBe(404);
    // A retry works in the branch as well.
    const reply = (await chat.messages(mine.body.id)).at(-1);
    expect((await post(`/chat/messages/${reply.id}/retry`)).status).toBe(200);
  });
});

describe('versions', () => {
  test('an edit and a regeneration are versions of one place; any can be shown again', async () => {
    const { room, replies } = await livedRoom(['Hello']);
    const [id] = replies;
    const original = (await chat.messages(room)).at(-1).content;
    const edit = await world.client.patch(
      `/chat/messages/${id}`,
      { content: '"My own words."' },
      { token: chat.person.token },
    );
    expect(edit.body).toMatchObject({ id, content: '"My own words."' });
    const state = await stateOf(room);
    const anew = await post(`/chat/messages/${id}/regenerate`, { instruction: null });
    expect(anew.body).toMatchObject({ user_message: null, ai_message: { id } });
    expect(anew.body.ai_message.content).toContain('"My own words."');
    expect((await post(`/chat/messages/${id}/regenerate`)).status).toBe(200);
    const versions = (await chat.get(`/chat/messages/${id}/versions`)).body;
    expect(versions.versions.map(({ n, source }: { n: number; source: string }) => [n, source])).toEqual([
      [1, 'original'],
      [2, 'edit'],
      [3, 'regenerate'],
      [4, 'regenerate'],
    ]);
    expect((await post(`/chat/messages/${id}/versions/1/select`)).body.content).toBe(original);
    expect((await chat.messages(room)).at(-1).content).toBe(original);
    expect((await post(`/chat/messages/${id}/versions/9/select`)).status).toBe(404);
    expect(await stateOf(room)).toEqual(state);
    expect((await roomRows(world, room)).room!.turn_count).toBe(1);
    const mine = (await chat.messages(room))[2].id;
    expect(
      (await world.client.patch(`/chat/messages/${mine}`, { content: 'x' }, { token: chat.person.token })).status,
    ).toBe(400);
    expect((await post(`/chat/messages/${mine}/regenerate`, {})).status).toBe(400);
    expect(
      (await world.client.patch(`/chat/messages/${id}`, { content: '  ' }, { token: chat.person.token })).status,
    ).toBe(422);
    const opening = (await chat.messages(room))[0].id;
    expect((await chat.get(`/chat/messages/${opening}/versions`)).body.versions).toHaveLength(1);
  });

  test('one vote a person', async () => {
    const { room, replies } = await livedRoom(['Hello']);
    const vote = async (action: string) => (await post(`/chat/messages/${replies[0]}/feedback`, { action })).body;
    await Promise.all(Array.from({ length: 6 }, () => vote('upvote')));
    expect(await vote('upvote')).toMatchObject({ upvotes: 1, downvotes: 0 });
    expect(await vote('downvote')).toMatchObject({ upvotes: 0, downvotes: 1 });
    expect((await post(`/chat/messages/${replies[0]}/feedback`, { action: 'love' })).status).toBe(422);
    expect((await chat.messages(room)).at(-1)).toMatchObject({ downvotes: 1 });
  });

  test('the report tells what a prompt was made of', async () => {
    const { room, replies } = await livedRoom(['Hello']);
    const report = (await chat.get(`/chat/messages/${replies[0]}/context`)).body;
    expect(report).toMatchObject({ message_id: replies[0], turn_no: 1, model: 'standard' });
    expect(report.sections.map(({ section }: { section: string }) => section)).toEqual(
      expect.arrayContaining(['identity', 'personality', 'rules', 'stats', 'history', 'user', 'memo']),
    );
    expect(report.used_tokens).toBeLessThanOrEqual(report.budget_tokens);
    expect((await chat.get(`/chat/messages/${(await chat.messages(room))[0].id}/context`)).status).toBe(404);
  });
});

describe('a long room', () => {
  test('is summarised behind its back, and a branch gets the summary of its time', async () => {
    const room = await chat.newRoom();
    const replies: string[] = [];
    for (let i = 0; i < 29; i += 1)
      replies.push((await chat.send(room, `Step ${i} towards the lighthouse`)).body.ai_message.id);
    await runJobs(world);
    const summary = (await chat.get(`/chat/rooms/${room}`)).body.summary;
    expect(summary).toContain('Mina');
    const late = (await chat.send(room, 'And then?')).body.ai_message.id;
    expect((await chat.get(`/chat/messages/${late}/context`)).body.sections).toContainEqual(
      expect.objectContaining({ section: 'summary', dropped: false }),
    );
    expect((await post(`/chat/rooms/${room}/fork`, { message_id: late })).body.summary).toBe(summary);
    expect((await post(`/chat/rooms/${room}/fork`, { message_id: replies[3] })).body.summary).toBeNull();
    expect((await world.client.delete(`/chat/rooms/${room}/messages`, { token: chat.person.token })).status).toBe(200);
    expect((await chat.get(`/chat/rooms/${room}`)).body).toMatchObject({ summary: null, message_count: 0 });
    expect(await chat.meta(room)).toMatchObject({ turn_count: 0, stat_state: { trust: 40 } });
    expect((await chat.send(room, 'From the beginning')).body.ai_message.message_metadata.turn_no).toBe(1);
  }, 30_000);
});
