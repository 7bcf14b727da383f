import { Command } from 'commander';
import { answer, say } from '../console.ts';

const keys = () => import('../../workers/keys.ts');

const create = new Command('create')
  .description('Writes a file with one new key, for its owner only.')
  .argument('<file>', 'file to be made')
  .action(async (file: string) => {
    const { createKeyFile } = await keys();
    const id = await createKeyFile(file, new Date());
    say(`${file}: key ${id}, readable by its owner only`);
    say(
      `TWINFOLD_CODEC_KEY_FILE=${file} uses it; keep a copy elsewhere: without it nobody reads what it has encrypted`,
    );
  });

const rotate = new Command('rotate')
  .description('Adds a new key that encrypts from now on; those of before go on decrypting.')
  .argument('<file>', 'file of keys')
  .option('--later', 'add it last: it only decrypts until twinfold key use names it')
  .action(async (file: string, { later }: { later?: boolean }) => {
    const { addKey } = await keys();
    const id = await addKey(file, later === true ? 'last' : 'first', new Date());
    say(
      later === true
        ? `${file}: key ${id} added; twinfold key use ${file} ${id} lets it encrypt`
        : `${file}: key ${id} encrypts from now on`,
    );
  });

const use = new Command('use')
  .description('Lets a key of the file encrypt from now on.')
  .argument('<file>', 'file of keys')
  .argument('<id>', 'id of the key, as twinfold key list gives it')
  .action(async (file: string, id: string) => {
    const { useKey } = await keys();
    await useKey(file, id);
    say(`${file}: key ${id} encrypts from now on`);
  });

const list = new Command('list')
  .description('Names the keys of a file, the one that encrypts first.')
  .argument('<file>', 'file of keys')
  .option('--json', 'answer with one JSON document')
  .action(async (file: string, { json }: { json?: boolean }) => {
    const { listKeys } = await keys();
    const known = await listKeys(file);
    if (json) answer({ file, keys: known });
    else
      for (const [at, { id, created }] of known.entries())
        say(`${at === 0 ? 'encrypts ' : 'decrypts '} ${id}  made ${created}`);
  });

export const key = new Command('key')
  .description('Makes and rotates the keys that runs’ histories are encrypted with.')
  .addCommand(create)
  .addCommand(rotate)
  .addCommand(use)
  .addCommand(list)
  .addHelpText(
    'after',
    `
Examples:
  twinfold key create ~/.config/twinfold/codec.keys
  TWINFOLD_CODEC_KEY_FILE=~/.config/twinfold/codec.keys twinfold run study.yaml
  twinfold key rotate codec.keys
  twinfold key list codec.keys`,
  );
