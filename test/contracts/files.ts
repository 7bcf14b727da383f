import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { TestFn } from 'ava';
import type { Files } from '../../activities/stores/files.ts';
import { everyOf } from '../helpers/everyOf.ts';
import { testFolder } from '../helpers/fakeStudy.ts';

const bytes = (text: string): Uint8Array => new TextEncoder().encode(text);
const text = (content: Uint8Array | undefined): string | undefined => content && new TextDecoder().decode(content);

/** What every place of files must hold to, whether a folder or a bucket. */
export function filesContract(test: TestFn, name: string, open: () => Promise<Files>): void {
  test(`${name}: what was written last is read, and nothing else is there`, async (t) => {
    const files = await open();
    await files.write('sub-1/ecg.csv', bytes('first'));
    await files.write('sub-1/ecg.csv', bytes('I,II'));
    t.is(text(await files.read('sub-1/ecg.csv')), 'I,II');
    t.is(text(await files.read('sub-1/../sub-1/ecg.csv')), 'I,II');
    t.is(await files.read('sub-1/none.csv'), undefined);
  });

  test(`${name}: a local file is written and gone from where it was, whatever its length`, async (t) => {
    const files = await open();
    for (const length of [0, 5, 100_000]) {
      const localFile = join(await testFolder(), 'table.parquet');
      await writeFile(localFile, new Uint8Array(length).fill(7));
      await files.write('cohort.parquet', { localFile });
      t.deepEqual(await files.read('cohort.parquet').then((read) => read && [...new Set(read)].concat(read.length)), [
        ...(length === 0 ? [] : [7]),
        length,
      ]);
      await t.throwsAsync(files.write('cohort.parquet', { localFile }), { code: 'ENOENT' });
    }
  });

  test(`${name}: a copy holds the same bytes and outlives what it was made from`, async (t) => {
    const files = await open();
    await files.write('cohort/sex=female/part +%&=.parquet', bytes('rows'));
    t.true(await files.copy('cohort/sex=female/part +%&=.parquet', 'versions/1/cohort.parquet'));
    await files.remove('cohort/sex=female/part +%&=.parquet');
    t.is(text(await files.read('versions/1/cohort.parquet')), 'rows');
    t.false(await files.copy('cohort/sex=female/part +%&=.parquet', 'versions/2/cohort.parquet'));
    t.is(await files.read('versions/2/cohort.parquet'), undefined);
  });

  test(`${name}: files are listed in the order of their paths, below a folder and not below its namesakes`, async (t) => {
    const files = await open();
    for (const path of ['sub-2/heart.pts', 'sub-10/ecg.hea', 'sub-1/ecg.hea', 'sub-1/möbius +%&=.dat', 'sub-1.csv']) {
      await files.write(path, bytes(path));
    }
    const paths = async (under?: string) => (await everyOf(files.list(under))).map(({ path }) => path);
    const all = ['sub-1.csv', 'sub-1/ecg.hea', 'sub-1/möbius +%&=.dat', 'sub-10/ecg.hea', 'sub-2/heart.pts'];
    t.deepEqual(await paths(), all);
    t.deepEqual(await paths('sub-1'), all.slice(1, 3));
    t.deepEqual(await paths('sub-1/'), all.slice(1, 3));
    t.deepEqual(await paths('none'), []);
    const [first] = await everyOf(files.list('sub-2'));
    t.is(first?.bytes, 'sub-2/heart.pts'.length);
    t.is(text(await files.read(all[2] ?? '')), all[2]);
  });

  test(`${name}: a file's tag stays while nobody writes it, and is another after it was changed`, async (t) => {
    const files = await open();
    const tag = async () => (await everyOf(files.list()))[0]?.tag;
    await files.write('ecg.csv', bytes('I,II'));
    const before = await tag();
    t.is(await tag(), before);
    await new Promise((resolve) => setTimeout(resolve, 20)); // a folder tells times, which must differ
    await files.write('ecg.csv', bytes('I,V1'));
    t.not(await tag(), before);
  });

  test(`${name}: what was removed is not there, and removing it again is no error`, async (t) => {
    const files = await open();
    await files.write('a/b', bytes('1'));
    await files.remove('a/b');
    await files.remove('a/b');
    t.is(await files.read('a/b'), undefined);
    t.deepEqual(await everyOf(files.list()), []);
  });

  test(`${name}: no path leads out of it`, async (t) => {
    const files = await open();
    for (const path of ['../secret', 'a/../../secret', '/etc/hostname']) {
      await t.throwsAsync(async () => files.read(path), { message: /lies outside/ });
      await t.throwsAsync(async () => files.write(path, bytes('1')), { message: /lies outside/ });
    }
  });
}
