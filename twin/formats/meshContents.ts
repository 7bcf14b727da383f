/** A named array on nodes or cells as writers take it. */
export interface WritableField {
  readonly components: number;
  /** [items, components] */
  readonly values: Float64Array | Float32Array | Int32Array | Uint32Array | Uint8Array;
}

/** What a mesh writer writes. A `TetMesh` is not one by itself: its regions are this one's tags. */
export interface MeshContents {
  /** mm, [nodes, 3] */
  readonly points: Float64Array;
  /** [tets, 4], zero-based */
  readonly tets: Uint32Array;
  /** [tets] */
  readonly tags?: Int32Array | Uint32Array | Uint8Array;
  /** [tets, 3] */
  readonly fibres?: Float64Array | Float32Array;
  /** Names with their unit as suffix: `activation_ms` */
  readonly pointData?: Readonly<Record<string, WritableField>>;
  readonly cellData?: Readonly<Record<string, WritableField>>;
}
