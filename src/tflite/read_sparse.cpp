#include "tflite/read_sparse.h"

#include <algorithm>
#include <bit>
#include <cstring>
#include <vector>

#include "graph/constant.h"

namespace filigree {

namespace {

constexpr size_t kMaxLevels = 2 * kMaxRank;

/// One of the three unions' vectors of integers.
struct Integers {
  const uint8_t* bytes = nullptr;
  size_t count = 0;
  size_t width = 0;  // bytes of one

  int64_t operator[](size_t index) const {
    if (width == 1) return bytes[index];
    if (width == 2) {
      uint16_t number;
      std::memcpy(&number, bytes + index * 2, 2);
      return number;
    }
    int32_t number;
    std::memcpy(&number, bytes + index * 4, 4);
    return number;
  }
};

template <typename Table>
Integers integersOf(const void* table, size_t width) {
  const auto* values = static_cast<const Table*>(table)->values();
  if (values == nullptr) return {nullptr, 0, width};
  return {values->Data(), values->size(), width};
}

bool findIntegers(tflite::SparseIndexVector kind, const void* table, Integers* out) {
  if (table == nullptr) return false;
  switch (kind) {
    case tflite::SparseIndexVector_Int32Vector:
      *out = integersOf<tflite::Int32Vector>(table, 4);
      return true;
    case tflite::SparseIndexVector_Uint16Vector:
      *out = integersOf<tflite::Uint16Vector>(table, 2);
      return true;
    case tflite::SparseIndexVector_Uint8Vector:
      *out = integersOf<tflite::Uint8Vector>(table, 1);
      return true;
    default:
      return false;
  }
}

struct Level {
  bool compressed = false;
  uint32_t size = 0;    // children of a node, or the bound of their indices
  uint32_t stride = 0;  // elements between two neighbours, in the tensor's row-major order
  Integers segments;
  Integers indices;
};

class SparseReader {
 public:
  SparseReader(const tflite::SparsityParameters& sparsity, std::span<const uint8_t> bytes,
               const Value& value, SparseBudget* budget, SparseMatrix* out)
      : sparsity_(sparsity), bytes_(bytes), value_(value), budget_(*budget), out_(*out) {}

  Status run() {
    FILIGREE_CHECK_OK(readLevels());
    FILIGREE_CHECK_OK(checkLevels());
    out_.rows = static_cast<size_t>(value_.shape[0]);
    out_.columns = out_.rows == 0 ? 0 : value_.shape.elements() / out_.rows;
    FILIGREE_CHECK_OK(spend(out_.rows));
    out_.rowStart.assign(out_.rows + 1, 0);
    if (positions_.size() == 0) return {};
    visit(0, 0, 0);
    fillRows();
    sortRows();
    return {};
  }

 private:
  template <typename... Parts>
  Status wrong(const Parts&... parts) const {
    return invalidModel("sparse tensor '", value_.name, "' ", parts...);
  }

  Status spend(size_t count) {
    if (count > budget_.left) {
      return invalidModel("sparse tensor '", value_.name, "' of shape ", shapeText(value_.shape),
                          " takes more memory than the size of the file justifies");
    }
    budget_.left -= count;
    return {};
  }

