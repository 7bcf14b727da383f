import { readFileSync } from 'node:fs';

declare global {
  /** What is used here of a namespace that TypeScript declares only among the types of browsers. */
  namespace WebAssembly {
    class Module {
      constructor(bytes: Uint8Array);
      static imports(module: Module): { readonly module: string; readonly name: string; readonly kind: string }[];
    }
    class Memory {
      readonly buffer: SharedArrayBuffer;
      constructor(pages: { readonly initial: number; readonly maximum: number; readonly shared: true });
      grow(pages: number): number;
    }
    class Instance {
      readonly exports: unknown;
      constructor(module: Module, imports: { readonly env: { readonly memory: Memory } });
    }
  }
}

/**
 * A module of `backends/wasm/assembly`, compiled. Its conventions: it imports its memory, shared and of up to 65536 pages; it
 * allocates nothing and holds no static data, so that several modules may work on one memory; arrays come as pointers.
 */
export function compileModule(name: string): WebAssembly.Module {
  return new WebAssembly.Module(readFileSync(new URL(`./assembly/${name}.wasm`, import.meta.url)));
}

/** The functions of a module on a memory; `Kernels` says what it exports. */
export function instantiate<Kernels>(module: WebAssembly.Module, memory: WebAssembly.Memory): Kernels {
  // The interface of a module is set by its source, which is in the repository beside it.
  return new WebAssembly.Instance(module, { env: { memory } }).exports as Kernels;
}
