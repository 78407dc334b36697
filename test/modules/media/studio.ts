import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import postgres from 'postgres';
import { logIn, type Person, signUp } from '../../harness/people.ts';
import { createWorld, type World } from '../../harness/world.ts';
import { picture, upload } from '../files/pictures.ts';

export type Asset = { id: string; url: string; is_primary: boolean; order_index: number };
export type Kind = 'character' | 'story';

export const nobody = crypto.randomUUID();
export const as = (person: Person | undefined) => (person ? { token: person.token } : {});
export const of = (kind: string, id: string) => `entity_type=${kind}&entity_id=${id}`;

export type Studio = Awaited<ReturnType<typeof openStudio>>;

/** A world with an artist, a stranger and an administrator, and the verbs of galleries. */
export async function openStudio() {
  const dataDir = mkdtempSync(join(tmpdir(), 'fabula-media-'));
  const world: World = await createWorld({ env: { DATA_DIR: dataDir } });
  const sql = postgres(world.stores.databaseUrl, { max: 2 });
  const [ann, bob, carl] = await Promise.all([signUp(world), signUp(world), signUp(world)]);
  await sql`update users set is_admin = true where id = ${carl.id}`;
  const admin = { ...carl, ...(await logIn(world.client, carl.email)) };

  async function uploaded(files: number | Uint8Array<ArrayBuffer>[] = 1, person: Person = ann): Promise<Asset[]> {
    const bytes = typeof files === 'number' ? await Promise.all(Array.from({ length: files }, () => picture())) : files;
    return (await upload(world.client, person.token, bytes, '/media/upload')).body.items;
  }

  /** Inserted by hand: other rooms' routes are not tested here. */
  async function create(kind: Kind, { isPublic = true } = {}): Promise<string> {
    const id = crypto.randomUUID();
    if (kind === 'story')
      await sql`insert into stories (id, creator_id, title, content, is_public) values (${id}, ${ann.id}, 'Rain', '…', ${isPublic})`;
    else
      await sql`insert into characters (id, creator_id, name, is_public) values (${id}, ${ann.id}, 'Yuna', ${isPublic})`;
    return id;
  }

  const attach = (person: Person | undefined, kind: string, id: string, assets: { id: string }[], more = '') =>
    world.client.post(
      `/media/assets/attach?${of(kind, id)}&asset_ids=${assets.map((asset) => asset.id).join(',')}${more}`,
      null,
      as(person),
    );

  return {
    world,
    sql,
    ann,
    bob,
    admin,
    uploaded,
    create,
    attach,
    gallery: (kind: Kind, id: string, person?: Person) =>
      world.client.get(`/media/assets?${of(kind, id)}&presign=true&expires_in=3600`, as(person)),
    /** A story with this many pictures, of which the first is its cover. */
    async newGallery(count: number): Promise<{ id: string; assets: Asset[] }> {
      const id = await create('story');
      const assets = count === 0 ? [] : await uploaded(count);
      if (count > 0) await attach(ann, 'story', id, assets);
      return { id, assets };
    },
    async shown(kind: Kind, id: string): Promise<string | null> {
      if (kind === 'story') return (await sql`select cover_url url from stories where id = ${id}`)[0]?.url;
      return (await sql`select avatar_url url from characters where id = ${id}`)[0]?.url;
    },
    async close(): Promise<void> {
      await sql.end();
      await world.close();
      rmSync(dataDir, { recursive: true, force: true });
    },
  };
}
