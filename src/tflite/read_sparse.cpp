#include "tflite/read_sparse.h"

#include <algorithm>
#include <bit>
#include <cstring>
#include <vector>

#include "graph/constant.h"

namespace filigree {

namespace {

class SparseReader {
 public:
  SparseReader(const SparseLevels& levels, std::span<const uint8_t> bytes, const Value& value,
               SparseMatrix* out)
      : levels_(levels), bytes_(bytes), value_(value), out_(*out), positions_(levels.leaves) {}

  void run() {
    visit(0, 0, 0);
    fillRows();
    sortRows();
  }

 private:
  /// Notes the position of each leaf below `node`, as a flattened index into the tensor.
  void visit(size_t levelIndex, size_t node, size_t position) {
    if (levelIndex == levels_.count) {
      positions_[node] = static_cast<uint32_t>(position);
      return;
    }
    const Level& level = levels_.level[levelIndex];
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
      sorted_.clear();
      for (size_t i = begin; i < end; ++i) {
        sorted_.push_back(uint64_t{out_.column[i]} << 32 | std::bit_cast<uint32_t>(out_.value[i]));
      }
      std::sort(sorted_.begin(), sorted_.end());
      for (size_t i = begin; i < end; ++i) {
        out_.column[i] = static_cast<uint32_t>(sorted_[i - begin] >> 32);
        out_.value[i] = std::bit_cast<float>(static_cast<uint32_t>(sorted_[i - begin]));
      }
    }
  }

  const SparseLevels& levels_;
  std::span<const uint8_t> bytes_;
  const Value& value_;
  SparseMatrix& out_;
  std::vector<uint32_t> positions_;  // of the leaves
  std::vector<uint64_t> sorted_;     // scratch for sorting
};

}  // namespace

Status readSparse(const tflite::SparsityParameters& sparsity, std::span<const uint8_t> bytes,
                  const Value& value, SparseBudget* budget, SparseMatrix* out) {
  SparseLevels levels;
  FILIGREE_CHECK_OK(readSparseLevels(sparsity, value, budget, &levels));
  const size_t width = dtypeBytes(value.dtype);
  if (bytes.size() % width != 0 || bytes.size() / width != levels.leaves) {
    return invalidModel("sparse tensor '", value.name, "' has ", bytes.size(),
                        " bytes of data, expected ", levels.leaves, " values of ", width, " bytes");
  }
  out->rows = static_cast<size_t>(value.shape[0]);
  out->columns = out->rows == 0 ? 0 : value.shape.elements() / out->rows;
  FILIGREE_CHECK_OK(budget->spend(value, levels.leaves + out->rows));
  out->rowStart.assign(out->rows + 1, 0);
  if (levels.leaves > 0) SparseReader(levels, bytes, value, out).run();
  return {};
}

}  // namespace filigree
