// The ECG of an activation and its derivatives.
export { projectEcg, pullBackEcg } from './binning';
export { ecgJacobian } from './ecgJacobian';
