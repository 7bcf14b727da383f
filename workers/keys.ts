import { createSecretKey, type KeyObject, randomBytes } from 'node:crypto';
import { open, rename, rm } from 'node:fs/promises';
import { z } from 'zod';
import { TwinError } from '../twin/errors.ts';
import { readSecretFile } from './secretFile.ts';

/** A key of AES-256 and the name under which payloads say that it is theirs. */
export interface CodecKey {
  readonly id: string;
  readonly key: KeyObject;
}

/**
 * Where the codec's keys come from. A file of keys is one; a key management service is another: `current` asks it for a data key and gives the
 * wrapped one as `id`, `byId` has it unwrapped, and both remember what they had (docs/security.md#keys-from-a-management-service).
 */
export interface KeyProvider {
  /** The key that new payloads are encrypted with */
  current(): Promise<CodecKey>;
  /** @throws TwinError BadStudy where there is no key of this id */
  byId(id: string): Promise<KeyObject>;
  /** Whether payloads that nobody encrypted are read, as a run has them that was begun without keys */
  acceptsPlain(): Promise<boolean>;
}

const KEY_bytes = 32;
const keyFile = z.strictObject({
  format: z.literal('twinfold-codec-keys-1'),
  acceptsPlain: z.boolean().default(false),
  keys: z
    .array(
      z.strictObject({
        id: z.string().regex(/^[\w.-]{1,64}$/),
        created: z.string(),
        key: z.base64().refine((text) => Buffer.from(text, 'base64').length === KEY_bytes),
      }),
    )
    .min(1)
    .refine((keys) => new Set(keys.map(({ id }) => id)).size === keys.length),
});
type KeyFile = z.infer<typeof keyFile>;

const HOLDS = 'the keys that histories are encrypted with';

/** Keys of a file: the first encrypts, all decrypt. An id that is not known yet has the file read again, since keys are added while workers run. */
export async function openKeyFile(path: string): Promise<KeyProvider> {
  let keys = keysOf(await readKeyFile(path));
  return {
    current: async () => keys.first,
    acceptsPlain: async () => keys.acceptsPlain,
    async byId(id) {
      if (!keys.byId.has(id)) keys = keysOf(await readKeyFile(path));
      const key = keys.byId.get(id);
      if (key !== undefined) return key;
      throw new TwinError(
        'BadStudy',
        `${path}: has no key ${JSON.stringify(id.slice(0, 64))}, with which this run was encrypted; its keys are ${[...keys.byId.keys()].join(', ')}`,
      );
    },
  };
}

function keysOf({ keys, acceptsPlain }: KeyFile) {
  const known = keys.map(({ id, key }) => ({ id, key: createSecretKey(key, 'base64') }));
  const [first] = known;
  if (first === undefined) throw new Error('a key file without keys passed its schema');
  return { first, acceptsPlain, byId: new Map(known.map(({ id, key }) => [id, key])) };
}

/** @throws TwinError BadStudy; its sentence never holds what the file holds */
async function readKeyFile(path: string): Promise<KeyFile> {
  const text = await readSecretFile(path, HOLDS);
  let found: unknown;
  try {
    found = JSON.parse(text);
  } catch {
    throw new TwinError('BadStudy', `${path}: is not JSON; twinfold key create writes a file of keys`);
  }
  const parsed = keyFile.safeParse(found);
  if (parsed.success) return parsed.data;
  const where = parsed.error.issues.map(({ path: place }) => place.join('.') || 'the whole').join(', ');
  throw new TwinError(
    'BadStudy',
    `${path}: is not a file of keys as twinfold key create writes it (look at: ${where}); expected keys with ids of their own, each of ${KEY_bytes} bytes in base64`,
  );
}

/** A file with one new key. @throws TwinError BadStudy where there is a file already: a lost key is a lost history */
export async function createKeyFile(path: string, now: Date): Promise<string> {
  const key = newKey(now);
  await writeNew(path, { format: 'twinfold-codec-keys-1', acceptsPlain: false, keys: [key] }).catch(
    (error: NodeJS.ErrnoException) => {
      if (error.code !== 'EEXIST') throw error;
      throw new TwinError('BadStudy', `${path}: is there already; twinfold key rotate adds a key to it`);
    },
  );
  return key.id;
}

/**
 * Adds a key to a file. At `last`, a worker that knows it decrypts with it while nobody encrypts with it yet; at `first` it encrypts from now on.
 */
export async function addKey(path: string, at: 'first' | 'last', now: Date): Promise<string> {
  const before = await readKeyFile(path);
  const key = newKey(now);
  await replace(path, { ...before, keys: at === 'first' ? [key, ...before.keys] : [...before.keys, key] });
  return key.id;
}

/** Makes a key that the file holds the one that encrypts. @throws TwinError BadStudy where it holds none of this id */
export async function useKey(path: string, id: string): Promise<void> {
  const before = await readKeyFile(path);
  const chosen = before.keys.filter((key) => key.id === id);
  if (chosen.length === 0) throw new TwinError('BadStudy', `${path}: has no key ${JSON.stringify(id)}`);
  await replace(path, { ...before, keys: [...chosen, ...before.keys.filter((key) => key.id !== id)] });
}

/** What a file holds, without the keys themselves. */
export async function listKeys(path: string): Promise<readonly { readonly id: string; readonly created: string }[]> {
  return (await readKeyFile(path)).keys.map(({ id, created }) => ({ id, created }));
}

const newKey = (now: Date) => ({
  id: `${now.toISOString().slice(0, 10)}-${randomBytes(4).toString('hex')}`,
  created: now.toISOString(),
  key: randomBytes(KEY_bytes).toString('base64'),
});

async function writeNew(path: string, content: KeyFile): Promise<void> {
  const file = await open(path, 'wx', 0o600);
  try {
    await file.writeFile(`${JSON.stringify(content, null, 2)}\n`);
    await file.sync(); // what is encrypted from now on hangs on it
  } finally {
    await file.close();
  }
}

async function replace(path: string, content: KeyFile): Promise<void> {
  const beside = `${path}.${randomBytes(6).toString('hex')}.part`;
  try {
    await writeNew(beside, content);
    await rename(beside, path);
  } finally {
    await rm(beside, { force: true });
  }
}
