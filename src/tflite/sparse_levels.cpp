#include "tflite/sparse_levels.h"

#include <algorithm>
#include <vector>

namespace filigree {

namespace {

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

class LevelReader {
 public:
  LevelReader(const tflite::SparsityParameters& sparsity, const Value& value, SparseBudget* budget,
              SparseLevels* out)
      : sparsity_(sparsity), value_(value), budget_(*budget), out_(*out), levels_(out->level) {}

  Status run() {
    FILIGREE_CHECK_OK(readLevels());
    return checkLevels();
  }

 private:
  template <typename... Parts>
  Status wrong(const Parts&... parts) const {
    return invalidModel("sparse tensor '", value_.name, "' ", parts...);
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
    out_.count = rank + blockCount;
    if (countOf(order) != out_.count || countOf(metadata) != out_.count) {
      return wrong("has a traversal order of ", countOf(order), " levels and ", countOf(metadata),
                   " level descriptions, expected ", out_.count);
    }

    size_t levelOf[kMaxLevels];  // by axis, block axes after the tensor's own
    bool seen[kMaxLevels] = {};
    for (unsigned level = 0; level < out_.count; ++level) {
      const int32_t axis = order->Get(level);
      if (axis < 0 || static_cast<size_t>(axis) >= out_.count || seen[axis]) {
        return wrong("walks axis ", axis, " at level ", level, ", expected each of 0 to ",
                     out_.count - 1, " once");
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

    for (unsigned level = 0; level < out_.count; ++level) {
      FILIGREE_CHECK_OK(readLevel(*metadata->Get(level), level));
    }
    return {};
  }

  Status readLevel(const tflite::DimensionMetadata& metadata, size_t index) {
    Level& level = levels_[index];
    switch (metadata.format()) {
      case tflite::DimensionType_DENSE:
        if (metadata.dense_size() < 0 ||
            static_cast<uint32_t>(metadata.dense_size()) != level.size) {
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

  Status checkLevels() {
    // Indices are different in every node, so that no level has more nodes than the tensor
    // elements.
    size_t nodes = 1;
    for (size_t index = 0; index < out_.count; ++index) {
      const Level& level = levels_[index];
      if (level.compressed) {
        FILIGREE_CHECK_OK(checkCompressed(level, index, nodes));
        nodes = level.indices.count;
      } else {
        nodes *= level.size;
      }
    }
    out_.leaves = nodes;
    return {};
  }

  Status checkCompressed(const Level& level, size_t index, size_t nodes) {
    if (level.segments.count != nodes + 1) {
      return wrong("has ", level.segments.count, " segments at level ", index, ", expected ",
                   nodes + 1);
    }
    FILIGREE_CHECK_OK(budget_.spend(value_, level.segments.count + level.indices.count));
    int64_t begin = 0;
    for (size_t i = 0; i < level.segments.count; ++i) {
      const int64_t end = level.segments[i];
      const bool outside = end < begin || end > static_cast<int64_t>(level.indices.count);
      if (outside || (i == 0 && end != 0)) {
        return wrong("has segment ", i, " = ", end, " at level ", index, ", expected ", begin,
                     i == 0 ? "" : text(" to ", level.indices.count));
      }
      FILIGREE_CHECK_OK(
          checkIndices(level, index, static_cast<size_t>(begin), static_cast<size_t>(end)));
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
    sorted_.clear();
    for (size_t i = begin; i < end; ++i) sorted_.push_back(static_cast<uint64_t>(level.indices[i]));
    std::sort(sorted_.begin(), sorted_.end());
    const auto twin = std::adjacent_find(sorted_.begin(), sorted_.end());
    if (twin == sorted_.end()) return {};
    return wrong("has index ", *twin, " twice in one row at level ", levelIndex);
  }

  const tflite::SparsityParameters& sparsity_;
  const Value& value_;
  SparseBudget& budget_;
  SparseLevels& out_;
  Level* levels_;
  std::vector<uint64_t> sorted_;  // scratch
};

}  // namespace

Status SparseBudget::spend(const Value& value, size_t count) {
  if (count > left) {
    return invalidModel("sparse tensor '", value.name, "' of shape ", shapeText(value.shape),
                        " takes more memory than the size of the file justifies");
  }
  left -= count;
  return {};
}

Status readSparseLevels(const tflite::SparsityParameters& sparsity, const Value& value,
                        SparseBudget* budget, SparseLevels* out) {
  return LevelReader(sparsity, value, budget, out).run();
}

}  // namespace filigree
