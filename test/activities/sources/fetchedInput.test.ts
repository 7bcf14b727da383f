import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import test from 'ava';
import { whileFetching } from '../../../activities/sources/fetchedInput.ts';
import { openInputFile, type TracedFile } from '../../../activities/sources/inputFile.ts';
import { type Files, openFolderFiles } from '../../../activities/stores/files.ts';
import { openMemoryStore } from '../../../activities/stores/memoryStore.ts';
import { ObjectTooLarge } from '../../../activities/stores/s3Bucket.ts';
import { TwinError } from '../../../twin/errors.ts';
import { readMesh } from '../../../twin/formats/index.ts';
import { testFolder } from '../../helpers/fakeStudy.ts';

/** One tetrahedron as CARP has it, in three files; the fibres' file is not there. */
async function heartFolder(): Promise<string> {
  const folder = await testFolder();
  await mkdir(join(folder, 'sub-1'));
  await writeFile(join(folder, 'sub-1', 'heart.pts'), '4\n0 0 0\n1000 0 0\n0 1000 0\n0 0 1000\n');
  await writeFile(join(folder, 'sub-1', 'heart.elem'), '1\nTt 0 1 2 3 1\n');
  return folder;
}

/** Files as a bucket has them, which tell what was asked of them. */
function counted(folder: string): { readonly files: Files; readonly reads: string[] } {
  const reads: string[] = [];
  const files = openFolderFiles(folder);
  return {
    reads,
    files: {
      ...files,
      read: (path) => {
        reads.push(path);
        return files.read(path);
      },
    },
  };
}

const read = ({ name, bytes, beside }: TracedFile) => whileFetching(async () => readMesh(name, bytes, beside));

test('a mesh of several files is read from a bucket as from a folder, each of its files fetched once', async (t) => {
  const folder = await heartFolder();
  const { files, reads } = counted(folder);
  const local = await openInputFile(openMemoryStore(), folder, 'sub-1/heart.pts');
  const remote = await openInputFile(openMemoryStore(), files, 'sub-1/heart.pts');
  t.deepEqual(await read(remote), await read(local));
  t.deepEqual(reads, ['sub-1/heart.pts', 'sub-1/heart.elem', 'sub-1/heart.lon']);
});

test('the same bytes have the same hash and the same trace in a bucket as in a folder, also after one beside them changed', async (t) => {
  const folder = await heartFolder();
  const records = [openMemoryStore(), openMemoryStore()] as const;
  const open = () =>
    Promise.all([
      openInputFile(records[0], folder, 'sub-1/heart.pts'),
      openInputFile(records[1], openFolderFiles(folder), 'sub-1/heart.pts'),
    ]);
  const hashes = async () => {
    const [local, remote] = await open();
    t.is(await local.hash(), await remote.hash());
    t.deepEqual(await local.traced(), await remote.traced());
    return local.hash();
  };
  const unread = await hashes();
  for (const file of await open()) {
    await read(file);
    await file.rememberTrace();
  }
  const known = await hashes();
  t.not(known, unread);
  await writeFile(join(folder, 'sub-1', 'heart.lon'), '1\n1 0 0\n');
  t.not(await hashes(), known);
});

test('what a hash has read of a bucket is not fetched again by the reader', async (t) => {
  const folder = await heartFolder();
  const records = openMemoryStore();
  const first = await openInputFile(records, openFolderFiles(folder), 'sub-1/heart.pts');
  await read(first);
  await first.rememberTrace();
  const { files, reads } = counted(folder);
  const second = await openInputFile(records, files, 'sub-1/heart.pts');
  await second.hash();
  await read(second);
  t.deepEqual(reads, ['sub-1/heart.pts', 'sub-1/heart.elem', 'sub-1/heart.lon']);
});

test('an input in a bucket that is missing, outside or too large is refused like one in a folder', async (t) => {
  const folder = await heartFolder();
  const files = openFolderFiles(folder);
  const records = openMemoryStore();
  const refusal = async (place: string | Files, path: string) =>
    (await t.throwsAsync<TwinError>(openInputFile(records, place, path), { instanceOf: TwinError })).message;
  for (const path of ['sub-1/none.pts', '../heart.pts', 'sub-1/../../x']) {
    t.is(await refusal(files, path), await refusal(folder, path));
  }
  const large = {
    ...files,
    read: () => Promise.reject(new ObjectTooLarge('s3://twins/heart.pts: has 3000000000 bytes')),
  };
  t.regex(await refusal(large, 'heart.pts'), /^heart.pts: cannot be read: .* 3000000000 bytes/);
});

test('a file that names neighbours without end is refused', async (t) => {
  const { files } = counted(await heartFolder());
  const input = await openInputFile(openMemoryStore(), files, 'sub-1/heart.pts');
  const reading = whileFetching(async () => {
    for (let number = 0; ; number++) input.beside(`part-${number}`);
  });
  await t.throwsAsync(reading, { message: 'sub-1/heart.pts: names more than 256 files beside it; expected fewer' });
  t.throws(() => input.beside('../secret'), { message: /not in its own folder/ });
});

test('an error of the reader ends the reading, whatever was fetched before', async (t) => {
  const folder = await heartFolder();
  await writeFile(join(folder, 'sub-1', 'heart.elem'), '1\nTt 0 1 2 9 1\n');
  const input = await openInputFile(openMemoryStore(), openFolderFiles(folder), 'sub-1/heart.pts');
  await t.throwsAsync(read(input), { instanceOf: TwinError });
});
