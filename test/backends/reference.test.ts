import test from 'ava';
import { referenceBackend } from '../../backends/reference.ts';
import { testBackend } from '../contracts/backend.ts';

testBackend(test, referenceBackend, { activation_ms: 1e-8, ecg_mV: 0.02, derivative: 1e-5 });
