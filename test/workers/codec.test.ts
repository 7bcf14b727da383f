import { createSecretKey, type KeyObject, randomBytes } from 'node:crypto';
import { chmod, readFile, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { defaultPayloadConverter } from '@temporalio/common';
import test from 'ava';
import { encryptingCodec, plainCodec } from '../../workers/codec.ts';
import { addKey, createKeyFile, type KeyProvider, listKeys, openKeyFile, useKey } from '../../workers/keys.ts';
import { testFolder } from '../helpers/fakeStudy.ts';

const now = new Date('2026-11-21T12:00:00Z');
const payloadOf = (value: unknown) => defaultPayloadConverter.toPayload(value);
const readBack = (payload: Parameters<typeof defaultPayloadConverter.fromPayload>[0]) =>
  defaultPayloadConverter.fromPayload<unknown>(payload);

async function newKeyFile(): Promise<string> {
  const file = join(await testFolder(), 'codec.keys');
  await createKeyFile(file, now);
  return file;
}

async function oneOf<T>(items: Promise<readonly T[]>): Promise<T> {
  const [first] = await items;
  if (first === undefined) throw new Error('expected one payload');
  return first;
}

test('what is encrypted decrypts to the same values, and none of their text is left in the bytes', async (t) => {
  const codec = encryptingCodec(await openKeyFile(await newKeyFile()));
  const values = [
    { subject: 'sub-0001', path: 'hearts/one.vtu' },
    'text',
    1.5,
    null,
    undefined,
    Uint8Array.of(0, 10, 255),
    [],
  ];
  const encrypted = await codec.encode(values.map(payloadOf));
  const bytes = Buffer.concat(encrypted.map(({ data }) => data ?? new Uint8Array(0))).toString('latin1');
  t.false(/sub-0001|hearts|encoding|json/.test(bytes));
  t.deepEqual((await codec.decode(encrypted)).map(readBack), values);
});

test('a payload without bytes comes out of the sandbox as an empty list, and is encrypted like any other', async (t) => {
  const codec = encryptingCodec(await openKeyFile(await newKeyFile()));
  const empty = { metadata: { encoding: new TextEncoder().encode('binary/null') }, data: [] as unknown as Uint8Array };
  const back = await oneOf(codec.decode(await codec.encode([empty])));
  t.is(readBack(back), undefined);
});

test('equal values become different bytes, since each has a nonce of its own', async (t) => {
  const codec = encryptingCodec(await openKeyFile(await newKeyFile()));
  const payloads = await codec.encode(Array.from({ length: 200 }, () => payloadOf('same')));
  t.is(new Set(payloads.map(({ data }) => Buffer.from(data ?? []).toString('base64'))).size, 200);
});

test('one changed bit anywhere in a payload is noticed', async (t) => {
  const keys = await openKeyFile(await newKeyFile());
  const codec = encryptingCodec(keys);
  const payload = await oneOf(codec.encode([payloadOf('ab')]));
  const data = payload.data ?? new Uint8Array(0);
  for (let at = 0; at < data.length; at++) {
    const changed = Uint8Array.from(data, (byte, index) => (index === at ? byte ^ 1 : byte));
    await t.throwsAsync(codec.decode([{ ...payload, data: changed }]), { message: /does not decrypt: it was changed/ });
  }
  await t.throwsAsync(codec.decode([{ ...payload, data: data.subarray(0, 20) }]), { message: /does not decrypt/ });
});

test('a payload cannot be passed off as one of another key', async (t) => {
  const file = await newKeyFile();
  const codec = encryptingCodec(await openKeyFile(file));
  const payload = await oneOf(codec.encode([payloadOf('ab')]));
  const other = await addKey(file, 'first', now);
  const renamed = {
    ...payload,
    metadata: { ...payload.metadata, 'encryption-key-id': new TextEncoder().encode(other) },
  };
  await t.throwsAsync(codec.decode([renamed]), { message: /does not decrypt/ });
});

test('after a rotation the new key encrypts and the old one still decrypts, without starting anything again', async (t) => {
  const file = await newKeyFile();
  const worker = encryptingCodec(await openKeyFile(file));
  const old = await worker.encode([payloadOf('old')]);
  const id = await addKey(file, 'first', now);
  const client = encryptingCodec(await openKeyFile(file));
  const fresh = await oneOf(client.encode([payloadOf('new')]));
  t.is(new TextDecoder().decode(fresh.metadata?.['encryption-key-id'] ?? new Uint8Array(0)), id);
  t.is(readBack(await oneOf(client.decode(old))), 'old');
  t.is(readBack(await oneOf(worker.decode([fresh]))), 'new'); // read the file again, since it did not know the id
});

test('a key that was added last encrypts once it is told to, which gives every worker time to have it', async (t) => {
  const file = await newKeyFile();
  const [first] = await listKeys(file);
  const id = await addKey(file, 'last', now);
  t.is((await (await openKeyFile(file)).current()).id, first?.id);
  await useKey(file, id);
  t.is((await (await openKeyFile(file)).current()).id, id);
});

test('a key file that others can read is refused with what to do', async (t) => {
  const file = await newKeyFile();
  t.is((await stat(file)).mode & 0o777, 0o600);
  await chmod(file, 0o644);
  await t.throwsAsync(openKeyFile(file), { message: /mode 0644 lets others .* chmod 600/ });
});

test('a rotated file keeps its mode', async (t) => {
  const file = await newKeyFile();
  await addKey(file, 'first', now);
  t.is((await stat(file)).mode & 0o777, 0o600);
});

test('a file of keys is never written over', async (t) => {
  const file = await newKeyFile();
  const before = await readFile(file, 'utf8');
  await t.throwsAsync(createKeyFile(file, now), { message: /is there already; twinfold key rotate/ });
  t.is(await readFile(file, 'utf8'), before);
});

test('what is wrong with a key file is said without what it holds', async (t) => {
  const file = await newKeyFile();
  const secret = randomBytes(31).toString('base64');
  for (const text of [
    `{"keys": "${secret}`,
    JSON.stringify({ format: 'twinfold-codec-keys-1', keys: [{ id: 'a', created: '', key: secret }] }),
  ]) {
    await writeFile(file, text);
    const error = await t.throwsAsync(openKeyFile(file));
    t.false(error?.message.includes(secret.slice(0, 8)));
    t.true(error?.message.startsWith(file));
  }
});

test('payloads that nobody encrypted are refused, unless the file accepts them for a run of before', async (t) => {
  const file = await newKeyFile();
  const plain = [payloadOf('plain')];
  await t.throwsAsync(encryptingCodec(await openKeyFile(file)).decode(plain), { message: /nobody encrypted/ });
  await writeFile(file, (await readFile(file, 'utf8')).replace('"acceptsPlain": false', '"acceptsPlain": true'));
  t.deepEqual(await encryptingCodec(await openKeyFile(file)).decode(plain), plain);
});

test('keys can come from a management service: the payload carries the wrapped data key', async (t) => {
  const service = new Map<string, KeyObject>(); // stands for one that wraps and unwraps
  const provider = (): KeyProvider => {
    const unwrapped = new Map<string, KeyObject>();
    return {
      acceptsPlain: async () => false,
      async current() {
        const key = createSecretKey(randomBytes(32));
        const id = randomBytes(48).toString('base64');
        service.set(id, key);
        return { id, key };
      },
      async byId(id) {
        const key = unwrapped.get(id) ?? service.get(id);
        if (key === undefined) throw new Error('access to the key was withdrawn');
        unwrapped.set(id, key);
        return key;
      },
    };
  };
  const sent = await encryptingCodec(provider()).encode([payloadOf('x')]);
  t.is(readBack(await oneOf(encryptingCodec(provider()).decode(sent))), 'x');
  service.clear();
  await t.throwsAsync(encryptingCodec(provider()).decode(sent), { message: /withdrawn/ });
});

test('whoever has no key is told which file to name, and reads what is plain as ever', async (t) => {
  const sent = await encryptingCodec(await openKeyFile(await newKeyFile())).encode([payloadOf('x')]);
  await t.throwsAsync(plainCodec.decode(sent), { message: /is encrypted.*TWINFOLD_CODEC_KEY_FILE/ });
  const plain = [payloadOf('x')];
  t.deepEqual(await plainCodec.decode(await plainCodec.encode(plain)), plain);
});
