// Counts the WebAssembly memory of a page: every memory that is made or exported from here on.

const memories = new Set<WebAssembly.Memory>();

const OriginalMemory = WebAssembly.Memory;
WebAssembly.Memory = class extends OriginalMemory {
  constructor(descriptor: WebAssembly.MemoryDescriptor) {
    super(descriptor);
    memories.add(this);
  }
};

function remember({ exports }: WebAssembly.Instance): void {
  for (const item of Object.values(exports)) {
    if (item instanceof OriginalMemory) memories.add(item);
  }
}

const instantiate = WebAssembly.instantiate as (
  source: unknown,
  imports?: WebAssembly.Imports,
) => Promise<WebAssembly.Instance | WebAssembly.WebAssemblyInstantiatedSource>;
WebAssembly.instantiate = (async (source, imports) => {
  const result = await instantiate(source, imports);
  remember(result instanceof WebAssembly.Instance ? result : result.instance);
  return result;
}) as typeof instantiate as typeof WebAssembly.instantiate;

const instantiateStreaming = WebAssembly.instantiateStreaming;
WebAssembly.instantiateStreaming = async (source, imports) => {
  const result = await instantiateStreaming(source, imports);
  remember(result.instance);
  return result;
};

/** Bytes of all memories so far; they only ever grow. */
export function wasmMemoryBytes(): number {
  return [...memories].reduce((sum, { buffer }) => sum + buffer.byteLength, 0);
}
