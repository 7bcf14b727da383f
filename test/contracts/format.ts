import type { TestFn } from 'ava';
import fc from 'fast-check';
import { TwinError } from '../../twin/errors.ts';
import type { RawMesh } from '../../twin/formats/format.ts';
import { readMesh } from '../../twin/formats/index.ts';
import { mmPer } from '../../twin/units.ts';
import { type Block, block } from '../mesh/block.ts';

/** A mesh as files by name; the first is the main one. */
export type MeshFiles = Readonly<Record<string, Uint8Array>>;

/** One way to write a mesh, and how exactly it keeps numbers. */
export interface FormatUnderTest {
  readonly title: string;
  readonly write: (mesh: Block) => MeshFiles;
  readonly points_mm: number;
  readonly direction: number;
}

/** Reads a mesh from files in memory. */
export function readFiles(files: MeshFiles): RawMesh {
  const [main] = Object.keys(files) as [string];
  return readMesh(main, files[main] as Uint8Array, (name) => files[name]);
}

const healthy = block();

/** What every reader of meshes must do, for each way in which a file may be written. */
export function meshFormatContract(test: TestFn, format: FormatUnderTest): void {
  const { title } = format;
  const written = format.write(healthy);
  const [main] = Object.keys(written) as [string];
  const bytes = written[main] as Uint8Array;

  test(`${title}: a mesh written and read is the same mesh`, (t) => {
    const mesh = readFiles(written);
    const scale = mmPer[mesh.unit ?? 'mm'];
    t.deepEqual(mesh.tets, healthy.tets);
    t.deepEqual(mesh.tags, healthy.tags);
    t.is(mesh.points.length, healthy.points.length);
    t.true(
      mesh.points.every((value, i) => Math.abs(value * scale - (healthy.points[i] as number)) <= format.points_mm),
    );
    t.is(mesh.fibres?.length, healthy.fibres.length);
    t.true(mesh.fibres?.every((value, i) => Math.abs(value - (healthy.fibres[i] as number)) <= format.direction));
  });

  test(`${title}: a file cut short is refused in words, or lacks nothing`, (t) => {
    for (const cut of Array.from({ length: 60 }, (_, i) => Math.floor((bytes.length * i) / 60))) {
      const mesh = readOrRefuse({ ...written, [main]: bytes.slice(0, cut) });
      if (mesh) t.is(mesh.tets.length, healthy.tets.length, `cut at ${cut} of ${bytes.length}`);
    }
    t.pass();
  });

  test(`${title}: a file with damaged bytes is refused in words or read as a mesh that holds together`, (t) => {
    fc.assert(
      fc.property(
        fc.array(fc.tuple(fc.nat(bytes.length - 1), fc.nat(255)), { minLength: 1, maxLength: 4 }),
        (damages) => {
          const damaged = bytes.slice();
          for (const [at, value] of damages) damaged[at] = value;
          const mesh = readOrRefuse({ ...written, [main]: damaged });
          if (!mesh) return true;
          const nodes = mesh.points.length / 3;
          const tets = mesh.tets.length / 4;
          const fits = mesh.tags === undefined || mesh.tags.length === tets;
          return (
            fits &&
            mesh.tets.every((node) => node < nodes) &&
            (mesh.fibres === undefined || mesh.fibres.length === tets * 3)
          );
        },
      ),
      { numRuns: 150, seed: 1 },
    );
    t.pass();
  });
}

/** A mesh, or undefined where it was refused as it should be; anything else thrown is a defect. */
function readOrRefuse(files: MeshFiles): RawMesh | undefined {
  try {
    return readFiles(files);
  } catch (error) {
    if (error instanceof TwinError && error.code === 'BadInput' && error.message.length > 20) return undefined;
    throw error;
  }
}
