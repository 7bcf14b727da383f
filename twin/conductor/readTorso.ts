import { z } from 'zod';
import { quote } from '../formats/asciiScanner.ts';
import { badInput } from '../formats/badInput.ts';
import type { ReadBeside } from '../formats/format.ts';
import { readSurface } from '../formats/surface.ts';
import { type NamedSurface, torsoFromSurfaces } from './torsoFromSurfaces.ts';
import type { TorsoModel } from './torsoModel.ts';

/** Files that one torso may be made of: lungs by lobes, blood by chambers and vessels. */
const MOST_FILES = 40;
const fileName = z.string().min(1).max(255);
const torsoFile = z.strictObject({
  unit: z.enum(['auto', 'um', 'mm', 'cm', 'm']).default('auto'),
  skin: fileName,
  lungs: z.array(fileName).max(MOST_FILES).default([]),
  blood: z.array(fileName).max(MOST_FILES).default([]),
});

/**
 * Reads a subject's torso: the surface of its skin, or a JSON file that names the surfaces beside it by what they are,
 * `{"unit": "mm", "skin": "skin.obj", "lungs": ["left.obj", "right.obj"], "blood": ["lv.stl"]}`; all in the frame of the heart's mesh.
 *
 * @throws TwinError BadInput naming the file and what is wrong with it
 */
export function readTorso(name: string, bytes: Uint8Array, beside: ReadBeside): TorsoModel {
  if (!name.toLowerCase().endsWith('.json'))
    return torsoFromSurfaces({ skin: { name, raw: readSurface(name, bytes) } });
  const { unit, skin, lungs, blood } = parse(name, bytes);
  const open = (file: string): NamedSurface => {
    const content = beside(file);
    if (content === undefined) throw badInput(name, `names the surface ${quote(file)}, which is not beside it`);
    return { name: file, raw: readSurface(file, content) };
  };
  return torsoFromSurfaces({ unit, skin: open(skin), lungs: lungs.map(open), blood: blood.map(open) });
}

function parse(name: string, bytes: Uint8Array): z.infer<typeof torsoFile> {
  const expected = 'expected {"unit": "mm", "skin": "skin.obj", "lungs": ["lungs.obj"], "blood": []}';
  let json: unknown;
  try {
    json = JSON.parse(new TextDecoder().decode(bytes));
  } catch (error) {
    throw badInput(name, `not JSON (${error instanceof Error ? error.message : String(error)}); ${expected}`);
  }
  const parsed = torsoFile.safeParse(json);
  if (parsed.success) return parsed.data;
  const [issue] = parsed.error.issues;
  throw badInput(name, `${issue.path.join('.') || 'the file'}: ${issue.message.slice(0, 120)}; ${expected}`);
}
