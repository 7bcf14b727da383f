import { ELECTRODES, type Electrodes } from '../../twin/anatomy/anatomy.ts';

/** Nine electrodes spread over a sphere about a centre, none like another. */
export function ringElectrodes(radius_mm: number, centre: readonly [number, number, number] = [0, 0, 0]): Electrodes {
  const place = (index: number) => {
    const height = 0.9 - (1.7 * index) / (ELECTRODES.length - 1);
    const ring = Math.sqrt(1 - height * height);
    const angle = 2.4 * index;
    return [
      centre[0] + radius_mm * ring * Math.cos(angle),
      centre[1] + radius_mm * ring * Math.sin(angle),
      centre[2] + radius_mm * height,
    ];
  };
  return Object.fromEntries(ELECTRODES.map((name, index) => [name, place(index)])) as unknown as Electrodes;
}
