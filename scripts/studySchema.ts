// Writes docs/study.schema.json, by which editors check a study file while it is written: `node scripts/studySchema.ts`.
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { studyJsonSchema } from '../cohorts/studySchema.ts';

const path = join(import.meta.dirname, '..', 'docs', 'study.schema.json');
writeFileSync(path, `${JSON.stringify(studyJsonSchema(), null, 2)}\n`);
