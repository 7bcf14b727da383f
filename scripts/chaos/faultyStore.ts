import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { artifactUri, recordUri, type Store, sha256 } from '../../activities/stores/artifacts.ts';
import type { Control } from './control.ts';

/** What a system call says when it fails. */
export function systemError(code: 'EIO' | 'ENOSPC', what: string): Error {
  const sentence = code === 'EIO' ? 'i/o error' : 'no space left on device';
  return Object.assign(new Error(`${code}: ${sentence}, ${what}`), {
    code,
    errno: code === 'EIO' ? -5 : -28,
    syscall: what,
  });
}

/** A store that fails, is slow, or kills its process, where it is told to. */
export function faultyStore(store: Store, folder: string, control: Control): Store {
  const wait = async () => {
    const slow_ms = control.lasting('slow-store');
    if (slow_ms !== undefined) await sleep(Number(slow_ms));
  };
  const beforeWrite = async (uri: string, content: Uint8Array | string) => {
    await wait();
    if (control.take('write-eio')) throw systemError('EIO', 'write');
    if (control.lasting('no-space') !== undefined) {
      control.note('no-space');
      throw systemError('ENOSPC', 'write');
    }
    if (control.take('die-while-writing')) {
      const beside = join(folder, `${uri}.${process.pid}.part`);
      mkdirSync(dirname(beside), { recursive: true });
      writeFileSync(beside, content.slice(0, content.length / 2));
      process.kill(process.pid, 'SIGKILL');
    }
  };
  const afterWrite = (what: string) => {
    if (control.take(`die-after-${what}`)) process.kill(process.pid, 'SIGKILL');
  };
  const beforeRead = async () => {
    await wait();
    if (control.take('read-eio')) throw systemError('EIO', 'read');
  };
  return {
    ...store,
    async put(bytes, kind) {
      await beforeWrite(artifactUri(sha256(bytes), kind), bytes);
      const ref = await store.put(bytes, kind);
      afterWrite('artifact');
      return ref;
    },
    async get(ref) {
      await beforeRead();
      return store.get(ref);
    },
    async readRecord(key) {
      await beforeRead();
      return store.readRecord(key);
    },
    async writeRecord(key, text) {
      await beforeWrite(recordUri(key), text);
      await store.writeRecord(key, text);
      afterWrite(key.slice(0, key.indexOf(':')));
    },
  };
}
