import test from 'ava';
import { openTensorRuntime } from '../../backends/tfjs/runtime.ts';
import { tfjsBackend } from '../../backends/tfjs.ts';
import { testBackend } from '../contracts/backend.ts';
import { blockHeart } from '../helpers/heartModels.ts';
import { TFJS_TOLERANCES } from './tfjsTolerances.ts';

// Plain JavaScript solves a hundred times slower than the reference: a smaller block keeps the suite short.
testBackend(test, tfjsBackend(await openTensorRuntime({ order: ['tfjs-cpu'] })), TFJS_TOLERANCES, blockHeart(5));
