import type { TestFn } from 'ava';
import { recordUri, type Store } from '../../activities/stores/artifacts.ts';
import { everyOf } from '../helpers/everyOf.ts';

const bytes = (text: string): Uint8Array => new TextEncoder().encode(text);

/** What every store must hold to, whatever it keeps its bytes in. */
export function storeContract(test: TestFn, name: string, open: () => Promise<Store>): void {
  test(`${name}: what was put is given back by its reference`, async (t) => {
    const store = await open();
    const ref = await store.put(bytes('heart'), 'safetensors');
    t.is(ref.bytes, 5);
    t.true(await store.has(ref));
    t.deepEqual(Buffer.from((await store.get(ref)) ?? []), Buffer.from('heart'));
  });

  test(`${name}: equal bytes have one reference, others another`, async (t) => {
    const store = await open();
    const first = await store.put(bytes('heart'), 'json');
    t.deepEqual(await store.put(bytes('heart'), 'json'), first);
    t.not((await store.put(bytes('Heart'), 'json')).sha256, first.sha256);
    t.is(first.sha256, '3cb968a982080be1d7a5df98dc49673a8c052d2642ef7730b7753cee5b87c3dd'); // sha256sum of the five letters
  });

  test(`${name}: what was never put is not there`, async (t) => {
    const store = await open();
    const other = await (await open()).put(bytes('elsewhere'), 'json');
    t.false(await store.has(other));
    t.is(await store.get(other), undefined);
  });

  test(`${name}: changing the bytes after putting them changes nothing in the store`, async (t) => {
    const store = await open();
    const mine = bytes('heart');
    const ref = await store.put(mine, 'json');
    mine.fill(0);
    const read = await store.get(ref);
    t.deepEqual(Buffer.from(read ?? []), Buffer.from('heart'));
  });

  test(`${name}: the last record under a key is read, and records of other keys are others`, async (t) => {
    const store = await open();
    t.is(await store.readRecord('row:a:b'), undefined);
    await store.writeRecord('row:a:b', '1');
    await store.writeRecord('row:a:b', '2');
    await store.writeRecord('row:a:B/../../é', '3');
    t.is(await store.readRecord('row:a:b'), '2');
    t.is(await store.readRecord('row:a:B/../../é'), '3');
  });

  test(`${name}: many writers of the same bytes and key leave one whole answer`, async (t) => {
    const store = await open();
    const large = new Uint8Array(200_000).fill(7);
    const refs = await Promise.all(Array.from({ length: 8 }, () => store.put(large, 'safetensors')));
    await Promise.all(Array.from({ length: 8 }, (_, index) => store.writeRecord('row:key', `${index}`.repeat(5000))));
    t.is(new Set(refs.map((ref) => ref.uri)).size, 1);
    t.is((await store.get(refs[0] ?? t.fail()))?.length, large.length);
    t.regex((await store.readRecord('row:key')) ?? '', /^(\d)\1{4999}$/);
  });

  test(`${name}: what is listed is what was written, by uri and length, and records are read by uri`, async (t) => {
    const store = await open();
    const ref = await store.put(bytes('heart'), 'safetensors');
    await store.writeRecord('row:a', 'first');
    await store.writeRecord('row:a', 'last');
    await store.writeRecord('cost:a', '12');
    const listed = async (under: string) => {
      const items = await everyOf(store.list(under));
      return items.map(({ uri, bytes }) => `${uri} ${bytes}`).sort();
    };
    t.deepEqual(await listed('artifacts/'), [`${ref.uri} 5`]);
    t.deepEqual(await listed('records/row/'), [`${recordUri('row:a')} 4`]);
    t.deepEqual(await listed('records/'), [`${recordUri('cost:a')} 2`, `${recordUri('row:a')} 4`]);
    t.is(await store.readListed(recordUri('row:a')), 'last');
    t.is(await store.readListed(recordUri('row:b')), undefined);
  });

  test(`${name}: what was removed is not there, and may be written again`, async (t) => {
    const store = await open();
    const ref = await store.put(bytes('{"plan":1}'), 'json');
    await store.get(ref);
    await store.writeRecord('row:a', '1');
    for (const uri of [ref.uri, recordUri('row:a')]) {
      await store.remove(uri);
      await store.remove(uri); // gone already
    }
    t.false(await store.has(ref));
    t.is(await store.get(ref), undefined);
    t.is(await store.readRecord('row:a'), undefined);
    t.deepEqual(await everyOf(store.list('artifacts/')), []);
    t.deepEqual(await store.put(bytes('{"plan":1}'), 'json'), ref);
    t.true(await store.has(ref));
  });

  test(`${name}: bytes given out may be changed, and an empty artifact is one`, async (t) => {
    const store = await open();
    const ref = await store.put(bytes('heart'), 'json');
    (await store.get(ref))?.fill(0);
    t.deepEqual(Buffer.from((await store.get(ref)) ?? []), Buffer.from('heart'));
    const empty = await store.put(new Uint8Array(0), 'json');
    t.true(await store.has(empty));
    t.is((await store.get(empty))?.length, 0);
  });
}
