// Derivatives of a solved activation.
export { pullBack } from './adjoint';
export { linearise } from './linearise';
export { orderGroups } from './order';
export { findTerritories } from './territories';