  /// Which axis each level walks, and how far.
  Status readLevels() {
    const auto* order = sparsity_.traversal_order();
    const auto* blocks = sparsity_.block_map();
    const auto* metadata = sparsity_.dim_metadata();
    const size_t rank = static_cast<size_t>(value_.shape.rank());
    const size_t blockCount = countOf(blocks);
    if (rank == 0) return wrong("has no axes");
    if (blockCount > rank) return wrong("has ", blockCount, " blocked axes of ", rank);
    levelCount_ = rank + blockCount;
    if (countOf(order) != levelCount_ || countOf(metadata) != levelCount_) {
      return wrong("has a traversal order of ", countOf(order), " levels and ", countOf(metadata),
                   " level descriptions, expected ", levelCount_);
    }

    size_t levelOf[kMaxLevels];  // by axis, block axes after the tensor's own
    bool seen[kMaxLevels] = {};
    for (unsigned level = 0; level < levelCount_; ++level) {
      const int32_t axis = order->Get(level);
      if (axis < 0 || static_cast<size_t>(axis) >= levelCount_ || seen[axis]) {
        return wrong("walks axis ", axis, " at level ", level, ", expected each of 0 to ",
                     levelCount_ - 1, " once");
      }
      seen[axis] = true;
      levelOf[axis] = level;
    }

    uint32_t blockSize[kMaxRank];
    std::fill_n(blockSize, rank, 1);
    bool blocked[kMaxRank] = {};
    for (unsigned block = 0; block < blockCount; ++block) {
      const int32_t axis = blocks->Get(block);
      if (axis < 0 || static_cast<size_t>(axis) >= rank || blocked[axis]) {
        return wrong("blocks axis ", axis, ", expected different ones below ", rank);
      }
      const size_t level = levelOf[rank + block];
      const int32_t size = metadata->Get(static_cast<unsigned>(level))->dense_size();
      if (size < 1 || value_.shape[axis] % size != 0) {
        return wrong("has blocks of ", size, " at level ", level, ", which do not divide the ",
                     value_.shape[axis], " of axis ", axis);
      }
      blocked[axis] = true;
      blockSize[axis] = static_cast<uint32_t>(size);
      levels_[level].size = blockSize[axis];
      levels_[level].stride = 0;  // set below, with that of its axis
    }
    size_t stride = 1;
    for (size_t axis = rank; axis-- > 0;) {
      const uint32_t size = static_cast<uint32_t>(value_.shape[static_cast<int>(axis)]);
      Level& level = levels_[levelOf[axis]];
      level.size = size / blockSize[axis];
      level.stride = static_cast<uint32_t>(stride * blockSize[axis]);
      for (unsigned block = 0; block < blockCount; ++block) {
        if (static_cast<size_t>(blocks->Get(block)) != axis) continue;
        levels_[levelOf[rank + block]].stride = static_cast<uint32_t>(stride);
      }
      stride *= size;
    }

    for (unsigned level = 0; level < levelCount_; ++level) {
      FILIGREE_CHECK_OK(readLevel(*metadata->Get(level), level));
    }
    return {};
  }

  Status readLevel(const tflite::DimensionMetadata& metadata, size_t index) {
    Level& level = levels_[index];
    switch (metadata.format()) {
      case tflite::DimensionType_DENSE:
        if (metadata.dense_size() < 0 || static_cast<uint32_t>(metadata.dense_size()) != level.size) {
          return wrong("has a dense size of ", metadata.dense_size(), " at level ", index,
                       ", expected ", level.size);
        }
        return {};
      case tflite::DimensionType_SPARSE_CSR:
        level.compressed = true;
        if (!findIntegers(metadata.array_segments_type(), metadata.array_segments(),
                          &level.segments)) {
          return wrong("has no segments at level ", index);
        }
        if (!findIntegers(metadata.array_indices_type(), metadata.array_indices(),
                          &level.indices)) {
          return wrong("has no indices at level ", index);
        }
        return {};
      default:
        return wrong("has the unknown format ", static_cast<int>(metadata.format()), " at level ",
                     index);
    }
  }

  /// After this every step of visit() stays inside the arrays.
  Status checkLevels() {
    uint64_t nodes = 1;
    for (size_t index = 0; index < levelCount_; ++index) {
      const Level& level = levels_[index];
      if (level.compressed) {
        FILIGREE_CHECK_OK(checkCompressed(level, index, nodes));
        nodes = level.indices.count;
      } else {
        // Cannot overflow: dense sizes multiply to less than 2^29, and indices are fewer than 2^32.
        nodes *= level.size;
      }
    }
    const size_t width = dtypeBytes(value_.dtype);
    if (bytes_.size() % width != 0 || nodes != bytes_.size() / width) {
      return wrong("has ", bytes_.size(), " bytes of data, expected ", nodes, " values of ", width,
                   " bytes");
    }
    FILIGREE_CHECK_OK(spend(static_cast<size_t>(nodes)));
    positions_.resize(static_cast<size_t>(nodes));
    return {};
  }

  Status checkCompressed(const Level& level, size_t index, uint64_t nodes) {
    if (level.segments.count != nodes + 1) {
      return wrong("has ", level.segments.count, " segments at level ", index, ", expected ",
                   nodes + 1);
    }
    FILIGREE_CHECK_OK(spend(level.segments.count + level.indices.count));
    int64_t begin = 0;
    for (size_t i = 0; i < level.segments.count; ++i) {
      const int64_t end = level.segments[i];
      const bool outside = end < begin || end > static_cast<int64_t>(level.indices.count);
      if (outside || (i == 0 && end != 0)) {
        return wrong("has segment ", i, " = ", end, " at level ", index, ", expected ", begin,
                     i == 0 ? "" : text(" to ", level.indices.count));
      }
      FILIGREE_CHECK_OK(checkIndices(level, index, static_cast<size_t>(begin), static_cast<size_t>(end)));
      begin = end;
    }
    if (static_cast<size_t>(begin) == level.indices.count) return {};
    return wrong("has a last segment of ", begin, " at level ", index, ", expected ",
                 level.indices.count, " as there are indices");
  }

