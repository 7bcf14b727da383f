import { z } from 'zod';
import { BEAT_WIDTH, type Design } from '../../cohorts/emulator/design.ts';
import { EMULATOR_INPUTS, EMULATOR_OUTPUTS } from '../../cohorts/emulator/inputs.ts';
import { TwinError } from '../../twin/errors.ts';
import { decodeTensors, encodeTensors, flat, rows, type TensorValues } from './safetensors.ts';

const FORMAT = 'twinfold-design/1';
const factsSchema = z.strictObject({
  format: z.literal(FORMAT),
  inputs: z.array(z.string()),
  outputs: z.array(z.string()),
  subjects: z.array(z.string()),
  skipped: z.array(z.string()),
});

/** A design's bytes: equal designs, equal bytes. */
export function encodeDesign({ subjects, skipped, heart, variant, inputs, outputs, beats }: Design): Uint8Array {
  const facts: z.infer<typeof factsSchema> = {
    format: FORMAT,
    inputs: EMULATOR_INPUTS.map(({ name }) => name),
    outputs: EMULATOR_OUTPUTS.map(({ name }) => name),
    subjects: [...subjects],
    skipped: [...skipped],
  };
  return encodeTensors({
    arrays: {
      heart: flat(heart),
      variant: flat(variant),
      inputs: rows(inputs, EMULATOR_INPUTS.length),
      outputs: rows(outputs, EMULATOR_OUTPUTS.length),
      beats: rows(beats, BEAT_WIDTH),
    },
    metadata: { facts: JSON.stringify(facts) },
  });
}

/** @throws TwinError BadInput where the bytes are no design of this program's inputs and outputs */
export function decodeDesign(bytes: Uint8Array, name: string): Design {
  const { arrays, metadata } = decodeTensors(bytes, name);
  const refuse = (found: string) => new TwinError('BadInput', `${name}: ${found}; train the emulator again`);
  const facts = factsSchema.safeParse(jsonOf(metadata.facts));
  if (!facts.success) throw refuse('is no design of an emulator');
  const { subjects, skipped } = facts.data;
  const isOfToday =
    facts.data.inputs.join() === EMULATOR_INPUTS.map(({ name: input }) => input).join() &&
    facts.data.outputs.join() === EMULATOR_OUTPUTS.map(({ name: output }) => output).join();
  if (!isOfToday) throw refuse('was made for other inputs or outputs');
  const count = arrays.heart?.values.length ?? 0;
  const get = <A extends TensorValues>(key: string, type: new () => A, width: number): A => {
    const values = arrays[key]?.values;
    if (!(values instanceof type) || values.length !== count * width)
      throw refuse(`its ${key} are not of ${count} rows`);
    return values;
  };
  const heart = get('heart', Uint32Array, 1);
  if (!heart.every((at) => at < subjects.length)) throw refuse('a row is of no subject');
  return {
    subjects,
    skipped,
    heart,
    variant: get('variant', Uint32Array, 1),
    inputs: get('inputs', Float64Array, EMULATOR_INPUTS.length),
    outputs: get('outputs', Float64Array, EMULATOR_OUTPUTS.length),
    beats: get('beats', Float32Array, BEAT_WIDTH),
  };
}

/** Undefined where the text is no JSON. */
export function jsonOf(text: string | undefined): unknown {
  try {
    return JSON.parse(text ?? '');
  } catch {
    return undefined; // foreign text answers by throwing
  }
}
