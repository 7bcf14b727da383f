// Makes the passwords of the compose file, once: `node infra/compose/makeSecrets.mjs`. The folder is its owner’s alone; the files in it can be read by
// whoever a container runs as, and a container sees only those that it is given.
import { randomBytes } from 'node:crypto';
import { chmodSync, existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

const folder = join(import.meta.dirname, 'secrets');
if (existsSync(folder)) {
  console.log(`${folder} is there already; remove it for new passwords (and the volumes, which know the old ones)`);
} else {
  const word = () => randomBytes(24).toString('hex');
  const store = word();
  const files = {
    postgres_password: word(),
    s3_password: store,
    s3_credentials: `[default]\naws_access_key_id = twinfold\naws_secret_access_key = ${store}\n`,
    grafana_password: word(),
  };
  mkdirSync(folder, { mode: 0o700 });
  chmodSync(folder, 0o700);
  for (const [name, text] of Object.entries(files)) writeFileSync(join(folder, name), text, { mode: 0o444 });
  console.log(`${Object.keys(files).length} secrets in ${folder}`);
}
