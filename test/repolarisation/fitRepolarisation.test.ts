import test from 'ava';
import { DEFAULT_CALIBRATION } from '../../twin/calibrate/calibrate.ts';
import { delineateT } from '../../twin/ecg/delineateT.ts';
import { standardLeads, TWELVE } from '../../twin/ecg/leads.ts';
import { fitRepolarisation, type RepolarisationInput } from '../../twin/repolarisation/fitRepolarisation.ts';
import {
  DEFAULT_REPOLARISATION,
  REPOLARISATION_PARAMETERS,
  type Repolarisation,
  type RepolarisationSettings,
} from '../../twin/repolarisation/repolarisation.ts';
import { BEFORE_ms, directQrst, INTERVAL_ms, PLANTED, plantedHeart, QRS_ms } from '../helpers/plantedT.ts';

const heart = plantedHeart();

function inputOf(voltage_mV: Float64Array, settings: RepolarisationSettings, gain = 1): RepolarisationInput {
  const found = delineateT(standardLeads(voltage_mV), TWELVE, INTERVAL_ms, BEFORE_ms + QRS_ms);
  if (found === undefined) throw new Error('the planted heart has no T wave');
  return {
    anatomy: heart.anatomy,
    beat: {
      interval_ms: INTERVAL_ms,
      qrsOnset_ms: BEFORE_ms,
      qrsOffset_ms: BEFORE_ms + QRS_ms,
      qrst: { voltage_mV, tPeak_ms: found.peak_ms, tEnd_ms: found.end_ms },
    },
    twin: { activation_ms: heart.activation_ms, gain },
    settings,
    conductivity: DEFAULT_CALIBRATION.conductivity,
  };
}

function fitTo(voltage_mV: Float64Array, settings = DEFAULT_REPOLARISATION, gain = 1): Repolarisation {
  const found = fitRepolarisation(inputOf(voltage_mV, settings, gain));
  if (found === undefined) throw new Error('nothing was fitted');
  return found;
}

const noisy = fitTo(directQrst(heart, PLANTED, 0.03));

test('the gradients planted in a heart are found again within two of their standard deviations', (t) => {
  for (const name of REPOLARISATION_PARAMETERS) {
    const error = Math.abs(noisy.parameters[name] - PLANTED[name]);
    t.true(
      error < 2 * noisy.spread[name],
      `${name}: ${noisy.parameters[name]} of ${PLANTED[name]} ± ${noisy.spread[name]}`,
    );
  }
});

test('over seeds of white noise of 15 %, errors are on average within the stated deviations', (t) => {
  let squares = 0;
  const seeds = 6;
  for (let seed = 1; seed <= seeds; seed++) {
    const { parameters, spread } = fitTo(directQrst(heart, PLANTED, 0.15, seed));
    for (const name of REPOLARISATION_PARAMETERS)
      squares += ((parameters[name] - PLANTED[name]) / spread[name]) ** 2 / (seeds * REPOLARISATION_PARAMETERS.length);
  }
  t.true(squares < 1.5, `mean square of error by deviation ${squares}`);
});

test('the T wave of a heart is its own to a correlation of 0.999', (t) => {
  t.true(noisy.fit.correlation > 0.999, `${noisy.fit.correlation}`);
  t.true(fitTo(directQrst(heart, PLANTED)).fit.correlation > 0.9999);
});

test('what the T wave does not say stays with the prior, and is told', (t) => {
  for (const name of REPOLARISATION_PARAMETERS) {
    t.true(noisy.contraction[name] >= 0 && noisy.contraction[name] <= 1, name);
    const sd = DEFAULT_REPOLARISATION[name].sd * (name === 'downstroke_ms' ? noisy.parameters[name] : 1);
    t.true(Math.abs(noisy.contraction[name] - (1 - (noisy.spread[name] / sd) ** 2)) < 1e-9);
  }
});

test('a deviation of 0 holds a parameter at its prior’s mean', (t) => {
  const settings = { ...DEFAULT_REPOLARISATION, transmural_ms: { mean: -14, sd: 0 }, coupling: { mean: -0.6, sd: 0 } };
  const { parameters, spread, contraction } = fitTo(directQrst(heart, PLANTED, 0.03), settings);
  t.is(parameters.transmural_ms, -14);
  t.is(parameters.coupling, -0.6);
  t.is(spread.coupling, 0);
  t.is(contraction.coupling, 0);
  t.true(Math.abs(parameters.apicobasal_ms - PLANTED.apicobasal_ms) < 3);
});

test('a recorder’s gain, fitted to the QRS, scales the T wave as well', (t) => {
  const scaled = fitTo(
    directQrst(heart, PLANTED, 0.03).map((value) => 3 * value),
    DEFAULT_REPOLARISATION,
    3,
  );
  for (const name of REPOLARISATION_PARAMETERS) {
    t.true(Math.abs(scaled.parameters[name] - noisy.parameters[name]) < 0.01 * noisy.spread[name], name);
  }
});

test('the same beat gives the same bytes', (t) => {
  t.deepEqual(fitTo(directQrst(heart, PLANTED, 0.03)), noisy);
});

test('a beat without a T wave gives a twin without repolarisation', (t) => {
  const { beat, ...input } = inputOf(directQrst(heart, PLANTED), DEFAULT_REPOLARISATION);
  const { qrst: _, ...alone } = beat;
  t.is(fitRepolarisation({ ...input, beat: alone }), undefined);
});
