// The C interface: argument checks, statuses to codes, text to the caller. See filigree.h.
#include "filigree.h"

#include <cstdlib>
#include <new>
#include <string>

#include "engine/session.h"
#include "plan/explain.h"

#if defined(__EMSCRIPTEN__)
#include <emscripten/emscripten.h>
#define FILIGREE_EXPORT EMSCRIPTEN_KEEPALIVE
#else
#define FILIGREE_EXPORT
#endif

using filigree::Plan;
using filigree::SparseMode;
using filigree::Status;
using filigree::StatusCode;

struct FiligreeSession {
  filigree::Session session;
  std::string text;
  size_t fileBytes = 0;

  int done(std::string json = {}) {
    text = std::move(json);
    return static_cast<int>(StatusCode::Ok);
  }
  int failed(StatusCode code, std::string message) {
    text = std::move(message);
    return static_cast<int>(code);
  }
  int notLoaded() { return failed(StatusCode::BadInput, "no model is loaded"); }
};

namespace {

/// Doubles cross the border from JavaScript; 0 stands for no limit.
size_t limitOf(double value, size_t none) {
  if (!(value > 0) || value >= static_cast<double>(SIZE_MAX)) return none;
  return static_cast<size_t>(value);
}

}  // namespace

extern "C" {

FILIGREE_EXPORT FiligreeSession* filigree_create(void) {
  return new (std::nothrow) FiligreeSession;
}

FILIGREE_EXPORT const char* filigree_text(const FiligreeSession* session) {
  return session->text.data();
}

FILIGREE_EXPORT size_t filigree_text_bytes(const FiligreeSession* session) {
  return session->text.size();
}

FILIGREE_EXPORT uint8_t* filigree_file_buffer(FiligreeSession* session, size_t bytes) {
  return session->session.allocateFile(bytes);
}

FILIGREE_EXPORT int filigree_load(FiligreeSession* session, int threads, int sparse,
                                  double limit_memory_bytes, double limit_tensors) {
  filigree::SessionOptions options;
  options.threads = threads < 1 ? 1 : static_cast<size_t>(threads);
  if (sparse == FILIGREE_SPARSE_NEVER) options.sparse = SparseMode::Never;
  if (sparse == FILIGREE_SPARSE_ALWAYS) options.sparse = SparseMode::Always;
  options.limitBytes = limitOf(limit_memory_bytes, SIZE_MAX);
  options.reader.tensors = limitOf(limit_tensors, options.reader.tensors);
  const Status status = session->session.load(options, filigree::simdKernels());
  if (!status.ok()) return session->failed(status.code(), status.message());
  return session->done(describeJson(*session->session.plan()));
}

FILIGREE_EXPORT int filigree_start_threads(FiligreeSession* session) {
  if (session->session.plan() == nullptr) return session->notLoaded();
  const Status status = session->session.startThreads();
  return status.ok() ? session->done() : session->failed(status.code(), status.message());
}

FILIGREE_EXPORT double filigree_wanted_bytes(const FiligreeSession* session) {
  return static_cast<double>(session->session.wantedBytes());
}

FILIGREE_EXPORT void* filigree_input(FiligreeSession* session, int index) {
  const Plan* plan = session->session.plan();
  if (plan == nullptr || index < 0 || static_cast<size_t>(index) >= plan->inputData.size()) {
    return nullptr;
  }
  return plan->inputData[static_cast<size_t>(index)];
}

FILIGREE_EXPORT const void* filigree_output(const FiligreeSession* session, int index) {
  const Plan* plan = session->session.plan();
  if (plan == nullptr || index < 0 || static_cast<size_t>(index) >= plan->outputData.size()) {
    return nullptr;
  }
  return plan->outputData[static_cast<size_t>(index)];
}

FILIGREE_EXPORT int filigree_normalize(FiligreeSession* session, int index, int bytes_per_pixel,
                                       float red_mean, float green_mean, float blue_mean,
                                       float red_std, float green_std, float blue_std) {
  if (session->session.plan() == nullptr) return session->notLoaded();
  // A negative number is a very large one, and refused as such.
  const Status status = session->session.normalizeInput(
      static_cast<size_t>(index), {.pixels = 0,
                                   .bytesPerPixel = static_cast<size_t>(bytes_per_pixel),
                                   .bytes = nullptr,
                                   .output = nullptr,
                                   .mean = {red_mean, green_mean, blue_mean},
                                   .std = {red_std, green_std, blue_std}});
  return status.ok() ? session->done() : session->failed(status.code(), status.message());
}

FILIGREE_EXPORT int filigree_run(FiligreeSession* session) {
  if (session->session.plan() == nullptr) return session->notLoaded();
  session->session.run();
  return session->done();
}

FILIGREE_EXPORT int filigree_explain(FiligreeSession* session) {
  if (session->session.plan() == nullptr) return session->notLoaded();
  return session->done(explainJson(*session->session.plan(), filigree::buildName()));
}

FILIGREE_EXPORT int filigree_profile(FiligreeSession* session, int runs) {
  if (session->session.plan() == nullptr) return session->notLoaded();
  if (runs < 1) return session->failed(StatusCode::BadInput, filigree::text("runs is ", runs));
  return session->done(session->session.profile(runs));
}

FILIGREE_EXPORT int filigree_memory(FiligreeSession* session) {
  if (session->session.plan() == nullptr) return session->notLoaded();
  return session->done(memoryJson(*session->session.plan()));
}

FILIGREE_EXPORT double filigree_peak(FiligreeSession* session, double seconds) {
  return session->session.measurePeak(seconds);
}

}  // extern "C"
