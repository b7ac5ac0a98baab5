// The reader on whole files: the real models, and files that were cut or damaged.
#include <algorithm>
#include <cstring>
#include <random>

#include "graph/constant.h"
#include "unit/model_support.h"

namespace filigree::test {
namespace {

std::string nameOf(const std::string& path) {
  return path.substr(path.rfind('/') + 1);
}

/// Reads every constant to its last byte, so that a wrong pointer or count is noticed.
void touchConstants(const Graph& graph) {
  for (const Value& value : graph.values) {
    if (value.constant == nullptr) continue;
    if (value.dtype == DType::Float32 || value.dtype == DType::Float16) {
      if (value.constant->sparse != nullptr) continue;
      std::vector<float> elements(value.shape.elements());
      readFloats(value, elements.data());
      const auto zeros = std::count(elements.begin(), elements.end(), 0.0f);
      ASSERT_EQ(elements.size() - static_cast<size_t>(zeros), countNonzeros(value));
    } else if (value.dtype == DType::Int32 || value.dtype == DType::Int64) {
      std::vector<int32_t> numbers;
      // Wide ones may not fit.
      (void)readIntegers(value, &numbers).ok();
    }
  }
}

/// Any outcome will do, except for a crash, a step outside the file or a graph that breaks its
/// rules.
void readDamaged(const Bytes& file) {
  const ReadResult result = read(file);
  if (!result.status.ok()) {
    EXPECT_FALSE(result.status.message().empty());
    return;
  }
  touchConstants(result.graph);
  for (const Node& node : result.graph.nodes) {
    EXPECT_EQ(node.outputs.size(), 1u);
    for (const ValueId id : valuesRead(node)) {
      EXPECT_LT(static_cast<size_t>(id), result.graph.values.size());
    }
  }
}

TEST(ReaderFiles, theModelOfEverythingIsRead) {
  const ReadResult result = read(modelOfEverything().pack());
  ASSERT_TRUE(result.status.ok()) << result.status.message();
  touchConstants(result.graph);
}

TEST(ReaderFiles, realModelsAreRead) {
  for (const std::string& path : realModelPaths()) {
    SCOPED_TRACE(path);
    const ReadResult result = read(readFile(path));
    if (nameOf(path) == "face_landmark_with_attention.tflite") {
      expectFailure(result, StatusCode::UnsupportedOp,
                    "3 operators are missing: custom 'Landmarks2TransformMatrix' (3×), custom "
                    "'TransformTensorBilinear' (3×), custom 'TransformLandmarks' (5×)");
      continue;
    }
    ASSERT_TRUE(result.status.ok()) << result.status.message();
    EXPECT_EQ(result.graph.inputs.size(), 1u);
    EXPECT_FALSE(result.graph.outputs.empty());
    touchConstants(result.graph);
  }
}

TEST(ReaderFiles, sparseModelsStaySparse) {
  const std::pair<const char*, size_t> models[] = {{"face_detection_full_range_sparse.tflite", 0},
                                                   {"pose_detection.tflite", 0}};
  for (auto [name, sparse] : models) {
    const ReadResult result = read(readFile(std::string(FILIGREE_MODEL_FOLDER "/") + name));
    ASSERT_TRUE(result.status.ok()) << name << ": " << result.status.message();
    for (const Node& node : result.graph.nodes) {
      if (node.type != OperatorType::Densify) continue;
      ASSERT_NE(result.graph.constant(node.input(0)), nullptr);
      EXPECT_NE(result.graph.constant(node.input(0))->sparse, nullptr);
      ++sparse;
    }
    EXPECT_GT(sparse, 20u) << name;
  }
}

template <typename T>
void expectSameVectors(const std::vector<std::unique_ptr<T>>& a,
                       const std::vector<std::unique_ptr<T>>& b,
                       void (*compare)(const T& a, const T& b)) {
  ASSERT_EQ(a.size(), b.size());
  for (size_t i = 0; i < a.size(); ++i) compare(*a[i], *b[i]);
}

TEST(ReaderFiles, unpackingAndPackingAgainLosesNothing) {
  for (const std::string& path : realModelPaths()) {
    SCOPED_TRACE(path);
    const Bytes original = readFile(path);
    tflite::ModelT first;
    tflite::GetModel(original.data())->UnPackTo(&first);
    const Bytes packed = pack(first);
    tflite::ModelT second;
    tflite::GetModel(packed.data())->UnPackTo(&second);
    // Packing is deterministic: what both files unpack to is the same if it packs to the same.
    EXPECT_EQ(pack(second), packed);
    expectSameVectors<tflite::BufferT>(first.buffers, second.buffers,
                                       [](auto& a, auto& b) { EXPECT_EQ(a.data, b.data); });
    expectSameVectors<tflite::MetadataT>(first.metadata, second.metadata, [](auto& a, auto& b) {
      EXPECT_EQ(a.name, b.name);
      EXPECT_EQ(a.buffer, b.buffer);
    });

    const ReadResult before = read(original);
    const ReadResult after = read(packed);
    EXPECT_EQ(before.status.message(), after.status.message());
    ASSERT_EQ(before.graph.values.size(), after.graph.values.size());
    for (size_t id = 0; id < before.graph.values.size(); ++id) {
      const Value& a = before.graph.values[id];
      const Value& b = after.graph.values[id];
      EXPECT_EQ(a.name, b.name);
      EXPECT_EQ(a.shape, b.shape);
      EXPECT_EQ(a.dtype, b.dtype);
      ASSERT_EQ(a.constant == nullptr, b.constant == nullptr);
      if (a.constant == nullptr || a.constant->sparse != nullptr) continue;
      ASSERT_EQ(a.constant->byteCount, b.constant->byteCount);
      EXPECT_EQ(std::memcmp(a.constant->bytes, b.constant->bytes, a.constant->byteCount), 0);
    }
  }
}

/// Fields behind the last one that the schema knows would be lost by unpacking.
template <typename Table>
void expectNoUnknownFields(const Table* table, flatbuffers::voffset_t lastField) {
  if (table == nullptr) return;
  const auto* fields = reinterpret_cast<const flatbuffers::Table*>(table);
  const auto bytes = flatbuffers::ReadScalar<flatbuffers::voffset_t>(fields->GetVTable());
  EXPECT_LE(bytes, lastField + sizeof(flatbuffers::voffset_t));
}

TEST(ReaderFiles, theSchemaKnowsAllFieldsOfTheRealModels) {
  for (const std::string& path : realModelPaths()) {
    SCOPED_TRACE(path);
    const Bytes file = readFile(path);
    const tflite::Model* model = tflite::GetModel(file.data());
    expectNoUnknownFields(model, tflite::Model::VT_EXTERNAL_BUFFERS);
    for (const auto* graph : *model->subgraphs()) {
      expectNoUnknownFields(graph, tflite::SubGraph::VT_DEBUG_METADATA_INDEX);
      for (const auto* tensor : *graph->tensors()) {
        expectNoUnknownFields(tensor, tflite::Tensor::VT_EXTERNAL_BUFFER);
        expectNoUnknownFields(tensor->sparsity(), tflite::SparsityParameters::VT_DIM_METADATA);
      }
      for (const auto* op : *graph->operators()) {
        expectNoUnknownFields(op, tflite::Operator::VT_DEBUG_METADATA_INDEX);
      }
    }
    for (const auto* buffer : *model->buffers()) {
      expectNoUnknownFields(buffer, tflite::Buffer::VT_SIZE);
    }
  }
}

// ---- Cut and damaged files

TEST(ReaderFiles, theSmallModelCutAtEveryLengthIsRejected) {
  const Bytes file = modelOfEverything().pack();
  for (size_t length = 0; length < file.size(); ++length) {
    const ReadResult result = read({file.begin(), file.begin() + static_cast<ptrdiff_t>(length)});
    EXPECT_FALSE(result.status.ok()) << "length " << length;
  }
}

TEST(ReaderFiles, aRealModelCutAnywhereIsRejected) {
  const Bytes file = readFile(FILIGREE_MODEL_FOLDER "/face_detection_full_range_sparse.tflite");
  ASSERT_FALSE(file.empty()) << "run the set-up first (npm start)";
  std::vector<size_t> lengths;
  lengths.reserve(400);
  for (size_t length = 0; length < 64; ++length) lengths.push_back(length);
  for (size_t i = 1; i < 200; ++i) lengths.push_back(file.size() / 200 * i + i % 7);
  for (size_t cut = 1; cut < 64; ++cut) lengths.push_back(file.size() - cut);
  for (const size_t length : lengths) {
    const ReadResult result = read({file.begin(), file.begin() + static_cast<ptrdiff_t>(length)});
    EXPECT_FALSE(result.status.ok()) << "length " << length;
  }
}

TEST(ReaderFiles, everyByteOfTheSmallModelMayBeWrong) {
  const Bytes original = modelOfEverything().pack();
  for (size_t position = 0; position < original.size(); ++position) {
    for (const uint8_t wrong : {0x00, 0x01, 0x7F, 0x80, 0xFF}) {
      Bytes file = original;
      if (file[position] == wrong) continue;
      file[position] = wrong;
      readDamaged(file);
    }
  }
}

TEST(ReaderFiles, randomDamageToTheSmallModelIsNoCrash) {
  const Bytes original = modelOfEverything().pack();
  std::mt19937 random(20261121);
  for (int round = 0; round < 10'000; ++round) {
    Bytes file = original;
    const size_t changes = 1 + random() % 8;
    for (size_t i = 0; i < changes; ++i) {
      const size_t position = random() % file.size();
      if (random() % 2 == 0) {
        file[position] ^= static_cast<uint8_t>(1u << random() % 8);
      } else {
        file[position] = static_cast<uint8_t>(random());
      }
    }
    readDamaged(file);
  }
}

TEST(ReaderFiles, randomDamageToTheStructureOfARealModelIsNoCrash) {
  const Bytes original = readFile(FILIGREE_MODEL_FOLDER "/face_detection_full_range_sparse.tflite");
  ASSERT_FALSE(original.empty()) << "run the set-up first (npm start)";
  std::vector<bool> isWeight(original.size());
  for (const auto* buffer : *tflite::GetModel(original.data())->buffers()) {
    if (buffer->data() == nullptr || buffer->data()->size() < 64) continue;
    const auto start = buffer->data()->data() - original.data();
    std::fill_n(isWeight.begin() + start, buffer->data()->size(), true);
  }
  std::mt19937 random(4711);
  for (int round = 0; round < 600; ++round) {
    Bytes file = original;
    for (size_t changes = 1 + random() % 4; changes > 0;) {
      const size_t position = random() % file.size();
      if (isWeight[position]) continue;
      file[position] = static_cast<uint8_t>(random());
      --changes;
    }
    readDamaged(file);
  }
}

}  // namespace
}  // namespace filigree::test
