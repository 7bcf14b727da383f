import type { Finding } from '../errors.ts';
import type { LengthUnit, VoltageUnit } from '../units.ts';
import type { ContentKind } from './contentKind.ts';

/** Reads one file that stands beside the main one (`heart.elem` beside `heart.pts`); undefined when it is not there. Names never leave the folder. */
export type ReadBeside = (name: string) => Uint8Array | undefined;

/** A named array on nodes or cells of a file, as it stood there. */
export interface FieldArray {
  readonly components: number;
  /** [items, components] */
  readonly values: Float64Array;
}

/** A mesh as a file has it: nothing repaired, nothing guessed, tetrahedra only (other cells refused by the reader with their place). */
export interface RawMesh {
  /** In `unit`, [nodes, 3] */
  readonly points: Float64Array;
  /** What the format says or implies (CARP: µm); undefined when it says nothing (VTK, Gmsh). */
  readonly unit: LengthUnit | undefined;
  /** [tets, 4], zero-based, inside the range of nodes */
  readonly tets: Uint32Array;
  /** Region tags as the file has them, [tets]; undefined when it has none */
  readonly tags: Int32Array | undefined;
  /** Fibre directions of any length, [tets, 3]; undefined when the file has none */
  readonly fibres: Float64Array | undefined;
  readonly pointData: Readonly<Record<string, FieldArray>>;
  readonly cellData: Readonly<Record<string, FieldArray>>;
}

/** An ECG as a recorder's file has it, in mV. */
export interface EcgRecording {
  /** Leads in the file's order, canonical names (`I`, `aVR`, `V1`, …). */
  readonly leads: readonly string[];
  readonly sampleRate_Hz: number;
  /** mV, [leads][samples]; NaN where the recorder marks a sample as missing */
  readonly voltage_mV: readonly Float64Array[];
  /** False when the file gives no usable gain: amplitudes are then relative. */
  readonly isCalibrated: boolean;
  readonly findings: readonly Finding[];
  /** What the recorder itself measured; absent where the file says nothing of it */
  readonly measurements?: RecorderMeasurements;
  /** The recorder's own representative beat, leads in the same order; absent where the file holds none */
  readonly recorderBeat?: { readonly sampleRate_Hz: number; readonly voltage_mV: readonly Float64Array[] };
}

/** A recorder's own global measurements, as its file gives them; what it leaves out is absent. */
export interface RecorderMeasurements {
  readonly heartRate_bpm?: number;
  readonly pDuration_ms?: number;
  readonly prInterval_ms?: number;
  readonly qrsDuration_ms?: number;
  readonly qtInterval_ms?: number;
  /** By the recorder's own formula, mostly Bazett's */
  readonly qtcInterval_ms?: number;
  readonly pAxis_deg?: number;
  readonly qrsAxis_deg?: number;
  readonly tAxis_deg?: number;
}

/** What a study says about recordings that do not say it themselves. What stands inside a file wins; a file's name does not. */
export interface EcgOptions {
  readonly voltageUnit?: VoltageUnit | undefined;
  readonly sampleRate_Hz?: number | undefined;
  /** The recordings' own names of leads, by canonical lead: `{I: 'E1'}`; the usual names are known anyway */
  readonly leads?: Readonly<Record<string, string | undefined>> | undefined;
}

/** What a file holds of a mesh: bytes in, mesh out. Readers bound what they allocate by the size of the bytes. */
export interface MeshFormat {
  readonly name: string;
  /** Endings of the main file, with the dot. */
  readonly extensions: readonly string[];
  /** What the main file's first bytes must look like. */
  readonly content: ContentKind;
  /** @throws TwinError BadInput with file, line or offset, found and expected */
  read(bytes: Uint8Array, fileName: string, beside: ReadBeside): RawMesh;
}

export interface EcgFormat {
  readonly name: string;
  readonly extensions: readonly string[];
  /** What the main file's first bytes must look like. */
  readonly content: ContentKind;
  /** Of XML: the name of the first element, without prefix, by which formats of the same ending are told apart */
  readonly rootElement?: string;
  /** @throws TwinError BadInput with file, line or offset, found and expected */
  read(bytes: Uint8Array, fileName: string, beside: ReadBeside, options?: EcgOptions): EcgRecording;
}
