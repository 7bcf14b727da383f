import test from 'ava';
import fc from 'fast-check';
import {
  currentVersion,
  decodeVersions,
  encodeVersions,
  findVersion,
  heldVersion,
  retainVersions,
  type VersionEntry,
  versionAsOf,
} from '../../cohorts/versions.ts';

const DAY_ms = 86_400_000;
const at = (day: number): string => new Date(Date.UTC(2026, 10, 1) + day * DAY_ms).toISOString();
const study = { uri: 'artifacts/00/00.json', sha256: '00', bytes: 2 };
const counts = { subjects: 3, done: 2, quarantined: 1 };

const published = (name: string, day: number): VersionEntry => ({
  version: name.repeat(12).slice(0, 12),
  status: 'published',
  madeAt: at(day),
  publishedAt: at(day),
  study,
  counts,
  computed: 2,
});
const waiting = (name: string, day: number): VersionEntry => ({
  ...published(name, day),
  status: 'held',
  publishedAt: null,
});

test('the tables of a moment are those that were published last before it', (t) => {
  const versions = [published('a', 0), published('b', 3), waiting('c', 4)];
  t.is(versionAsOf(versions, new Date(at(-1))), undefined);
  t.is(versionAsOf(versions, new Date(at(0)))?.version, 'aaaaaaaaaaaa');
  t.is(versionAsOf(versions, new Date(at(2.9)))?.version, 'aaaaaaaaaaaa');
  t.is(versionAsOf(versions, new Date(at(9)))?.version, 'bbbbbbbbbbbb');
});

test('a version that was approved late is of the moment when it was approved', (t) => {
  const approved = { ...waiting('a', 0), status: 'published', publishedAt: at(5) } as const;
  const versions = [approved, published('b', 3)];
  t.is(currentVersion(versions)?.version, 'aaaaaaaaaaaa');
  t.is(versionAsOf(versions, new Date(at(4)))?.version, 'bbbbbbbbbbbb');
});

test('versions are named by their digits, or by what they are', (t) => {
  const versions = [published('a', 0), published('b', 1), waiting('c', 2)];
  t.is(findVersion(versions, 'previous').version, 'aaaaaaaaaaaa');
  t.is(findVersion(versions, 'current').version, 'bbbbbbbbbbbb');
  t.is(findVersion(versions, 'held').version, 'cccccccccccc');
  t.is(findVersion(versions, 'aaaa').version, 'aaaaaaaaaaaa');
  t.throws(() => findVersion(versions, 'dddd'), {
    message: /has no version "dddd"; it has aaaaaaaaaaaa, bbbbbbbbbbbb, cccc/,
  });
  t.throws(() => findVersion([], 'previous'), { message: /has no previous version; it has none yet/ });
});

test('a beginning that two versions share names neither', (t) => {
  const versions = [
    { ...published('a', 0), version: 'abcd11111111' },
    { ...published('a', 1), version: 'abcd22222222' },
  ];
  t.throws(() => findVersion(versions, 'abcd'), { message: /several versions/ });
});

test('the current version and the one that waits are kept, whatever is asked', (t) => {
  const day = fc.nat({ max: 400 });
  const sizes = fc.record({ keep: fc.integer({ min: 1, max: 6 }), keepDays: fc.integer({ min: 1, max: 300 }) });
  fc.assert(
    fc.property(
      fc.uniqueArray(day, { minLength: 1, maxLength: 12 }),
      sizes,
      fc.boolean(),
      (days, retention, hasHeld) => {
        const sorted = [...days].sort((a, b) => a - b);
        const versions: VersionEntry[] = sorted.map((when, index) =>
          published('abcdef0123456'[index % 13] ?? 'a', when),
        );
        if (hasHeld) versions.push(waiting('f', 401));
        const kept = retainVersions(versions, retention, new Date(at(402)));
        t.is(currentVersion(kept), currentVersion(versions));
        t.is(heldVersion(kept), heldVersion(versions));
        t.true(kept.filter(({ status }) => status === 'published').length <= retention.keep);
        t.deepEqual(
          kept,
          versions.filter((version) => kept.includes(version)),
        ); // in their order
      },
    ),
  );
});

test('a version is old from the day on which another took its place', (t) => {
  const versions = [published('a', 0), published('b', 100), published('c', 101)];
  const left = retainVersions(versions, { keepDays: 3 }, new Date(at(103.5)));
  t.deepEqual(
    left.map(({ version }) => version),
    ['bbbbbbbbbbbb', 'cccccccccccc'],
  );
});

test('what is not asked removes nothing', (t) => {
  const versions = [published('a', 0), waiting('b', 1)];
  t.deepEqual(retainVersions(versions, {}, new Date(at(4000))), versions);
});

test('a list of versions is read as it was written, and nothing else is taken for one', (t) => {
  const versions = [published('a', 0), waiting('b', 1)];
  t.deepEqual(decodeVersions(encodeVersions(versions), 'versions.json'), versions);
  for (const text of ['', '{}', '{"format":"twinfold-versions/1","versions":[{}]}']) {
    t.throws(() => decodeVersions(new TextEncoder().encode(text), 'versions.json'), {
      message: /^versions\.json: not a list of versions/,
    });
  }
});
