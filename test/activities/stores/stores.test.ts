import { readdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import test from 'ava';
import { openFolderStore } from '../../../activities/stores/folderStore.ts';
import { openMemoryStore } from '../../../activities/stores/memoryStore.ts';
import { storeContract } from '../../contracts/store.ts';
import { testFolder } from '../../helpers/fakeStudy.ts';

storeContract(test, 'folder', async () => openFolderStore(await testFolder()));
storeContract(test, 'memory', async () => openMemoryStore());

test('folder: bytes that were changed on disk are not given, and are written anew by the next put', async (t) => {
  const folder = await testFolder();
  const store = openFolderStore(folder);
  const bytes = new TextEncoder().encode('activation');
  const ref = await store.put(bytes, 'json');
  await writeFile(join(folder, ref.uri), 'activatiom');
  t.true(await store.has(ref)); // the length is right
  t.is(await store.get(ref), undefined);
  t.false(await store.has(ref));
  await store.put(bytes, 'json');
  t.deepEqual(Buffer.from((await store.get(ref)) ?? []), Buffer.from('activation'));
});

test('folder: a file that was cut short counts as missing', async (t) => {
  const folder = await testFolder();
  const store = openFolderStore(folder);
  const ref = await store.put(new TextEncoder().encode('activation'), 'json');
  await writeFile(join(folder, ref.uri), 'activ');
  t.false(await store.has(ref));
});

test('folder: two stores on the same folder see the same artifacts and records', async (t) => {
  const folder = await testFolder();
  const ref = await openFolderStore(folder).put(new Uint8Array(3), 'json');
  await openFolderStore(folder).writeRecord('row:key', 'text');
  t.true(await openFolderStore(folder).has(ref));
  t.is(await openFolderStore(folder).readRecord('row:key'), 'text');
});

test('folder: nothing half written is left behind', async (t) => {
  const folder = await testFolder();
  const store = openFolderStore(folder);
  await Promise.all(Array.from({ length: 20 }, (_, index) => store.put(Uint8Array.of(index % 5), 'json')));
  const files = await readdir(folder, { recursive: true });
  t.is(files.filter((name) => name.endsWith('.json')).length, 5);
  t.deepEqual(
    files.filter((name) => name.endsWith('.part')),
    [],
  );
});

test('folder: a reference that leaves the folder is refused', async (t) => {
  const store = openFolderStore(await testFolder());
  const ref = { uri: 'artifacts/../../secret.json', sha256: '0'.repeat(64), bytes: 1 };
  await t.throwsAsync(store.get(ref), { message: /not the address of an artifact/ });
});
