import test from 'ava';
import { wasmBackend } from '../../backends/wasm.ts';
import { testBackend } from '../contracts/backend.ts';

testBackend(test, wasmBackend, { activation_ms: 1e-4, ecg_mV: 0.02, step: 1e-4, derivative: 1e-2 });
