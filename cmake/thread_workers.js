// Emscripten's glue starts its threads by `new Worker(new URL(…, import.meta.url))`. A browser refuses
// that to a script of another origin, and bundlers make a program of their own of it. So the glue
// asks TypeScript (startThread in js/bindings/glue.ts), which knows how workers are started.

LibraryManager.library.$PThread.allocateUnusedWorker = () => {
  const worker = Module['startThread'](_scriptName);
  PThread.unusedWorkers.push(worker);
  return worker;
};
