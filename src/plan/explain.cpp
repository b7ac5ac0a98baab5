#include "plan/explain.h"

#include "text.h"

namespace filigree {

namespace {

/// Appends the parts that visit(i) writes, with commas between.
template <typename Visit>
void appendList(std::string& out, size_t count, Visit visit) {
  out += '[';
  for (size_t i = 0; i < count; ++i) {
    if (i > 0) out += ',';
    visit(i);
  }
  out += ']';
}

void appendShape(std::string& out, const Shape& shape) {
  appendList(out, static_cast<size_t>(shape.rank()),
             [&](size_t axis) { appendText(out, shape[static_cast<int>(axis)]); });
}

void appendOperand(std::string& out, const TensorInfo& tensor) {
  out += "{\"name\":";
  appendJsonString(out, tensor.name);
  out += ",\"shape\":";
  appendShape(out, tensor.shape);
  out += '}';
}

void appendModelTensors(std::string& out, const std::vector<TensorInfo>& tensors) {
  appendList(out, tensors.size(), [&](size_t i) {
    const TensorInfo& tensor = tensors[i];
    out += "{\"name\":";
    appendJsonString(out, tensor.name);
    out += ",\"shape\":";
    appendShape(out, tensor.shape);
    out += text(",\"dtype\":\"", dtypeName(tensor.dtype), "\",\"index\":", i,
                ",\"bytes\":", tensor.shape.elements() * dtypeBytes(tensor.dtype), "}");
  });
}

void appendMacs(std::string& out, const Macs& macs, uint64_t executed) {
  out += text("{\"dense\":", macs.dense, ",\"nonzero\":", macs.nonzero, ",\"executed\":", executed,
              "}");
}

void appendLayer(std::string& out, const Layer& layer, size_t index) {
  out += text("{\"index\":", index, ",\"name\":");
  appendJsonString(out, layer.name);
  out += text(",\"op\":\"", layer.fileOperator, "\",\"fused\":\"", layer.fused, "\",\"layout\":\"",
              layer.layout == Layout::Chw ? "CHW" : "row-major", "\",\"inputs\":");
  appendList(out, layer.inputs.size(), [&](size_t i) { appendOperand(out, layer.inputs[i]); });
  out += ",\"outputs\":[";
  appendOperand(out, layer.output);
  out += ']';
  StepReport report;
  report.kernel = "none";
  report.reason = "same memory as its input";
  if (layer.step != nullptr) report = layer.step->report();
  out += text(",\"kernel\":\"", report.kernel, "\",\"reason\":");
  appendJsonString(out, report.reason);
  out += text(",\"density\":", report.density, ",\"macs\":");
  appendMacs(out, report.macs, report.executedMacs);
  out += text(",\"packedBytes\":", layer.packedBytes, "}");
}

const char* sparseModeName(SparseMode mode) {
  constexpr const char* kNames[] = {"auto", "never", "always"};
  return kNames[static_cast<size_t>(mode)];
}

}  // namespace

Macs totalMacs(const Plan& plan) {
  Macs total;
  for (const Layer& layer : plan.layers) {
    if (layer.step == nullptr) continue;
    total.dense += layer.step->report().macs.dense;
    total.nonzero += layer.step->report().macs.nonzero;
  }
  return total;
}

std::string describeJson(const Plan& plan) {
  std::string out = "{\"inputs\":";
  appendModelTensors(out, plan.inputs);
  out += ",\"outputs\":";
  appendModelTensors(out, plan.outputs);
  return out + '}';
}

std::string explainJson(const Plan& plan, const char* build) {
  std::string out = text("{\"build\":\"", build, "\",\"threads\":", plan.threads, ",\"sparse\":\"",
                         sparseModeName(plan.sparse), "\",\"layers\":");
  uint64_t executed = 0;
  appendList(out, plan.layers.size(), [&](size_t i) {
    const Layer& layer = plan.layers[i];
    appendLayer(out, layer, i);
    executed += layer.step == nullptr ? 0 : layer.step->report().executedMacs;
  });
  out += ",\"macs\":";
  appendMacs(out, totalMacs(plan), executed);
  out += ",\"passes\":";
  appendList(out, plan.passes.size(), [&](size_t i) {
    out += text("{\"name\":\"", plan.passes[i].name, "\",\"count\":", plan.passes[i].count, "}");
  });
  return out + '}';
}

std::string memoryJson(const Plan& plan) {
  return text("{\"packedBytes\":", plan.packed.size(), ",\"arenaBytes\":", plan.arena.size(),
              ",\"scratchBytes\":", plan.scratch.size(), ",\"totalBytes\":", plan.totalBytes(),
              "}");
}

}  // namespace filigree
