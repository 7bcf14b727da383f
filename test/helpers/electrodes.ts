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

/** Electrodes about `testHeart`, in its frame: +z to the base, −x to the RV, so that LA lies at +x. */
export const TEST_HEART_ELECTRODES: Electrodes = {
  RA: [-150, 0, 200],
  LA: [250, 0, 180],
  LL: [100, 0, -300],
  V1: [-60, -130, 30],
  V2: [-20, -130, 30],
  V3: [20, -130, 0],
  V4: [60, -130, -20],
  V5: [120, -90, -20],
  V6: [160, 0, -20],
};
