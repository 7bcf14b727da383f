import { encodeIndexedPng, encodePng } from './png.ts';
import { quantise } from './quantise.ts';
import { type ActivationScene, type ActivationView, renderActivation } from './renderActivation.ts';

/**
 * `activation.png`: four views of the activation map with their colour scale.
 *
 * @throws TwinError BadAnatomy when the surfaces give no frame to draw the heart in
 */
export const activationPng = (scene: ActivationScene, view: ActivationView = {}): Uint8Array =>
  encodePng(renderActivation(scene, view));

/** Colours enough for the scale, its shading and the letters. */
const PAGE_COLOURS = 192;

/**
 * The same in few colours, to stand in a page: a third of the bytes.
 *
 * @throws TwinError BadAnatomy when the surfaces give no frame to draw the heart in
 */
export const smallActivationPng = (scene: ActivationScene, view: ActivationView = {}): Uint8Array =>
  encodeIndexedPng(quantise(renderActivation(scene, view), PAGE_COLOURS));
