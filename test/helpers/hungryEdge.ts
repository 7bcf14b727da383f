import type { Edge } from '../../activities/edge.ts';
import { openFolderStore } from '../../activities/stores/folderStore.ts';
import { fakeEdge } from './fakeEdge.ts';

/** Fakes whose hearts of value 1 fill their thread's heap, and those of value 2 ask for an array that no machine has. */
export async function openEdge({ store }: { readonly store: string }): Promise<Edge> {
  const edge = fakeEdge(openFolderStore(store));
  return {
    ...edge,
    science: {
      ...edge.science,
      async prepareAnatomy(input) {
        const anatomy = await edge.science.prepareAnatomy(input);
        const [value = 0] = anatomy.endocardialDistance;
        if (value === 1) fillHeap();
        if (value === 2) new ArrayBuffer(2 ** 52);
        return anatomy;
      },
    },
  };
}

function fillHeap(): void {
  const kept: number[][] = [];
  for (;;) kept.push(new Array<number>(10_000).fill(kept.length));
}
