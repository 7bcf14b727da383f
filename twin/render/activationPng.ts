import { encodePng } from './png.ts';
import { type ActivationScene, type ActivationView, renderActivation } from './renderActivation.ts';

/**
 * `activation.png`: four views of the activation map with their colour scale.
 *
 * @throws TwinError BadAnatomy when the surfaces give no frame to draw the heart in
 */
export const activationPng = (scene: ActivationScene, view: ActivationView = {}): Uint8Array =>
  encodePng(renderActivation(scene, view));
