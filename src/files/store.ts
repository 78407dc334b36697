import { randomUUID } from 'node:crypto';
import { type FileHandle, mkdir, open, readdir, rename, rm, stat } from 'node:fs/promises';
import { dirname, join } from 'node:path';

/** What a stored file is called: the SHA-256 of its bytes and the extension of its kind. */
const NAME = /^[0-9a-f]{64}\.(png|jpg|webp|gif)$/;
/** Bytes that arrived and were never kept: a process died in between. */
const ABANDONED_MS = 3_600_000;

export type StoredFile = { sizeBytes: number; body: Blob };

/** A file that is arriving. It ends with `keep` or with `drop`; until then nobody can open it. */
export type IncomingFile = {
  write(bytes: Uint8Array): Promise<void>;
  /** What has arrived. */
  read(): Promise<Uint8Array>;
  /** Gives the file its name, all at once and for good. */
  keep(name: string): Promise<void>;
  drop(): Promise<void>;
};

/** Where uploads live. Names are digests, so a file never changes and storing it twice is storing it once. */
export type FileStore = {
  /** Takes in a file piece by piece, so that nobody has to hold it in memory while it arrives. */
  receive(): Promise<IncomingFile>;
  /** The file of that name; undefined when there is none or the name is not one of ours. */
  open(name: string): Promise<StoredFile | undefined>;
};

/** The store on a disk: `<root>/ab/cd/abcd….png`, so that no folder grows without end. */
export function openDiskStore(root: string): FileStore {
  const staging = join(root, 'staging');
  let swept: Promise<void> | undefined;
  return {
    async receive() {
      swept ??= sweep(staging);
      await swept;
      return receiveInto(root, join(staging, randomUUID()));
    },
    async open(name) {
      const path = pathOf(root, name);
      if (path === undefined || !(await isFile(path))) return undefined;
      const body = Bun.file(path);
      return { sizeBytes: body.size, body };
    },
  };
}

async function receiveInto(root: string, aside: string): Promise<IncomingFile> {
  const file: FileHandle = await open(aside, 'wx', 0o644);
  let isOpen = true;
  const close = async () => {
    if (isOpen) await file.close();
    isOpen = false;
  };
  return {
    write: (bytes) => file.writeFile(bytes),
    read: () => Bun.file(aside).bytes(),
    async keep(name) {
      const target = pathOf(root, name);
      if (target === undefined) throw new Error(`Not the name of a stored file: ${name.slice(0, 80)}`);
      // A file that is renamed before its bytes are on the disk may be empty after a power cut.
      await file.sync();
      await close();
      if (await isFile(target)) return rm(aside, { force: true });
      await mkdir(dirname(target), { recursive: true });
      // Atomic, and harmless when another request was faster: the bytes are the same.
      await rename(aside, target);
    },
    async drop() {
      await close();
      await rm(aside, { force: true });
    },
  };
}

/** No name that leads anywhere else has a path. */
function pathOf(root: string, name: string): string | undefined {
  return NAME.test(name) ? join(root, name.slice(0, 2), name.slice(2, 4), name) : undefined;
}

async function isFile(path: string): Promise<boolean> {
  return stat(path).then(
    (found) => found.isFile(),
    () => false,
  );
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
