/** Task queues: what a worker offers to do. */
export const QUEUE = { workflow: 'twinfold', cpu: 'twinfold-cpu', gpu: 'twinfold-gpu' } as const;
export type Pool = keyof typeof QUEUE;
