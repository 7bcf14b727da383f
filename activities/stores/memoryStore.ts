import { artifactUri, recordUri, type Store, sha256 } from './artifacts.ts';

/** A store that ends with its process: for tests, and for one twin without a run. */
export function openMemoryStore(): Store {
  const artifacts = new Map<string, Uint8Array>();
  const records = new Map<string, string>();
  return {
    async put(bytes, kind) {
      const hash = sha256(bytes);
      const uri = artifactUri(hash, kind);
      artifacts.set(uri, bytes.slice());
      return { uri, sha256: hash, bytes: bytes.length };
    },
    async get(ref) {
      return artifacts.get(ref.uri)?.slice();
    },
    async has(ref) {
      return artifacts.has(ref.uri);
    },
    async readRecord(key) {
      return records.get(recordUri(key));
    },
    async writeRecord(key, text) {
      records.set(recordUri(key), text);
    },
    async *list(under) {
      const held = [...artifacts].map(([uri, { length }]) => ({ uri, bytes: length, modified_ms: 0 }));
      const told = [...records].map(([uri, { length }]) => ({ uri, bytes: length, modified_ms: 0 }));
      yield* [...held, ...told].filter(({ uri }) => uri.startsWith(under));
    },
    async readListed(uri) {
      return records.get(uri);
    },
    async remove(uri) {
      artifacts.delete(uri);
      records.delete(uri);
    },
  };
}
