#include "engine/session.h"

namespace filigree {

namespace {

/// Stacks, the C library and the lists of the reader and the planner, beside the large blocks.
constexpr size_t kOtherBytes = size_t{4} << 20;

/// The stack of a thread (cmake/wasm_module.cmake) and what else it takes. Threads start when the
/// model is loaded; that there is room for them must be sure before: Emscripten does not look
/// whether it got any, and pthreadpool waits for ever for a thread that cannot be made.
constexpr size_t kBytesPerThread = size_t{160} << 10;

/// What the reader has unpacked: the weights that the file has as sparse ones. They stay, as the
/// file does, until all weights are packed.
uint64_t unpackedBytes(const Graph& graph) {
  uint64_t bytes = 0;
  for (const Value& value : graph.values) {
    if (value.constant == nullptr || value.constant->sparse == nullptr) continue;
    const SparseMatrix& matrix = *value.constant->sparse;
    bytes += (matrix.rowStart.size() + matrix.column.size()) * sizeof(uint32_t) +
             matrix.value.size() * sizeof(float);
  }
  return bytes;
}

}  // namespace

const char* buildName() {
#if !defined(__EMSCRIPTEN__)
  return "native";
#elif defined(FILIGREE_RELAXED) && defined(FILIGREE_THREADS)
  return "relaxed-threads";
#elif defined(FILIGREE_RELAXED)
  return "relaxed";
#elif defined(FILIGREE_THREADS)
  return "simd-threads";
#else
  return "simd";
#endif
}

uint8_t* Session::allocateFile(size_t bytes) {
  return file_.allocate(bytes) ? file_.data() : nullptr;
}

Status Session::load(const SessionOptions& options, const KernelTable& kernels) {
  Block file = std::move(file_);
  const size_t fileBytes = file.size();
  plan_.reset();
  kernels_ = &kernels;
  wantedBytes_ = 0;
  const size_t roomForThreads = (options.threads - 1) * kBytesPerThread;
  if (!roomForThreads_.allocate(roomForThreads)) {
    return outOfMemory("no room for ", options.threads, " threads");
  }
  Graph graph;
  FILIGREE_CHECK_OK(readModel(file.data(), file.size(), options.reader, &graph));
  const uint64_t besidePlan = fileBytes + unpackedBytes(graph) + roomForThreads + kOtherBytes;
  auto plan = std::make_unique<Plan>();
  uint64_t planBytes = 0;
  Status status = makePlan(std::move(graph),
                           {.kernels = kernels,
                            .sparse = options.sparse,
                            .threads = options.threads,
                            .limitBytes = options.limitBytes,
                            .file = &file},
                           plan.get(), &planBytes);
  if (planBytes > 0) wantedBytes_ = planBytes + besidePlan;
  if (!status.ok()) return status;
  plan_ = std::move(plan);
  return {};
}

Status Session::startThreads() {
  roomForThreads_.release();
  if (team_.start(plan_->threads)) return {};
  return outOfMemory("no pool of ", plan_->threads, " threads");
}

RunContext Session::context() {
  return {*kernels_, team_, plan_->scratch.data(), plan_->scratchStride};
}

Status Session::normalizeInput(size_t index, NormalizeArgs args) {
  const bool isPicture =
      index < plan_->inputs.size() && plan_->inputs[index].dtype == DType::Float32 &&
      plan_->inputs[index].shape.rank() == 4 && plan_->inputs[index].shape.channels() == 3;
  if (!isPicture || (args.bytesPerPixel != 3 && args.bytesPerPixel != 4)) {
    return Status(StatusCode::BadInput,
                  text("input ", index, " takes no pixels of ", args.bytesPerPixel, " bytes"));
  }
  args.pixels = plan_->inputs[index].shape.elements() / 3;
  args.output = plan_->inputData[index];
  // In place: a pixel takes twelve bytes as floats, so that they never catch up with its bytes.
  args.bytes = reinterpret_cast<const uint8_t*>(args.output + 3 * args.pixels) -
               args.bytesPerPixel * args.pixels;
  kernels_->normalize(args);
  return {};
}

void Session::run() {
  const RunContext runContext = context();
  team_.run([&] {
    for (const Stage& stage : plan_->stages) stage.step->run(runContext);
  });
}

}  // namespace filigree
