import type { VentricularCoordinates } from '../anatomy/anatomy.ts';
import { degrees } from '../units.ts';
import type { Metric, MetricColumn } from './metric.ts';

/** Where activation begins and ends, in ventricular coordinates. */
export const activationSites: Metric = {
  columns: ['earliest', 'latest'].flatMap((end): MetricColumn[] => [
    column(end, 'Apicobasal', '1', '0 apex to 1 base'),
    column(end, 'Transmural', '1', '0 endocardium to 1 epicardium'),
    column(end, 'Rotational_deg', 'deg', 'angle about the long axis, 0 towards the RV, positive to the front'),
    column(end, 'Transventricular', '1', '0 LV, 1 RV'),
  ]),
  measure({ anatomy: { coordinates }, twin: { activation_ms } }) {
    let earliest = -1;
    let latest = -1;
    for (let node = 0; node < activation_ms.length; node++) {
      if (!Number.isFinite(activation_ms[node]) || Number.isNaN(coordinates.apicobasal[node])) continue;
      if (earliest < 0 || activation_ms[node] < activation_ms[earliest]) earliest = node;
      if (latest < 0 || activation_ms[node] > activation_ms[latest]) latest = node;
    }
    return { ...site('earliest', coordinates, earliest), ...site('latest', coordinates, latest) };
  },
};

function column(end: string, coordinate: string, unit: string, range: string): MetricColumn {
  return {
    name: `${end}${coordinate}`,
    unit,
    description: `${coordinate.replace('_deg', '')} coordinate of the ${end} activated node: ${range}.`,
    source: 'docs/metrics.md#activation-sites',
  };
}

function site(end: string, coordinates: VentricularCoordinates, node: number): Record<string, number> {
  const at = (values: Float64Array) => (node < 0 ? Number.NaN : values[node]);
  return {
    [`${end}Apicobasal`]: at(coordinates.apicobasal),
    [`${end}Transmural`]: at(coordinates.transmural),
    [`${end}Rotational_deg`]: degrees(at(coordinates.rotational)),
    [`${end}Transventricular`]: at(coordinates.transventricular),
  };
}