  Status checkIndices(const Level& level, size_t levelIndex, size_t begin, size_t end) {
    bool ascending = true;
    int64_t previous = -1;
    for (size_t i = begin; i < end; ++i) {
      const int64_t index = level.indices[i];
      if (index < 0 || index >= static_cast<int64_t>(level.size)) {
        return wrong("has index ", i, " = ", index, " at level ", levelIndex, ", expected 0 to ",
                     static_cast<int64_t>(level.size) - 1);
      }
      ascending = ascending && index > previous;
      previous = index;
    }
    if (ascending) return {};
    keys_.clear();
    for (size_t i = begin; i < end; ++i) keys_.push_back(static_cast<uint64_t>(level.indices[i]));
    std::sort(keys_.begin(), keys_.end());
    const auto twin = std::adjacent_find(keys_.begin(), keys_.end());
    if (twin == keys_.end()) return {};
    return wrong("has index ", *twin, " twice in one row at level ", levelIndex);
  }

  /// Notes the position of each leaf below `node`, as a flattened index into the tensor.
  void visit(size_t levelIndex, size_t node, size_t position) {
    if (levelIndex == levelCount_) {
      positions_[node] = static_cast<uint32_t>(position);
      return;
    }
    const Level& level = levels_[levelIndex];
    if (!level.compressed) {
      for (size_t i = 0; i < level.size; ++i) {
        visit(levelIndex + 1, node * level.size + i, position + i * level.stride);
      }
      return;
    }
    const size_t end = static_cast<size_t>(level.segments[node + 1]);
    for (size_t i = static_cast<size_t>(level.segments[node]); i < end; ++i) {
      visit(levelIndex + 1, i, position + static_cast<size_t>(level.indices[i]) * level.stride);
    }
  }

  float leaf(size_t index) const {
    if (value_.dtype == DType::Float16) {
      uint16_t half;
      std::memcpy(&half, bytes_.data() + index * sizeof half, sizeof half);
      return floatFromHalf(half);
    }
    float number;
    std::memcpy(&number, bytes_.data() + index * sizeof number, sizeof number);
    return number;
  }

  /// Drops zeros and distributes the rest over the rows, in the order in which the file has them.
  void fillRows() {
    size_t nonzeros = 0;
    for (size_t i = 0; i < positions_.size(); ++i) {
      if (leaf(i) == 0) continue;
      ++out_.rowStart[positions_[i] / out_.columns + 1];
      ++nonzeros;
    }
    for (size_t row = 0; row < out_.rows; ++row) out_.rowStart[row + 1] += out_.rowStart[row];
    out_.column.resize(nonzeros);
    out_.value.resize(nonzeros);
    std::vector<uint32_t> next(out_.rowStart.begin(), out_.rowStart.end() - 1);
    for (size_t i = 0; i < positions_.size(); ++i) {
      const float number = leaf(i);
      if (number == 0) continue;
      const uint32_t slot = next[positions_[i] / out_.columns]++;
      out_.column[slot] = static_cast<uint32_t>(positions_[i] % out_.columns);
      out_.value[slot] = number;
    }
  }

  void sortRows() {
    for (size_t row = 0; row < out_.rows; ++row) {
      const size_t begin = out_.rowStart[row];
      const size_t end = out_.rowStart[row + 1];
      if (std::is_sorted(out_.column.begin() + static_cast<ptrdiff_t>(begin),
                         out_.column.begin() + static_cast<ptrdiff_t>(end))) {
        continue;
      }
      keys_.clear();
      for (size_t i = begin; i < end; ++i) {
        keys_.push_back(uint64_t{out_.column[i]} << 32 | std::bit_cast<uint32_t>(out_.value[i]));
      }
      std::sort(keys_.begin(), keys_.end());
      for (size_t i = begin; i < end; ++i) {
        out_.column[i] = static_cast<uint32_t>(keys_[i - begin] >> 32);
        out_.value[i] = std::bit_cast<float>(static_cast<uint32_t>(keys_[i - begin]));
      }
    }
  }

  const tflite::SparsityParameters& sparsity_;
  std::span<const uint8_t> bytes_;
  const Value& value_;
  SparseBudget& budget_;
  SparseMatrix& out_;
  Level levels_[kMaxLevels];
  size_t levelCount_ = 0;
  std::vector<uint32_t> positions_;  // of the leaves
  std::vector<uint64_t> keys_;       // scratch for sorting
};

}  // namespace

Status readSparse(const tflite::SparsityParameters& sparsity, std::span<const uint8_t> bytes,
                  const Value& value, SparseBudget* budget, SparseMatrix* out) {
  return SparseReader(sparsity, bytes, value, budget, out).run();
}

}  // namespace filigree
