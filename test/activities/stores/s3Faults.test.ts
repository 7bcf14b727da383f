import { randomUUID } from 'node:crypto';
import test, { type ExecutionContext } from 'ava';
import type { Store } from '../../../activities/stores/artifacts.ts';
import { openS3Files } from '../../../activities/stores/s3Files.ts';
import { openS3Store } from '../../../activities/stores/s3Store.ts';
import { type Fault, type FaultProxy, startFaultProxy } from '../../../scripts/s3/faultProxy.ts';
import { BUCKET, CREDENTIALS } from '../../../scripts/s3/servers.ts';
import { everyOf } from '../../helpers/everyOf.ts';
import { serverForTests, withServer } from './s3Servers.ts';

const bytes = (text: string): Uint8Array => new TextEncoder().encode(text);
const text = (content: Uint8Array | undefined): string | undefined => content && new TextDecoder().decode(content);

interface Faulty {
  readonly store: Store;
  readonly address: string;
  readonly settings: NonNullable<Parameters<typeof openS3Store>[1]>;
  readonly proxy: FaultProxy;
  /** The next requests meet a fault; those after them none. */
  readonly break: (times: number, fault: Fault, method?: string) => void;
}

async function openFaulty(t: ExecutionContext, endpoint: string, silence_ms = 20_000): Promise<Faulty> {
  const proxy = await startFaultProxy(endpoint);
  t.teardown(() => proxy.stop());
  const address = `s3://${BUCKET}/${randomUUID()}`;
  const settings = { endpoint: proxy.endpoint, credentials: CREDENTIALS, attempts: 3, silence_ms };
  return {
    store: await openS3Store(address, settings),
    address,
    settings,
    proxy,
    break(times, fault, method) {
      let left = times;
      proxy.decide((asked) => ((method !== undefined && asked.method !== method) || left-- <= 0 ? 'none' : fault));
    },
  };
}

const names = ['gofakes3', 'versitygw'] as const;
const servers = await Promise.all(names.map(serverForTests));

