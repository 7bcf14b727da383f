import type { CohortPower } from '../cohorts/emulator/power.ts';
import { tableText } from './emulateText.ts';

/** Power curves, in lines. */
export function powerText(found: CohortPower): string[] {
  const { women, men, front, recordedGap_ms, anatomyGap_ms, scatter_ms, sizes, curves, settings } = found;
  return [
    `people drawn from ${women} women and ${men} men of the run, ${settings.cohorts} cohorts of each size, as many women as men`,
    ...leftOut(found),
    front.isCohorts
      ? `front: ${front.speed_mm_ms.toFixed(2)} mm/ms, by which their hearts under one function have their mean QRS duration`
      : `front: ${front.speed_mm_ms.toFixed(2)} mm/ms, the end of what was learned: none gives their hearts their mean QRS duration under one function`,
    `gap of QRS, men less women: ${ms(recordedGap_ms)} as recorded, ${ms(anatomyGap_ms)} by anatomy under one function, about which people of one sex differ by ${scatter_ms.toFixed(1)} ms (standard deviation)`,
    ...sizes.map(
      ({ effect, change_ms, low_ms, high_ms, emulated_ms, simulated }) =>
        `women’s velocities ${percent(effect)}: their QRS ${signed(change_ms)} ms (${
          simulated > 0
            ? `${signed(low_ms)} to ${signed(high_ms)} by simulations of ${simulated} women; the emulator alone ${signed(emulated_ms)}`
            : `not simulated; single members of the emulator ${signed(low_ms)} to ${signed(high_ms)}`
        }), the gap ${ms(anatomyGap_ms - change_ms)}`,
    ),
    '',
    `share of cohorts with p < 0.05, by number of people; people for 80 %`,
    ...tableText([
      ['', ...settings.sizes.map(String), 'for 80 %'],
      ...curves.map(({ title, effect, points, peopleFor80 }) => [
        `${title}, ${effect === 0 ? 'no effect' : percent(effect)}`,
        ...points.map(({ power }) => `${(100 * power.share).toFixed(1)} %`),
        needed(peopleFor80, settings.sizes),
      ]),
    ]),
  ];
}

function leftOut({ left: { incomplete, refusedWomen, refusedMen, mostOften } }: CohortPower): string[] {
  return [
    ...(mostOften === undefined
      ? []
      : [
          `left out: ${refusedWomen} women and ${refusedMen} men whom the emulator refuses, most often for ${mostOften}`,
        ]),
    ...(incomplete === 0
      ? []
      : [
          `left out: ${incomplete} with a twin, but without sex, recorded QRS duration or a heart that the emulator knows`,
        ]),
  ];
}

function needed(people: number, sizes: readonly number[]): string {
  if (Number.isNaN(people)) return `> ${sizes.at(-1)}`;
  return people === sizes[0] ? `≤ ${people}` : String(people);
}

const sign = (value: number): string => (value < 0 ? '−' : '+');
const signed = (value: number): string => `${sign(value)}${Math.abs(value).toFixed(2)}`;
const ms = (value: number): string => `${value < 0 ? '−' : ''}${Math.abs(value).toFixed(2)} ms`;
const percent = (effect: number): string => `${sign(effect)}${Number((100 * Math.abs(effect)).toPrecision(3))} %`;
