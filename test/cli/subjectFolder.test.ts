import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import test from 'ava';
import { findSubjectFiles } from '../../cli/subjectFolder.ts';
import { TwinError } from '../../twin/errors.ts';

const TABLE = 'time_ms,I,II\n0,1,2\n1,1,2\n';

/** What is found in a folder of these files, or the sentence why not. */
async function find(files: Readonly<Record<string, string>>, ecg?: string): Promise<string> {
  const folder = mkdtempSync(join(tmpdir(), 'twinfold-test-'));
  try {
    for (const [name, text] of Object.entries(files)) writeFileSync(join(folder, name), text);
    const found = await findSubjectFiles(folder, { subject: 'one', ecg, leads: { I: 'E1' } });
    return `${found.anatomy} ${found.ecg} ${found.electrodes} ${found.body?.sex}`;
  } catch (error) {
    if (error instanceof TwinError) return error.message.replace(`${folder}`, 'folder');
    throw error;
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

test('a table is an ECG only where its header names a lead, by the usual name or the study’s', async (t) => {
  t.is(
    await find({ 'heart.pts': '', 'people.csv': 'subject,sex\na,F\n', 'a.csv': TABLE }),
    'heart.pts a.csv null undefined',
  );
  t.is(await find({ 'heart.pts': '', 'a.csv': '# unit: mV\nE1,E2\n1,2\n' }), 'heart.pts a.csv null undefined');
  t.is(
    await find({ 'heart.pts': '', 'people.csv': 'subject,sex\na,F\n', 'a.hea': '' }),
    'heart.pts a.hea null undefined',
  );
  t.regex(await find({ 'heart.pts': '', 'uvc.csv': 'x,y,z\n1,2,3\n' }), /^folder: holds no ECG; expected one/);
});

test('a MATLAB file is an ECG, or that of the WFDB header of its name', async (t) => {
  t.is(await find({ 'heart.pts': '', 'a.mat': '' }), 'heart.pts a.mat null undefined');
  t.is(await find({ 'heart.pts': '', 'a.mat': '', 'a.hea': '' }), 'heart.pts a.hea null undefined');
});

test('of several recordings one is named, and a wrong name is answered with the near one', async (t) => {
  const files = { 'heart.pts': '', 'rest.csv': TABLE, 'stress.csv': TABLE };
  t.regex(await find(files), /^folder: holds 2 files that could be its ECG \(rest\.csv, stress\.csv\); .*--ecg/);
  t.is(await find(files, 'rest.csv'), 'heart.pts rest.csv null undefined');
  t.regex(await find(files, 'rset.csv'), /^folder: holds no rset\.csv; did you mean "rest\.csv"\?/);
});

test('a body that cannot be is refused with what is expected, also where it is no JSON', async (t) => {
  const files = { 'heart.pts': '', 'a.csv': TABLE };
  t.is(
    await find({ ...files, 'body.json': '{"sex": "female", "height_cm": 165, "weight_kg": 62}' }),
    'heart.pts a.csv null female',
  );
  t.regex(await find({ ...files, 'body.json': '{"sex": ' }), /body\.json: is not JSON .*; expected \{"sex"/);
  t.regex(
    await find({ ...files, 'body.json': '{"sex": "female", "height_cm": 1.65, "weight_kg": 62}' }),
    /body\.json: height_cm: /,
  );
});

test('what is no folder is told as what it is', async (t) => {
  const where = { subject: 'one', leads: {} };
  await t.throwsAsync(findSubjectFiles(import.meta.filename, where), { message: /is a file; name the folder/ });
  await t.throwsAsync(findSubjectFiles(join(import.meta.dirname, 'nowhere'), where), {
    message: /there is no such folder/,
  });
});