for (const [index, name] of names.entries()) {
  withServer(test, name, servers[index] ?? 'it was not asked for', ({ endpoint }) => {
    for (const fault of ['slow-down', 'internal-error', 'answer-lost'] as const) {
      test(`${name}: ${fault} twice, and everything is done all the same`, async (t) => {
        const { store, break: hit } = await openFaulty(t, endpoint);
        hit(2, fault);
        const ref = await store.put(bytes('heart'), 'safetensors');
        hit(2, fault);
        await store.writeRecord('row:a', 'text');
        hit(2, fault);
        t.is(text(await store.get(ref)), 'heart');
        hit(2, fault);
        t.is(await store.readRecord('row:a'), 'text');
        hit(2, fault);
        t.true(await store.has(ref));
        hit(2, fault);
        t.is((await everyOf(store.list('artifacts/'))).length, 1);
        hit(2, fault);
        await store.remove(ref.uri);
        t.false(await store.has(ref));
      });
    }

    // Alone, for a busy process hears nothing either.
    test.serial(
      `${name}: a connection on which nothing is heard is given up, and what was asked is asked again`,
      async (t) => {
        const { store, break: hit } = await openFaulty(t, endpoint, 1500);
        await store.readRecord('row:a'); // the SDK is loaded
        hit(1, 'silence');
        const ref = await store.put(bytes('heart'), 'safetensors');
        hit(1, 'silence');
        t.is(text(await store.get(ref)), 'heart');
      },
    );

    for (const fault of ['reset', 'cut-short', 'damaged'] as const) {
      test(`${name}: bytes that came ${fault} are read again and not given out`, async (t) => {
        const { store, address, settings, break: hit } = await openFaulty(t, endpoint);
        const files = await openS3Files(address, settings);
        const ref = await store.put(new Uint8Array(300_000).fill(7), 'safetensors');
        await store.writeRecord('row:a', 'a text of some length');
        await files.write('ecg.csv', bytes('I,II,III'));
        hit(1, fault, 'GET');
        t.is((await store.get(ref))?.length, 300_000);
        hit(1, fault, 'GET');
        t.is(await store.readRecord('row:a'), 'a text of some length');
        hit(1, fault, 'GET');
        t.is(text(await files.read('ecg.csv')), 'I,II,III');
        t.true(await store.has(ref)); // what the way did to it is not held against the object
      });
    }

    test(`${name}: a stale answer that an artifact or an input is not there is not believed at once`, async (t) => {
      const { store, address, settings, break: hit } = await openFaulty(t, endpoint);
      const files = await openS3Files(address, settings);
      await files.write('ecg.csv', bytes('I,II,III'));
      hit(1, 'stale-404');
      t.is(text(await files.read('ecg.csv')), 'I,II,III');
      const ref = await store.put(bytes('heart'), 'safetensors');
      hit(1, 'stale-404');
      t.is(text(await store.get(ref)), 'heart');
      hit(1, 'stale-404');
      t.true(await store.has(ref));
    });

    test(`${name}: a store that stays in trouble is told in a sentence with its answer and how often it was asked`, async (t) => {
      const { store, break: hit, proxy } = await openFaulty(t, endpoint);
      const ref = await store.put(bytes('heart'), 'safetensors');
      const before = proxy.requests.length;
      hit(Number.POSITIVE_INFINITY, 'slow-down');
      await t.throwsAsync(store.get(ref), {
        name: 'BucketError',
        message:
          /^s3:\/\/twins\/.*: the store answered 503 \(SlowDown: .*\) 3 times in a row; it is asked again later$/,
      });
      t.is(proxy.requests.length - before, 3);
    });

    test(`${name}: bytes that never come whole are told in a sentence, and nothing is removed`, async (t) => {
      const { address, settings, store, break: hit } = await openFaulty(t, endpoint);
      const files = await openS3Files(address, settings);
      await files.write('ecg.csv', bytes('I,II,III'));
      const ref = await store.put(bytes('heart'), 'safetensors');
      hit(Number.POSITIVE_INFINITY, 'reset', 'GET');
      const message = /came damaged or cut short 5 times in a row/;
      await Promise.all([
        t.throwsAsync(files.read('ecg.csv'), { name: 'BucketError', message }),
        t.throwsAsync(store.get(ref), { name: 'BucketError', message }),
      ]);
      hit(0, 'none');
      t.is(text(await store.get(ref)), 'heart');
    });

    test(`${name}: a damaged artifact is removed and missing, and written anew by the next put`, async (t) => {
      const { store, address, settings } = await openFaulty(t, endpoint);
      const files = await openS3Files(address, settings);
      const ref = await store.put(bytes('activation'), 'json');
      for (const other of ['activatiom', 'activ', 'activation and more']) {
        await files.write(ref.uri, bytes(other));
        t.is(await (await openS3Store(address, settings)).get(ref), undefined);
        t.false(await store.has(ref));
        t.deepEqual(await store.put(bytes('activation'), 'json'), ref);
        t.is(text(await (await openS3Store(address, settings)).get(ref)), 'activation');
      }
      await files.write(ref.uri, bytes('activ'));
      await store.put(bytes('activation'), 'json'); // also where nobody read it before
      t.is(text(await (await openS3Store(address, settings)).get(ref)), 'activation');
    });

    test(`${name}: large artifacts go up in parts, and an upload that broke off is listed and removed`, async (t) => {
      const { store, proxy, break: hit } = await openFaulty(t, endpoint);
      const large = new Uint8Array(33 * 2 ** 20).fill(7);
      const isPart = ({ method, path }: { method: string; path: string }) =>
        method === 'PUT' && path.includes('partNumber=');
      let parts = 0;
      proxy.decide((asked) => ((isPart(asked) && ++parts > 1) || asked.method === 'DELETE' ? 'slow-down' : 'none'));
      await t.throwsAsync(store.put(large, 'safetensors'), { name: 'BucketError' });
      hit(0, 'none');
      t.deepEqual(await everyOf(store.list('artifacts/')), []);
      const left = await everyOf(store.listHalfWritten?.() ?? t.fail());
      t.is(left.length, 1);
      t.is(left[0]?.bytes, 16 * 2 ** 20);
      for (const { uri } of left) await store.remove(uri);
      t.deepEqual(await everyOf(store.listHalfWritten?.() ?? t.fail()), []);
      const ref = await store.put(large, 'safetensors');
      t.is((await store.get(ref))?.length, large.length);
      t.is(proxy.requests.filter(isPart).length >= 3, true);
      const before = proxy.requests.length;
      await store.put(large, 'safetensors');
      t.deepEqual(
        proxy.requests.slice(before).map(({ method }) => method),
        ['HEAD'], // asked for before it is sent again
      );
    });

    test(`${name}: a store that knows no conditions is written to without, and is not asked for them again`, async (t) => {
      const { store, proxy, break: hit } = await openFaulty(t, endpoint);
      hit(1, 'not-implemented', 'PUT');
      const ref = await store.put(bytes('heart'), 'safetensors');
      t.is(text(await store.get(ref)), 'heart');
      const before = proxy.requests.length;
      await store.put(bytes('another'), 'safetensors');
      t.is(proxy.requests.length - before, 1);
    });

    test(`${name}: a place that others are writing is written again, and many writers leave one whole artifact`, async (t) => {
      const { store, address, settings, break: hit } = await openFaulty(t, endpoint);
      const heart = new Uint8Array(2 ** 20).fill(7);
      hit(2, 'conflict', 'PUT');
      const ref = await store.put(heart, 'safetensors');
      t.is((await store.get(ref))?.length, heart.length);
      await store.remove(ref.uri);
      const others = await Promise.all(Array.from({ length: 6 }, () => openS3Store(address, settings)));
      t.deepEqual(
        await Promise.all(others.map((other) => other.put(heart, 'safetensors'))),
        others.map(() => ref),
      );
      t.is((await store.get(ref))?.length, heart.length);
      hit(Number.POSITIVE_INFINITY, 'conflict', 'PUT');
      await t.throwsAsync(store.put(bytes('another'), 'json'), { name: 'BucketError', message: /answered 409/ });
    });

    test(`${name}: an artifact that is there is there, though its writer is hung up on; one that is not is told`, async (t) => {
      const { store, break: hit } = await openFaulty(t, endpoint);
      const heart = new Uint8Array(2 ** 20).fill(3);
      const ref = await store.put(heart, 'safetensors');
      hit(Number.POSITIVE_INFINITY, 'hang-up', 'PUT');
      t.deepEqual(await store.put(heart, 'safetensors'), ref);
      await t.throwsAsync(store.put(bytes('another'), 'json'), { name: 'BucketError', message: /no whole answer/ });
    });

    test(`${name}: however much is asked at once, a thread holds 32 connections at most`, async (t) => {
      const { store, proxy } = await openFaulty(t, endpoint);
      await Promise.all(Array.from({ length: 200 }, (_, item) => store.writeRecord(`row:${item}`, `${item}`)));
      t.true(proxy.mostConnections() <= 32, `${proxy.mostConnections()}`);
      t.is((await everyOf(store.list('records/'))).length, 200);
    });

    test(`${name}: a list longer than one answer is given whole`, async (t) => {
      const { address, settings, proxy } = await openFaulty(t, endpoint);
      const files = await openS3Files(address, settings);
      const paths = Array.from({ length: 1005 }, (_, item) => `f${String(item).padStart(4, '0')}`);
      await Promise.all(paths.map((path) => files.write(path, new Uint8Array(1))));
      const before = proxy.requests.length;
      t.deepEqual(
        (await everyOf(files.list())).map(({ path }) => path),
        paths,
      );
      t.is(proxy.requests.length - before, 2);
    });
  });
}

test('a store that cannot be reached is told in a sentence', async (t) => {
  const store = await openS3Store('s3://twins/x', {
    endpoint: 'http://127.0.0.1:1',
    credentials: CREDENTIALS,
    attempts: 2,
  });
  await t.throwsAsync(store.readRecord('row:a'), {
    name: 'BucketError',
    message: /nothing answers at the endpoint.*\(ECONNREFUSED\)$/,
  });
});
