// The C interface of the wasm module. js/bindings/engine.ts is its only caller.
//
// One wasm instance holds one Session. Every function that returns `int` returns a StatusCode (0:
// ok). `filigree_text` is the text that the last call on the session produced: JSON on success
// (where the call's comment says so), the error message otherwise; it stays valid until the next
// call.
#pragma once

#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

typedef struct FiligreeSession FiligreeSession;

/// Null when out of memory. It goes away with the instance.
FiligreeSession* filigree_create(void);

const char* filigree_text(const FiligreeSession* session);
size_t filigree_text_bytes(const FiligreeSession* session);

/// Room for the model file, aligned to 64 bytes; null when out of memory. Replaces an earlier one.
uint8_t* filigree_file_buffer(FiligreeSession* session, size_t bytes);

enum FiligreeSparse {
  FILIGREE_SPARSE_AUTO = 0,
  FILIGREE_SPARSE_NEVER = 1,
  FILIGREE_SPARSE_ALWAYS = 2
};

/// Reads, plans and packs the model in the file buffer and releases that buffer.
/// `threads` ≥ 1 (1 in the builds without threads): how many will run it once they are started.
/// `limits`: 0 stands for no limit but the memory's. Text:
/// {"inputs":[{"name","shape":[…],"dtype","index","bytes"}…],"outputs":[…]}.
int filigree_load(FiligreeSession* session, int threads, int sparse, double limit_memory_bytes,
                  double limit_tensors);

/// Starts the threads that the model was loaded for, in one call, during which no worker can come
/// to life: the ones of the pool must have done so before. Until then the calling thread runs the
/// model alone.
int filigree_start_threads(FiligreeSession* session);

/// Bytes that the last filigree_load wanted the memory to hold in all (file, packed weights, arena,
/// scratch and stacks), whether it succeeded or failed with out-of-memory; 0 when it never got as
/// far as to know.
double filigree_wanted_bytes(const FiligreeSession* session);

/// Where input / output `index` lies, row-major in logical order. Null when there is no such one.
/// Valid as long as the session is (take heap views anew after any call: the memory may have
/// grown).
void* filigree_input(FiligreeSession* session, int index);
const void* filigree_output(const FiligreeSession* session, int index);

/// Fills input `index`, which is float32 and has three channels, with (byte − mean) / std of red,
/// green and blue, in single precision. The bytes, 3 (RGB) or 4 (RGBA) for each pixel, have been
/// written to the end of the input's own memory, up to its last byte, and are lost.
int filigree_normalize(FiligreeSession* session, int index, int bytes_per_pixel, float red_mean,
                       float green_mean, float blue_mean, float red_std, float green_std,
                       float blue_std);

/// Runs the model on the contents of the inputs.
int filigree_run(FiligreeSession* session);

/// Text: {"build","threads","sparse","layers":[{"index","name","op","kernel","reason","layout",
/// "inputs":[{"name","shape"}],"outputs":[…],"density","macs":{"dense","nonzero","executed"},
/// "packedBytes"}…],"macs":{…},"passes":[{"name","count"}…]}.
int filigree_explain(FiligreeSession* session);

/// Runs the model `runs` times on the contents of the inputs, timing each layer. Text:
/// {"runs","ms":{"min","median","mean"},"layers":[{"index","name","op","kernel","ms","gmacs","share"}…]}.
int filigree_profile(FiligreeSession* session, int runs);

/// Text: {"packedBytes","arenaBytes","scratchBytes","totalBytes"}.
int filigree_memory(FiligreeSession* session);

/// Multiply-adds per second of this build's register-only loop on the session's threads, in 10⁹/s,
/// measured for about `seconds`.
double filigree_peak(FiligreeSession* session, double seconds);

#ifdef __cplusplus
}
#endif
