import { readdirSync, readFileSync } from 'node:fs';
import test from 'ava';
import fc from 'fast-check';
import { openFiles, openStore } from '../../../activities/stores/openStore.ts';
import { isTrouble } from '../../../activities/stores/patience.ts';
import { objectKey, parseBucketAddress, pathOfObject } from '../../../activities/stores/s3Address.ts';
import { BucketError, bucketError } from '../../../activities/stores/s3Error.ts';

test('a bucket is named with or without a prefix, and slashes at its ends say nothing', (t) => {
  t.deepEqual(parseBucketAddress('s3://twins'), { bucket: 'twins', prefix: '' });
  t.deepEqual(parseBucketAddress('s3://twins/'), { bucket: 'twins', prefix: '' });
  t.deepEqual(parseBucketAddress('s3://my.twins-1/study a/x/'), { bucket: 'my.twins-1', prefix: 'study a/x' });
});

test('what is no address of a bucket is refused with what is expected', (t) => {
  for (const address of ['s3://', 's3:///x', 's3://a', 's3://-twins/x', 's3://key:secret@twins/x', 's3://twins/a//b']) {
    t.throws(() => parseBucketAddress(address), { name: 'TwinError', message: /expected s3:\/\/bucket\/prefix$/ });
  }
  t.throws(() => parseBucketAddress('s3://twins/a/../b'), { message: /one of dots/ });
});

test('a path has the key that a folder would have it at, and none leads out of the prefix', (t) => {
  const place = parseBucketAddress('s3://twins/study');
  t.is(objectKey(place, 'sub-1/./heart.pts'), 'study/sub-1/heart.pts');
  t.is(objectKey(place, 'a/../b/'), 'study/b');
  for (const path of ['..', '../b', 'a/../../b', '/b']) t.throws(() => objectKey(place, path), { message: /outside/ });
  for (const path of ['', '.', 'a\0b', 'ä'.repeat(600)]) t.is(objectKey(place, path), undefined);
});

test('every path is found again from its key, and keys that no path has are left out', (t) => {
  const place = parseBucketAddress('s3://twins/study');
  fc.assert(
    fc.property(fc.array(fc.stringMatching(/^[^/\0]{1,20}$/), { minLength: 1, maxLength: 4 }), (names) => {
      const path = names.join('/');
      if (names.includes('.') || names.includes('..')) return;
      t.is(pathOfObject(place, objectKey(place, path) ?? t.fail()), path);
    }),
  );
  for (const key of ['study/a/', 'study/a//b', 'study/../b', 'study/', 'study/./a']) {
    t.is(pathOfObject(place, key), undefined);
  }
});

test('a refusal is told with what to do about it, and keeps no secret of the request', (t) => {
  const refusal = Object.assign(new Error('Access Denied'), {
    name: 'AccessDenied',
    $metadata: { httpStatusCode: 403 },
  });
  const told = bucketError(refusal, 's3://twins/x');
  t.true(told instanceof BucketError);
  t.regex(
    String(told),
    /^BucketError: s3:\/\/twins\/x: may not be used with these credentials; allow s3:GetObject.* \(AccessDenied\)$/,
  );
  t.true(isTrouble(told)); // no subject pays for it
  t.true(isTrouble(new Error((told as Error).message))); // nor where it comes from another thread
  const unknown = Object.assign(new Error('odd'), { name: 'Odd', $metadata: { httpStatusCode: 418, attempts: 2 } });
  t.regex(String(bucketError(unknown, 's3://twins/x')), /answered 418 \(Odd: odd\) 2 times in a row/);
  const fault = new TypeError('a fault of the program');
  t.is(bucketError(fault, 's3://twins/x'), fault);
});

test('an address that is no bucket’s is refused when it is opened, before anything is asked', async (t) => {
  await t.throwsAsync(openStore('s3://'), { name: 'TwinError', message: /expected s3:\/\/bucket\/prefix/ });
  await t.throwsAsync(openFiles('s3://twins/a//b'), { name: 'TwinError' });
});

test('who keeps everything in folders never loads the AWS SDK', (t) => {
  const folder = new URL('../../../activities/', import.meta.url);
  const loading = /^(?:import|export)\s+(?!type\b)[^;]*?from '(?:@aws-sdk\/.*|[./\w]*\/s3(?:Store|Files)\.ts)'/m;
  const modules = readdirSync(folder, { recursive: true, encoding: 'utf8' }).filter((name) => name.endsWith('.ts'));
  t.true(modules.length > 50);
  const loaders = modules.filter((name) => loading.test(readFileSync(new URL(name, folder), 'utf8')));
  t.deepEqual(loaders, []);
});
