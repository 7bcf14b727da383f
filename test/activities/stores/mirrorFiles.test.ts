import test from 'ava';
import { openFolderFiles } from '../../../activities/stores/files.ts';
import { mirrorFiles } from '../../../activities/stores/mirrorFiles.ts';
import { everyOf } from '../../helpers/everyOf.ts';
import { testFolder } from '../../helpers/fakeStudy.ts';

const bytes = (text: string): Uint8Array => new TextEncoder().encode(text);

test('a mirror holds what the place holds, writes only what differs, and the manifest last', async (t) => {
  const from = openFolderFiles(await testFolder());
  const to = openFolderFiles(await testFolder());
  for (const path of ['manifest.json', 'cohort.parquet', 'cohort/sex=female/part-0.parquet', 'z.csv']) {
    await from.write(path, bytes(path));
  }
  await to.write('z.csv', bytes('z.csv'));
  await to.write('cohort.parquet', bytes('old'));
  await to.write('cohort/part-7.parquet', bytes('of a run before'));
  const written: string[] = [];
  await mirrorFiles(from, {
    ...to,
    write: (path, content) => to.write(path, content).then(() => void written.push(path)),
  });
  t.deepEqual(written, ['cohort.parquet', 'cohort/sex=female/part-0.parquet', 'manifest.json']);
  const contents = async (files: typeof from) =>
    Promise.all(
      (await everyOf(files.list())).map(async ({ path }) => [
        path,
        Buffer.from((await files.read(path)) ?? []).toString(),
      ]),
    );
  t.deepEqual(await contents(to), await contents(from));
  await to.write('report.html', bytes('of the run itself'));
  await mirrorFiles(from, to);
  t.is((await contents(to)).length, 5);
});
