// The reader: sparse constants of every form that the format allows, and of many that it does not.
#include <cmath>
#include <limits>
#include <random>

#include "graph/constant.h"
#include "unit/model_support.h"

namespace filigree::test {
namespace {

enum class Width { Int32, Uint16, Uint8 };

/// How a tensor is to be stored.
struct Form {
  std::vector<int32_t> order;
  std::vector<int32_t> blockMap;
  std::vector<int32_t> blockSizes;
  std::vector<bool> compressed;  // by level
  Width segments = Width::Int32;
  Width indices = Width::Int32;
  bool half = false;
  bool shuffled = false;  // indices of a node in random order
};

void setIntegers(tflite::SparseIndexVectorUnion* out, const std::vector<int32_t>& numbers,
                 Width width) {
  if (width == Width::Int32) {
    tflite::Int32VectorT vector;
    vector.values = numbers;
    out->Set(std::move(vector));
  } else if (width == Width::Uint16) {
    tflite::Uint16VectorT vector;
    vector.values.assign(numbers.begin(), numbers.end());
    out->Set(std::move(vector));
  } else {
    tflite::Uint8VectorT vector;
    vector.values.assign(numbers.begin(), numbers.end());
    out->Set(std::move(vector));
  }
}

/// Stores a dense tensor: level by level, each node is the set of element positions below it.
class SparseEncoder {
 public:
  SparseEncoder(const std::vector<int32_t>& shape, const std::vector<float>& dense,
                const Form& form, uint32_t seed)
      : shape_(shape), dense_(dense), form_(form), random_(seed) {}

  int32_t addTo(ModelBuilder& builder, const std::string& name) {
    auto sparsity = std::make_unique<tflite::SparsityParametersT>();
    sparsity->traversal_order = form_.order;
    sparsity->block_map = form_.blockMap;
    std::vector<std::vector<size_t>> nodes(1);
    for (size_t i = 0; i < dense_.size(); ++i) nodes[0].push_back(i);
    for (size_t level = 0; level < form_.order.size(); ++level) {
      auto metadata = std::make_unique<tflite::DimensionMetadataT>();
      nodes = split(level, nodes, metadata.get());
      sparsity->dim_metadata.push_back(std::move(metadata));
    }
    std::vector<float> values;
    for (const auto& node : nodes) {
      EXPECT_EQ(node.size(), 1u);
      values.push_back(dense_[node[0]]);
    }
    const int32_t id = builder.constant(
        name, shape_, form_.half ? tflite::TensorType_FLOAT16 : tflite::TensorType_FLOAT32,
        form_.half ? halves(values) : bytesOf(values));
    builder.at(id).sparsity = std::move(sparsity);
    return id;
  }

 private:
  /// Only small integers are in these tests, whose halves are simple.
  static Bytes halves(const std::vector<float>& values) {
    std::vector<uint16_t> out;
    for (const float value : values) {
      int exponent = 0;
      const float fraction = std::frexp(std::fabs(value), &exponent);  // 0.5 ≤ fraction < 1
      uint16_t half = 0;
      if (value != 0) {
        half = static_cast<uint16_t>((exponent + 14) << 10 |
                                     static_cast<int>((fraction * 2 - 1) * 1024));
      }
      if (std::signbit(value)) half |= 0x8000;
      out.push_back(half);
    }
    return bytesOf(out);
  }

  int32_t blockSize(size_t axis) const {
    for (size_t block = 0; block < form_.blockMap.size(); ++block) {
      if (form_.blockMap[block] == static_cast<int32_t>(axis)) return form_.blockSizes[block];
    }
    return 1;
  }

  size_t size(size_t level) const {
    const size_t axis = static_cast<size_t>(form_.order[level]);
    if (axis >= shape_.size()) return static_cast<size_t>(form_.blockSizes[axis - shape_.size()]);
    return static_cast<size_t>(shape_[axis] / blockSize(axis));
  }

  /// Which child of a node at this level an element belongs to.
  size_t child(size_t level, size_t position) const {
    const size_t walked = static_cast<size_t>(form_.order[level]);
    const bool inner = walked >= shape_.size();
    const size_t axis =
        inner ? static_cast<size_t>(form_.blockMap[walked - shape_.size()]) : walked;
    for (size_t i = shape_.size() - 1; i > axis; --i) position /= static_cast<size_t>(shape_[i]);
    const size_t coordinate = position % static_cast<size_t>(shape_[axis]);
    const size_t block = static_cast<size_t>(blockSize(axis));
    return inner ? coordinate % block : coordinate / block;
  }

