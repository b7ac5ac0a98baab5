// Loops over pieces of work, and how work is cut into pieces.
#pragma once

#include <algorithm>
#include <cstddef>

#include "team.h"

namespace filigree {

/// Runs body(thread, index) for every index < count and returns when all are done. `thread` is
/// below the team's number of threads; two calls with the same `thread` never run at the same time,
/// so it may name scratch memory.
template <typename Body>
void parallelFor(Team& team, size_t count, const Body& body) {
  team.share(
      count,
      [](const void* context, size_t thread, size_t index) {
        (*static_cast<const Body*>(context))(thread, index);
      },
      &body);
}

/// A few pieces more than threads, so that a thread that is held up can be helped out by the
/// others.
inline constexpr size_t kPiecesPerThread = 4;

/// Into how many pieces `count` things go that are worth handing out by `minimum`: one, or as many
/// for each thread.
inline size_t piecesFor(size_t threads, size_t count, size_t minimum) {
  const size_t worthwhile = count / std::max(minimum, size_t{1});
  if (threads <= 1 || worthwhile < 2) return 1;
  const size_t perThread = std::clamp(worthwhile / threads, size_t{1}, kPiecesPerThread);
  return std::min(threads * perThread, count);
}

/// Cuts 0 … count into ranges of about `minimum` or more and runs body(thread, first, last) for
/// each.
template <typename Body>
void parallelRanges(Team& team, size_t count, size_t minimum, const Body& body) {
  if (count == 0) return;
  const size_t pieces = piecesFor(team.threads(), count, minimum);
  parallelFor(team, pieces, [&](size_t thread, size_t piece) {
    body(thread, piece * count / pieces, (piece + 1) * count / pieces);
  });
}

/// A part of several planes: the rows of one band of each.
struct PlaneRange {
  size_t firstPlane;
  size_t lastPlane;
  size_t firstRow;
  size_t lastRow;
};

/// Whether each thread begins with a band of rows of its own, the same one in every layer, products
/// included (ops/matrix_weights.h): what it reads is then mostly what it wrote itself, and does not
/// have to come from another core's cache. Small planes are left whole: too many of a band's cache
/// lines would be its neighbours' as well, or fetched for nothing.
inline bool isWorthBands(size_t planeFloats, size_t threads) {
  constexpr size_t kLeastBandFloats = 256;
  return threads > 1 && planeFloats >= kLeastBandFloats * threads;
}

/// Cuts `planes` of `rows` × `columns` floats into parts of about `minimumRows` or more (of one
/// plane, or together of several) and runs body(thread, PlaneRange) for each.
template <typename Body>
void parallelBands(Team& team, size_t planes, size_t rows, size_t columns, size_t minimumRows,
                   const Body& body) {
  const size_t threads = team.threads();
  if (planes == 0 || rows == 0) return;
  const size_t pieces = piecesFor(threads, planes * rows, minimumRows);
  const bool inBands = pieces > 1 && isWorthBands(rows * columns, threads);
  const size_t groups = std::min(inBands ? (pieces + threads - 1) / threads : pieces, planes);
  // Few planes: more than one band for each thread.
  const size_t bands = inBands ? std::min((pieces + groups - 1) / groups, rows) : 1;
  parallelFor(team, bands * groups, [&](size_t thread, size_t piece) {
    const size_t band = piece / groups;
    const size_t group = piece % groups;
    body(thread, PlaneRange{group * planes / groups, (group + 1) * planes / groups,
                            band * rows / bands, (band + 1) * rows / bands});
  });
}

/// Cuts `floats` of memory, in which planes lie `plane` apart, into parts of about `minimum` or
/// more and runs body(first, last) for each run of them.
template <typename Body>
void parallelFloats(Team& team, size_t floats, size_t plane, size_t minimum, const Body& body) {
  if (!isWorthBands(plane, team.threads())) {
    parallelRanges(team, floats, minimum,
                   [&](size_t, size_t first, size_t last) { body(first, last); });
    return;
  }
  parallelBands(team, (floats + plane - 1) / plane, plane, 1, minimum,
                [&](size_t, const PlaneRange& part) {
                  for (size_t i = part.firstPlane; i < part.lastPlane; ++i) {
                    body(i * plane + part.firstRow, std::min(i * plane + part.lastRow, floats));
                  }
                });
}

}  // namespace filigree
