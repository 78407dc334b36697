import { randomUUID } from 'node:crypto';
import { type FileHandle, mkdir, open, readdir, rename, rm, stat } from 'node:fs/promises';
import { dirname, join } from 'node:path';

/** What a stored file is called: the SHA-256 of its bytes and the extension of its kind. */
const NAME = /^[0-9a-f]{64}\.(png|jpg|webp|gif)$/;
/** Bytes that were written and never kept: a process died in between. */
const ABANDONED_MS = 3_600_000;

export type StoredFile = { sizeBytes: number; body: Blob };

/** Bytes that are safe on the disk but have no name yet. Exactly one of the two must be called. */
export type StagedFile = { keep(): Promise<void>; drop(): Promise<void> };

/** Where uploads live. Names are digests, so a file never changes and storing it twice is storing it once. */
export type FileStore = {
  /** Writes `bytes` aside; `keep` gives them their name, all at once. */
  stage(name: string, bytes: Uint8Array): Promise<StagedFile>;
  /** The file of that name; undefined when there is none or the name is not one of ours. */
  open(name: string): Promise<StoredFile | undefined>;
  /** Forgets a file; one that is not there is no error. */
  delete(name: string): Promise<void>;
};

/** The store on a disk: `<root>/ab/cd/abcd….png`, so that no folder grows without end. */
export function openDiskStore(root: string): FileStore {
  const staging = join(root, 'staging');
  let swept: Promise<void> | undefined;

  return {
    async stage(name, bytes) {
      const target = pathOf(root, name);
      if (target === undefined) throw new Error(`Not the name of a stored file: ${name.slice(0, 80)}`);
      if (await isFile(target)) return { keep: nothing, drop: nothing };
      swept ??= sweep(staging);
      await swept;
      const aside = join(staging, randomUUID());
      await writeDurably(aside, bytes);
      return {
        async keep() {
          await mkdir(dirname(target), { recursive: true });
          // Atomic, and harmless when another request was faster: the bytes are the same.
          await rename(aside, target);
        },
        drop: () => rm(aside, { force: true }),
      };
    },
    async open(name) {
      const path = pathOf(root, name);
      if (path === undefined || !(await isFile(path))) return undefined;
      const body = Bun.file(path);
      return { sizeBytes: body.size, body };
    },
    async delete(name) {
      const path = pathOf(root, name);
      if (path !== undefined) await rm(path, { force: true });
    },
  };
}

/** No name that leads anywhere else has a path. */
function pathOf(root: string, name: string): string | undefined {
  return NAME.test(name) ? join(root, name.slice(0, 2), name.slice(2, 4), name) : undefined;
}

async function nothing(): Promise<void> {}

async function isFile(path: string): Promise<boolean> {
  return stat(path).then(
    (found) => found.isFile(),
    () => false,
  );
}

/** A file that is renamed before its bytes are on the disk may be empty after a power cut. */
async function writeDurably(path: string, bytes: Uint8Array): Promise<void> {
  let file: FileHandle | undefined;
  try {
    file = await open(path, 'wx', 0o644);
    await file.writeFile(bytes);
    await file.sync();
  } catch (error) {
    await rm(path, { force: true });
    throw error;
  } finally {
    await file?.close();
  }
}

async function sweep(staging: string): Promise<void> {
  await mkdir(staging, { recursive: true });
  for (const name of await readdir(staging)) {
    const path = join(staging, name);
    const age = await stat(path).then(
      ({ mtimeMs }) => Date.now() - mtimeMs,
      () => 0,
    );
    if (age > ABANDONED_MS) await rm(path, { force: true });
  }
}
