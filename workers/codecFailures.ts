import { DefaultFailureConverter } from '@temporalio/common';

/**
 * Failures whose message and stack travel as a payload, which the codec encrypts: they name files and stores. Loaded by path, by the SDK and into the
 * workflows' bundle.
 */
export const failureConverter = new DefaultFailureConverter({ encodeCommonAttributes: true });
