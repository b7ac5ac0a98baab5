// The shape of what Emscripten makes: a factory for instances, and an instance's exports. The C
// functions are declared in filigree.h; pointers are numbers, sizes bytes.

/** A worker of the thread pool, Node's or a browser's. */
export interface PoolWorker {
  onerror: (event: { message?: string }) => void;
}

/** Emscripten's thread pool. */
export interface ThreadPool {
  unusedWorkers: PoolWorker[];
  runningWorkers: PoolWorker[];
  terminateAllThreads(): void;
}

/** What a factory takes. */
export interface GlueOptions {
  /** The memory that the instance imports. */
  wasmMemory: WebAssembly.Memory;
  /** Workers to start: the threads besides the caller's. */
  pthreadPoolSize: number;
  /** Starts a worker on the glue's own URL; the glue for Node starts its threads by itself. */
  startThread?: ((glueUrl: string) => object) | undefined;
  /** Instantiates the module and hands it to `receive`, now or later. */
  instantiateWasm(
    imports: WebAssembly.Imports,
    receive: (instance: WebAssembly.Instance, module: WebAssembly.Module) => void,
  ): object;
  printErr(text: string): void;
  /** Put here by the factory, in the builds with threads. */
  PThread?: ThreadPool;
}

export type GlueFactory = (options: GlueOptions) => Promise<Glue>;

/** An instance. */
export interface Glue {
  _filigree_create(): number;
  _filigree_text(session: number): number;
  _filigree_text_bytes(session: number): number;
  _filigree_file_buffer(session: number, bytes: number): number;
  _filigree_load(
    session: number,
    threads: number,
    sparse: number,
    limitMemoryBytes: number,
    limitTensors: number,
  ): number;
  _filigree_start_threads(session: number): number;
  _filigree_wanted_bytes(session: number): number;
  _filigree_input(session: number, index: number): number;
  _filigree_output(session: number, index: number): number;
  _filigree_normalize(
    session: number,
    index: number,
    bytesPerPixel: number,
    ...meanAndStd: number[]
  ): number;
  _filigree_run(session: number): number;
  _filigree_explain(session: number): number;
  _filigree_profile(session: number, runs: number): number;
  _filigree_memory(session: number): number;
  _filigree_peak(session: number, seconds: number): number;
  /** In the builds with threads. */
  PThread?: ThreadPool;
  /** In the builds with threads: settles when all workers have come up. */
  pthreadPoolReady?: Promise<unknown>;
}