  std::vector<std::vector<size_t>> split(size_t level,
                                         const std::vector<std::vector<size_t>>& nodes,
                                         tflite::DimensionMetadataT* metadata) {
    const size_t axis = static_cast<size_t>(form_.order[level]);
    const bool compressed = form_.compressed[level];
    metadata->format = compressed ? tflite::DimensionType_SPARSE_CSR : tflite::DimensionType_DENSE;
    // Of compressed levels only blocks need it.
    if (!compressed || axis >= shape_.size()) {
      metadata->dense_size = static_cast<int32_t>(size(level));
    }
    std::vector<std::vector<size_t>> children;
    std::vector<int32_t> segments = {0};
    std::vector<int32_t> indices;
    for (const auto& node : nodes) {
      std::vector<std::vector<size_t>> parts(size(level));
      for (const size_t position : node) parts[child(level, position)].push_back(position);
      std::vector<size_t> visited(parts.size());
      for (size_t i = 0; i < visited.size(); ++i) visited[i] = i;
      if (compressed && form_.shuffled) std::shuffle(visited.begin(), visited.end(), random_);
      for (const size_t i : visited) {
        bool empty = true;
        for (const size_t position : parts[i]) empty = empty && dense_[position] == 0;
        if (compressed && empty) continue;
        indices.push_back(static_cast<int32_t>(i));
        children.push_back(std::move(parts[i]));
      }
      segments.push_back(static_cast<int32_t>(indices.size()));
    }
    if (compressed) {
      setIntegers(&metadata->array_segments, segments, form_.segments);
      setIntegers(&metadata->array_indices, indices, form_.indices);
    }
    return children;
  }

