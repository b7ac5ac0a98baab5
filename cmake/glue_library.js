// Emscripten's glue starts its threads by `new Worker(new URL(…, import.meta.url))`. A browser refuses
// that to a script of another origin, and bundlers make a program of their own of it. So the glue
// asks TypeScript (startThread in js/bindings/glue.ts), which knows how workers are started.

LibraryManager.library.$PThread.allocateUnusedWorker = () => {
  const worker = Module['startThread'](_scriptName);
  PThread.unusedWorkers.push(worker);
  return worker;
};

// Nobody in the engine prints. The C library's thread functions know of standard output all the same,
// and the code that decodes its text, with one for warnings that are never given, would be a tenth of
// the glue.
Object.assign(LibraryManager.library, {
  fd_write: (file, parts, count, written) => 52, // ENOSYS
  fd_write__deps: [],
  fd_write__proxy: 'none',
  emscripten_check_blocking_allowed__deps: [],
});
