import { createCipheriv, createDecipheriv, randomBytes } from 'node:crypto';
import type { Payload, PayloadCodec } from '@temporalio/common';
import { TwinError } from '../twin/errors.ts';
import type { KeyProvider } from './keys.ts';

const CIPHER = 'aes-256-gcm';
const NONCE_bytes = 12;
const TAG_bytes = 16;
/** What Temporal's own samples call an encrypted payload, so that its tools say so. */
const ENCODING = 'binary/encrypted';
const NEWLINE = 10;

/**
 * Encrypts every payload before it leaves this process: workflows' inputs and results, activities', signals, queries, updates, heartbeats, and the texts
 * of failures. A payload becomes
 *
 *     metadata  encoding, encryption-cipher, encryption-key-id
 *     data      nonce (12 random bytes) ‖ AES-256-GCM(metadata as JSON, "\n", data) ‖ tag (16 bytes)
 *
 * with cipher and key id authenticated too. Random nonces are safe for 2³² payloads of one key (NIST SP 800-38D); a million twins need some 10⁷.
 */
export function encryptingCodec(keys: KeyProvider): PayloadCodec {
  return {
    async encode(payloads) {
      const { id, key } = await keys.current();
      return payloads.map((payload) => {
        const nonce = randomBytes(NONCE_bytes);
        const cipher = createCipheriv(CIPHER, key, nonce).setAAD(authenticated(id));
        const data = Buffer.concat([nonce, cipher.update(flatten(payload)), cipher.final(), cipher.getAuthTag()]);
        return {
          metadata: { encoding: utf8(ENCODING), 'encryption-cipher': utf8(CIPHER), 'encryption-key-id': utf8(id) },
          data,
        };
      });
    },
    decode: (payloads) => Promise.all(payloads.map((payload) => decrypt(payload, keys))),
  };
}

/** For whoever has no keys: says so where somebody else had. */
export const plainCodec: PayloadCodec = {
  encode: async (payloads) => payloads,
  async decode(payloads) {
    if (!payloads.some((payload) => textOf(payload, 'encoding') === ENCODING)) return payloads;
    throw new TwinError(
      'BadStudy',
      'this run is encrypted, and here is no key to read it; TWINFOLD_CODEC_KEY_FILE names the file of keys that it was started with',
    );
  },
};

async function decrypt(payload: Payload, keys: KeyProvider): Promise<Payload> {
  if (textOf(payload, 'encoding') !== ENCODING) {
    if (await keys.acceptsPlain()) return payload;
    throw new TwinError(
      'BadStudy',
      'a payload came that nobody encrypted: what sent it has no key file (TWINFOLD_CODEC_KEY_FILE), or is none of ours; for a run that was begun without keys set "acceptsPlain": true in the file',
    );
  }
  const id = textOf(payload, 'encryption-key-id') ?? '';
  const key = await keys.byId(id);
  const data = payload.data ?? new Uint8Array(0);
  if (textOf(payload, 'encryption-cipher') !== CIPHER || data.length < NONCE_bytes + TAG_bytes) throw tampered(id);
  const end = data.length - TAG_bytes;
  const decipher = createDecipheriv(CIPHER, key, data.subarray(0, NONCE_bytes))
    .setAAD(authenticated(id))
    .setAuthTag(data.subarray(end));
  try {
    return unflatten(Buffer.concat([decipher.update(data.subarray(NONCE_bytes, end)), decipher.final()]));
  } catch {
    throw tampered(id); // GCM says no more than that
  }
}

const tampered = (id: string): TwinError =>
  new TwinError(
    'BadStudy',
    `a payload of key ${id} does not decrypt: it was changed, or the key of this name is another`,
  );

const utf8 = (text: string): Uint8Array => new TextEncoder().encode(text);
const authenticated = (id: string): Uint8Array => utf8(`${CIPHER} ${id}`);
const textOf = ({ metadata }: Payload, name: string): string | undefined => {
  const bytes = metadata?.[name];
  return bytes ? new TextDecoder().decode(bytes) : undefined;
};

/** Metadata as one line of JSON, then the data as they are. */
function flatten({ metadata, data }: Payload): Uint8Array {
  const named = Object.entries(metadata ?? {}).map(([name, bytes]) => [name, Buffer.from(bytes).toString('base64')]);
  const head = utf8(`${JSON.stringify({ metadata: Object.fromEntries(named), hasData: data != null })}\n`);
  return Buffer.concat([head, Buffer.from(data ?? [])]); // out of the sandbox come arrays of another realm, and [] for no bytes
}

function unflatten(bytes: Uint8Array): Payload {
  const end = bytes.indexOf(NEWLINE);
  const { metadata, hasData } = JSON.parse(new TextDecoder().decode(bytes.subarray(0, end))) as {
    readonly metadata: Readonly<Record<string, string>>; // authenticated: written by `flatten`
    readonly hasData: boolean;
  };
  const named = Object.entries(metadata).map(([name, text]) => [name, Buffer.from(text, 'base64')]);
  return { metadata: Object.fromEntries(named), ...(hasData ? { data: bytes.subarray(end + 1) } : {}) };
}