  const std::vector<int32_t>& shape_;
  const std::vector<float>& dense_;
  const Form& form_;
  std::mt19937 random_;
};

/// x → (added to something) → y, so that the model has an input and an output.
ModelBuilder emptyModel() {
  ModelBuilder builder;
  const int32_t x = builder.tensor("x", {1});
  const int32_t y = builder.tensor("y", {1});
  builder.add(tflite::BuiltinOperator_RELU, {x}, {y});
  builder.inputs({x});
  builder.outputs({y});
  return builder;
}

void expectCanonical(const SparseMatrix& matrix, const Shape& shape) {
  EXPECT_EQ(matrix.rows, static_cast<size_t>(shape[0]));
  EXPECT_EQ(matrix.rows * matrix.columns, shape.elements());
  ASSERT_EQ(matrix.rowStart.size(), matrix.rows + 1);
  EXPECT_EQ(matrix.rowStart.front(), 0u);
  EXPECT_EQ(matrix.rowStart.back(), matrix.value.size());
  ASSERT_EQ(matrix.column.size(), matrix.value.size());
  for (size_t row = 0; row < matrix.rows; ++row) {
    ASSERT_LE(matrix.rowStart[row], matrix.rowStart[row + 1]);
    for (size_t i = matrix.rowStart[row]; i < matrix.rowStart[row + 1]; ++i) {
      EXPECT_LT(matrix.column[i], matrix.columns);
      EXPECT_NE(matrix.value[i], 0.0f);
      if (i > matrix.rowStart[row]) {
        EXPECT_GT(matrix.column[i], matrix.column[i - 1]);
      }
    }
  }
}

void expectRoundTrip(const std::vector<int32_t>& shape, const std::vector<float>& dense,
                     const Form& form, uint32_t seed) {
  ModelBuilder builder = emptyModel();
  const int32_t id = SparseEncoder(shape, dense, form, seed).addTo(builder, "w");
  const ReadResult result = read(builder.pack());
  ASSERT_TRUE(result.status.ok()) << result.status.message();
  const Value& value = result.graph.value(id);
  ASSERT_NE(value.constant, nullptr);
  ASSERT_NE(value.constant->sparse, nullptr);
  expectCanonical(*value.constant->sparse, value.shape);
  EXPECT_EQ(floatsOf(result.graph, id), dense);
}

TEST(ReaderSparse, decodesRandomTensorsInEveryForm) {
  for (uint32_t seed = 0; seed < 600; ++seed) {
    SCOPED_TRACE(testing::Message() << "seed " << seed);
    std::mt19937 random(seed);
    const auto below = [&](size_t limit) { return random() % limit; };
    Form form;
    std::vector<int32_t> shape;
    const size_t rank = 1 + below(4);
    for (size_t axis = 0; axis < rank; ++axis) {
      const int32_t block = static_cast<int32_t>(1 + below(3));
      shape.push_back(block * static_cast<int32_t>(1 + below(4)));
      if (below(3) == 0) {
        form.blockMap.push_back(static_cast<int32_t>(axis));
        form.blockSizes.push_back(block);
      }
    }
    if (form.blockMap.size() == 2 && below(2) == 0) {
      std::swap(form.blockMap[0], form.blockMap[1]);
      std::swap(form.blockSizes[0], form.blockSizes[1]);
    }
    for (size_t level = 0; level < rank + form.blockMap.size(); ++level) {
      form.order.push_back(static_cast<int32_t>(level));
      form.compressed.push_back(below(2) == 0);
    }
    if (below(2) == 0) std::shuffle(form.order.begin(), form.order.end(), random);
    form.segments = static_cast<Width>(below(3));
    form.indices = static_cast<Width>(below(3));
    form.half = below(2) == 0;
    form.shuffled = below(2) == 0;

    size_t elements = 1;
    for (const int32_t size : shape) elements *= static_cast<size_t>(size);
    // One byte holds the segments of the fullest level only up to 255 entries.
    if (elements > 255 && form.segments == Width::Uint8) form.segments = Width::Uint16;
    const size_t density = below(5);
    std::vector<float> dense(elements);
    for (float& value : dense) {
      if (below(4) < density) value = static_cast<float>(static_cast<int>(below(19)) - 9);
    }
    expectRoundTrip(shape, dense, form, seed);
  }
}

Form plainForm() {
  return {{0, 1, 2, 3}, {}, {}, {false, false, false, true}};
}

TEST(ReaderSparse, aWholeTensorMayBeZero) {
  expectRoundTrip({3, 1, 1, 4}, std::vector<float>(12), plainForm(), 1);
}

TEST(ReaderSparse, aZeroTensorMayPointAtBufferZero) {
  ModelBuilder builder = emptyModel();
  const std::vector<float> dense(12);
  const int32_t id = SparseEncoder({3, 1, 1, 4}, dense, plainForm(), 1).addTo(builder, "w");
  builder.at(id).buffer = 0;
  const ReadResult result = read(builder.pack());
  ASSERT_TRUE(result.status.ok()) << result.status.message();
  ASSERT_NE(result.graph.constant(id), nullptr);
  EXPECT_EQ(floatsOf(result.graph, id), dense);
}

TEST(ReaderSparse, tensorsWithoutElementsAreEmptyMatrices) {
  for (const std::vector<int32_t>& shape :
       {std::vector<int32_t>{0, 1, 1, 4}, {3, 1, 1, 0}, {3, 0, 1, 4}}) {
    ModelBuilder builder = emptyModel();
    const std::vector<float> dense;
    const int32_t id = SparseEncoder(shape, dense, plainForm(), 1).addTo(builder, "w");
    const ReadResult result = read(builder.pack());
    ASSERT_TRUE(result.status.ok()) << result.status.message();
    const Value& value = result.graph.value(id);
    EXPECT_EQ(value.constant->sparse->rows, static_cast<size_t>(shape[0]));
    EXPECT_EQ(value.constant->sparse->value.size(), 0u);
    EXPECT_EQ(value.constant->sparse->rowStart.size(), static_cast<size_t>(shape[0]) + 1);
  }
}

TEST(ReaderSparse, storedZerosAreDroppedAndNanKept) {
  ModelBuilder builder = emptyModel();
  const std::vector<float> dense = {1, 2, 3, 4};
  const int32_t id =
      SparseEncoder({2, 2}, dense, {{0, 1}, {}, {}, {false, true}}, 1).addTo(builder, "w");
  builder.bufferOf(id).data =
      bytesOf<float>({0.0f, -0.0f, std::numeric_limits<float>::quiet_NaN(), 4.0f});
  const ReadResult result = read(builder.pack());
  ASSERT_TRUE(result.status.ok()) << result.status.message();
  const SparseMatrix& matrix = *result.graph.constant(id)->sparse;
  EXPECT_EQ(matrix.rowStart, (std::vector<uint32_t>{0, 0, 2}));
  EXPECT_EQ(matrix.column, (std::vector<uint32_t>{0, 1}));
  EXPECT_TRUE(std::isnan(matrix.value[0]));
}

TEST(ReaderSparse, otherTypesMatterOnlyWhereTheyAreUsed) {
  ModelBuilder builder = emptyModel();
  const std::vector<float> dense = {1, 2, 3, 4};
  const int32_t id =
      SparseEncoder({2, 2}, dense, {{0, 1}, {}, {}, {false, true}}, 1).addTo(builder, "w");
  builder.at(id).type = tflite::TensorType_INT8;
  EXPECT_TRUE(read(builder.pack()).status.ok());
  builder.add(tflite::BuiltinOperator_DENSIFY, {id},
              {builder.tensor("dense", {2, 2}, tflite::TensorType_INT8)});
  expectFailure(read(builder.pack()), StatusCode::UnsupportedOp,
                "DENSIFY (operator 1, output 'dense') has input 'w' of sparse INT8");
}

// ---- What is wrong

using Sparsity = tflite::SparsityParametersT;

struct Malformed {
  const char* name;
  const char* message;
  void (*edit)(tflite::TensorT& tensor, Sparsity& sparsity, Bytes& data);
};

class ReaderSparseMalformed : public testing::TestWithParam<Malformed> {};

/// Shape 4×6 in blocks of 2×1: levels of rows (dense), columns (compressed), block rows (dense).
/// Rows 0–1 hold columns 1 and 3, rows 2–3 columns 0, 2 and 5.
TEST_P(ReaderSparseMalformed, isAStatusWithTensorLevelAndValue) {
  ModelBuilder builder = emptyModel();
  const std::vector<float> dense = {0, 1, 0, 2, 0, 0, 0, 3, 0, 4, 0, 0,
                                    5, 0, 6, 0, 0, 7, 8, 0, 9, 0, 0, 1};
  const Form form = {{0, 1, 2}, {0}, {2}, {false, true, false}};
  const int32_t id = SparseEncoder({4, 6}, dense, form, 1).addTo(builder, "w");
  ASSERT_EQ(floatsOf(read(builder.pack()).graph, id), dense);
  Sparsity& sparsity = *builder.at(id).sparsity;
  GetParam().edit(builder.at(id), sparsity, builder.bufferOf(id).data);
  expectFailure(read(builder.pack()), StatusCode::InvalidModel,
                std::string("sparse tensor 'w' ") + GetParam().message);
}

std::vector<int32_t>& segmentsOf(Sparsity& sparsity) {
  return sparsity.dim_metadata[1]->array_segments.AsInt32Vector()->values;
}
std::vector<int32_t>& indicesOf(Sparsity& sparsity) {
  return sparsity.dim_metadata[1]->array_indices.AsInt32Vector()->values;
}

const Malformed kMalformed[] = {
    {"NothingAtAll", "has a traversal order of 0 levels and 0 level descriptions, expected 2",
     [](auto&, Sparsity& s, auto&) { s = Sparsity(); }},
    {"OrderTooShort", "has a traversal order of 2 levels and 3 level descriptions, expected 3",
     [](auto&, Sparsity& s, auto&) { s.traversal_order.pop_back(); }},
    {"OrderTooLong", "has a traversal order of 4 levels",
     [](auto&, Sparsity& s, auto&) { s.traversal_order.push_back(3); }},
    {"OrderRepeats", "walks axis 0 at level 1, expected each of 0 to 2 once",
     [](auto&, Sparsity& s, auto&) { s.traversal_order[1] = 0; }},
    {"OrderOutOfRange", "walks axis 3 at level 2, expected each of 0 to 2 once",
     [](auto&, Sparsity& s, auto&) { s.traversal_order[2] = 3; }},
    {"OrderNegative", "walks axis -1 at level 0",
     [](auto&, Sparsity& s, auto&) { s.traversal_order[0] = -1; }},
    {"TooFewLevels", "has a traversal order of 3 levels and 2 level descriptions",
     [](auto&, Sparsity& s, auto&) { s.dim_metadata.pop_back(); }},
    {"TooManyLevels", "has a traversal order of 3 levels and 4 level descriptions",
     [](auto&, Sparsity& s, auto&) {
       s.dim_metadata.push_back(std::make_unique<tflite::DimensionMetadataT>());
     }},
    {"TooManyBlocks", "has 3 blocked axes of 2",
     [](auto&, Sparsity& s, auto&) { s.block_map = {0, 1, 0}; }},
    {"BlockMapOutOfRange", "blocks axis 2, expected different ones below 2",
     [](auto&, Sparsity& s, auto&) { s.block_map[0] = 2; }},
    {"BlockMapNegative", "blocks axis -1", [](auto&, Sparsity& s, auto&) { s.block_map[0] = -1; }},
    {"BlockMapRepeats", "blocks axis 0, expected different ones",
     [](auto&, Sparsity& s, auto&) {
       s.block_map = {0, 0};
       s.traversal_order = {0, 1, 2, 3};
       s.dim_metadata.push_back(std::make_unique<tflite::DimensionMetadataT>(*s.dim_metadata[2]));
     }},
    {"BlockDoesNotDivide", "has blocks of 3 at level 2, which do not divide the 4 of axis 0",
     [](auto&, Sparsity& s, auto&) { s.dim_metadata[2]->dense_size = 3; }},
    {"BlockOfZero", "has blocks of 0 at level 2",
     [](auto&, Sparsity& s, auto&) { s.dim_metadata[2]->dense_size = 0; }},
    {"BlockNegative", "has blocks of -2 at level 2",
     [](auto&, Sparsity& s, auto&) { s.dim_metadata[2]->dense_size = -2; }},
    {"DenseSize", "has a dense size of 4 at level 0, expected 2",
     [](auto&, Sparsity& s, auto&) { s.dim_metadata[0]->dense_size = 4; }},
    {"DenseSizeNegative", "has a dense size of -2 at level 0, expected 2",
     [](auto&, Sparsity& s, auto&) { s.dim_metadata[0]->dense_size = -2; }},
    {"UnknownFormat", "has the unknown format 2 at level 0",
     [](auto&, Sparsity& s, auto&) {
       s.dim_metadata[0]->format = static_cast<tflite::DimensionType>(2);
     }},
    {"NoSegments", "has no segments at level 1",
     [](auto&, Sparsity& s, auto&) { s.dim_metadata[1]->array_segments.Reset(); }},
    {"NoIndices", "has no indices at level 1",
     [](auto&, Sparsity& s, auto&) { s.dim_metadata[1]->array_indices.Reset(); }},
    {"EmptySegments", "has 0 segments at level 1, expected 3",
     [](auto&, Sparsity& s, auto&) { segmentsOf(s).clear(); }},
    {"TooFewSegments", "has 2 segments at level 1, expected 3",
     [](auto&, Sparsity& s, auto&) { segmentsOf(s).pop_back(); }},
    {"TooManySegments", "has 4 segments at level 1, expected 3",
     [](auto&, Sparsity& s, auto&) { segmentsOf(s).push_back(5); }},
    {"FirstSegment", "has segment 0 = 1 at level 1, expected 0",
     [](auto&, Sparsity& s, auto&) { segmentsOf(s)[0] = 1; }},
    {"FirstSegmentNegative", "has segment 0 = -1 at level 1, expected 0",
     [](auto&, Sparsity& s, auto&) { segmentsOf(s)[0] = -1; }},
    {"SegmentsFall", "has segment 2 = 1 at level 1, expected 2 to 5",
     [](auto&, Sparsity& s, auto&) { segmentsOf(s)[2] = 1; }},
    {"SegmentBehindTheIndices", "has segment 1 = 6 at level 1, expected 0 to 5",
     [](auto&, Sparsity& s, auto&) { segmentsOf(s)[1] = 6; }},
    {"SegmentHuge", "has segment 2 = 2147483647 at level 1, expected 2 to 5",
     [](auto&, Sparsity& s, auto&) { segmentsOf(s)[2] = INT32_MAX; }},
    {"LastSegment", "has a last segment of 4 at level 1, expected 5 as there are indices",
     [](auto&, Sparsity& s, auto&) { segmentsOf(s)[2] = 4; }},
    {"IndexOutOfRange", "has index 4 = 6 at level 1, expected 0 to 5",
     [](auto&, Sparsity& s, auto&) { indicesOf(s)[4] = 6; }},
    {"IndexNegative", "has index 2 = -1 at level 1",
     [](auto&, Sparsity& s, auto&) { indicesOf(s)[2] = -1; }},
    {"IndexTwice", "has index 2 twice in one row at level 1",
     [](auto&, Sparsity& s, auto&) {
       indicesOf(s)[2] = 2;
       indicesOf(s)[4] = 2;
     }},
    {"TooFewIndices", "has segment 2 = 5 at level 1, expected 2 to 4",
     [](auto&, Sparsity& s, auto&) { indicesOf(s).pop_back(); }},
    {"NoIndicesInTheVector", "has segment 1 = 2 at level 1, expected 0 to 0",
     [](auto&, Sparsity& s, auto&) { indicesOf(s).clear(); }},
    {"TooFewValues", "has 36 bytes of data, expected 10 values of 4 bytes",
     [](auto&, auto&, Bytes& data) { data.resize(36); }},
    {"TooManyValues", "has 44 bytes of data, expected 10 values",
     [](auto&, auto&, Bytes& data) { data.resize(44); }},
    {"PartOfAValue", "has 41 bytes of data, expected 10 values",
     [](auto&, auto&, Bytes& data) { data.resize(41); }},
    {"NoValues", "has 0 bytes of data, expected 10 values",
     [](auto&, auto&, Bytes& data) { data.clear(); }},
    {"HalvesExpected", "has 40 bytes of data, expected 10 values of 2 bytes",
     [](tflite::TensorT& tensor, auto&, auto&) { tensor.type = tflite::TensorType_FLOAT16; }},
    {"Scalar", "has no axes", [](tflite::TensorT& tensor, auto&, auto&) { tensor.shape.clear(); }},
    {"OtherShape", "has a dense size of 2 at level 0, expected 4",
     [](tflite::TensorT& tensor, auto&, auto&) { tensor.shape = {8, 6}; }},
};

INSTANTIATE_TEST_SUITE_P(, ReaderSparseMalformed, testing::ValuesIn(kMalformed),
                         [](const auto& parameter) { return std::string(parameter.param.name); });

TEST(ReaderSparse, aSmallFileCannotAskForMuchMemory) {
  // 2^28 rows, one value: the row starts alone would take a gigabyte.
  ModelBuilder builder = emptyModel();
  const std::vector<float> dense = {1};
  const int32_t id =
      SparseEncoder({1, 1}, dense, {{0, 1}, {}, {}, {true, false}}, 1).addTo(builder, "w");
  builder.at(id).shape = {1 << 28, 1};
  expectFailure(
      read(builder.pack()), StatusCode::InvalidModel,
      "sparse tensor 'w' of shape 268435456×1 takes more memory than the size of the file");
}

TEST(ReaderSparse, sharedDataCannotMultiplyTheWork) {
  // One sparse tensor of 20,000 elements, stated 2,000 times.
  constexpr int32_t kColumns = 20'000;
  flatbuffers::FlatBufferBuilder builder;
  const std::vector<int32_t> shape = {1, kColumns};
  const std::vector<int32_t> order = {0, 1};
  const std::vector<flatbuffers::Offset<tflite::DimensionMetadata>> levels = {
      tflite::CreateDimensionMetadata(builder, tflite::DimensionType_DENSE, 1),
      tflite::CreateDimensionMetadata(builder, tflite::DimensionType_DENSE, kColumns)};
  const auto sparsity = tflite::CreateSparsityParametersDirect(builder, &order, nullptr, &levels);
  const auto shared = tflite::CreateTensorDirect(builder, &shape, tflite::TensorType_FLOAT32, 0,
                                                 "w", 0, false, sparsity);
  const Bytes data(kColumns * sizeof(float), 1);
  const std::vector<flatbuffers::Offset<tflite::Buffer>> buffers = {
      tflite::CreateBufferDirect(builder, &data)};
  const std::vector<flatbuffers::Offset<tflite::Tensor>> tensors(2'000, shared);
  const auto graph = tflite::CreateSubGraphDirect(builder, &tensors);
  const std::vector<flatbuffers::Offset<tflite::SubGraph>> graphs = {graph};
  tflite::FinishModelBuffer(
      builder, tflite::CreateModelDirect(builder, 3, nullptr, &graphs, nullptr, &buffers));
  const Bytes file(builder.GetBufferPointer(), builder.GetBufferPointer() + builder.GetSize());
  expectFailure(read(file), StatusCode::InvalidModel,
                "takes more memory than the size of the file");
}

}  // namespace
}  // namespace filigree::test
