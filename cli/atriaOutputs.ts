import type { Atria } from '../twin/atria/atria.ts';
import type { SimulatedPWave } from '../twin/atria/pWave.ts';
import { STANDARD_LEADS } from '../twin/ecg/beat.ts';
import { writeVtu } from '../twin/formats/vtuWrite.ts';

/** `atria.vtu`: the atria as a mesh of their own, with their activation where the twin has a P wave. */
export function atriaVtu({ mesh, coordinates }: Atria, pWave: SimulatedPWave | undefined): Uint8Array {
  const field = (values: Float64Array) => ({ components: 1, values });
  return writeVtu({
    points: mesh.points,
    tets: mesh.tets,
    pointData: {
      ...(pWave && { activation_ms: field(pWave.activation_ms) }),
      veinToValve: field(coordinates.veinToValve),
      transmural: field(coordinates.transmural),
      rotational: field(coordinates.rotational),
      transatrial: field(coordinates.transatrial),
    },
    cellData: {
      fibre: { components: 3, values: mesh.fibres },
      region: { components: 1, values: mesh.regions },
      ...(mesh.speed && { speed: { components: 1, values: mesh.speed } }),
    },
  });
}

/** What `twin.json` says of the P wave. */
export function pWaveSummary({ parameters, spread, fit }: SimulatedPWave, { sinusNode }: Pick<Atria, 'sinusNode'>) {
  const { correlation, rmse_mV, iterations } = fit;
  const isFitted = Number.isFinite(correlation);
  return {
    parameters,
    spread,
    sinusNode_mm: sinusNode,
    fit: isFitted
      ? {
          correlation,
          rmse_mV,
          leadCorrelation: Object.fromEntries(STANDARD_LEADS.map((lead, at) => [lead, fit.leadCorrelation[at]])),
          iterations,
        }
      : null,
  };
}
