import { randomUUID } from 'node:crypto';
import test from 'ava';
import { openS3Files } from '../../../activities/stores/s3Files.ts';
import { openS3Store } from '../../../activities/stores/s3Store.ts';
import { BUCKET, CREDENTIALS } from '../../../scripts/s3/servers.ts';
import { filesContract } from '../../contracts/files.ts';
import { storeContract } from '../../contracts/store.ts';
import { serverForTests, withServer } from './s3Servers.ts';

const names = ['gofakes3', 'versitygw'] as const;
const servers = await Promise.all(names.map(serverForTests));

for (const [index, name] of names.entries()) {
  withServer(test, name, servers[index] ?? 'it was not asked for', ({ endpoint }) => {
    const settings = { endpoint, credentials: CREDENTIALS };
    const newPlace = () => `s3://${BUCKET}/${randomUUID()}/é b`;
    storeContract(test, name, () => openS3Store(newPlace(), settings));
    filesContract(test, name, () => openS3Files(newPlace(), settings));
  });
}
