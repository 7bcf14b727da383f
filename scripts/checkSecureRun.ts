import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { readAudit } from '../cli/audit.ts';
import { buildCohort } from '../cli/buildCohort.ts';
import { startServer } from '../infra/temporal/startServer.ts';
import { startOtlpReceiver } from '../test/helpers/otlpReceiver.ts';
import { certificates, startTlsProxy } from '../test/helpers/tlsProxy.ts';
import { createKeyFile } from '../workers/keys.ts';

/**
 * Everything at once, as a hospital would run it: a cohort through the command line on a server behind TLS that demands client certificates and an API key, with
 * encrypted histories, traces and the audit log. `node scripts/checkSecureRun.ts` prints a line a fact and ends with 1 where one is not so.
 */
process.umask(process.umask() | 0o007);
const folder = mkdtempSync(join(tmpdir(), 'twinfold-secure-'));
const server = await startServer({ databaseFile: join(folder, 'temporal.db'), onEvent: () => undefined });
const ours = await certificates(folder, 'ours');
const proxy = await startTlsProxy(server.address, { ...ours, clientCaFile: readFileSync(ours.caFile) });
const collector = await startOtlpReceiver();
const files = { codec: join(folder, 'codec.keys'), api: join(folder, 'api.key') };
await createKeyFile(files.codec, new Date());
writeFileSync(files.api, 'the-key-of-this-check', { mode: 0o600 });
Object.assign(process.env, {
  TEMPORAL_ADDRESS: proxy.address,
  TEMPORAL_TLS_SERVER_CA_CERT_PATH: ours.caFile,
  TEMPORAL_TLS_CLIENT_CERT_PATH: ours.clientCertFile,
  TEMPORAL_TLS_CLIENT_KEY_PATH: ours.clientKeyFile,
  TEMPORAL_API_KEY_FILE: files.api,
  TWINFOLD_CODEC_KEY_FILE: files.codec,
  OTEL_EXPORTER_OTLP_ENDPOINT: collector.url,
});

const subjects = Array.from({ length: 6 }, (_, at) => `sub-${at}`);
writeFileSync(
  join(folder, 'subjects.csv'),
  ['subject,sex,age_y,site', ...subjects.map((subject) => `${subject},female,50,planted-site-7391`), ''].join('\n'),
);
for (const [at, subject] of subjects.entries()) {
  const heart = { value: at + 1, iterations: 2, ...(at === 2 ? { fail: 'BadAnatomy' } : {}) };
  writeFileSync(join(folder, `${subject}.heart`), JSON.stringify(heart));
  writeFileSync(join(folder, `${subject}.ecg`), 'ecg');
}
writeFileSync(
  join(folder, 'study.yaml'),
  'name: secure\nsheet: subjects.csv\ncovariates: [site]\nfiles:\n  anatomy: "{subject}.heart"\n  ecg: "{subject}.ecg"\n',
);
const out = join(folder, 'run');
const edgeModule = new URL('../test/helpers/fakeEdge.ts', import.meta.url);
const options = { workers: 1, slots: 2, backend: 'reference', report: false, edgeModule };
const code = await buildCohort(join(folder, 'study.yaml'), out, options, false);
const again = await buildCohort(join(folder, 'study.yaml'), out, options, true);
await proxy.close();
await collector.close();
await server.stop();

const textOf = (files: readonly string[]) => files.map((file) => readFileSync(file, 'latin1')).join('');
const written = textOf(
  readdirSync(folder)
    .filter((name) => name.startsWith('temporal.db'))
    .map((name) => join(folder, name)),
);
const logs = textOf(readdirSync(join(out, 'logs')).map((name) => join(out, 'logs', name)));
const { key = '' } = (JSON.parse(readFileSync(files.codec, 'utf8')) as { keys: { key: string }[] }).keys[0] ?? {};
const secrets = [key, 'the-key-of-this-check'];
const personal = ['planted-site-7391', 'broken on purpose', '.heart'];
const leaks = (text: string, words: readonly string[]) => words.filter((word) => text.includes(word));
const openToOthers = readdirSync(out, { recursive: true, encoding: 'utf8' }).filter(
  (name) => (statSync(join(out, name)).mode & 0o007) !== 0,
);
const { lines, problems } = await readAudit(out);
const facts: Readonly<Record<string, boolean>> = {
  'six subjects through TLS, a client certificate and an API key: five twins, one in quarantine':
    code === 3 && again === 3,
  'every call carried the API key': proxy.authorizations.every((header) => header === 'Bearer the-key-of-this-check'),
  'neither covariates, sentences nor paths in what the server wrote': leaks(written, personal).length === 0,
  'no key in what the server wrote, in logs, traces or the audit log':
    leaks(written + logs + collector.text() + JSON.stringify(lines), secrets).length === 0,
  'no covariate, sentence or path in logs, traces or the audit log':
    leaks(logs + collector.text() + JSON.stringify(lines), personal).length === 0,
  'one trace a command': new Set(collector.spans.map(({ traceId }) => traceId)).size === 2,
  'the audit log has begin and end of both commands, unbroken': lines.length === 4 && problems.length === 0,
  'no file of the run is open to others than owner and group': openToOthers.length === 0,
};
for (const [fact, isSo] of Object.entries(facts)) console.log(`${isSo ? 'yes' : 'NO '}  ${fact}`);
rmSync(folder, { recursive: true });
process.exit(Object.values(facts).every(Boolean) ? 0 : 1);
