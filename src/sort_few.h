// sortFew: for the few axes of a tensor. std::sort is three kilobytes of code for each type, in an
// engine that is downloaded.
#pragma once

#include <utility>

namespace filigree {

/// Insertion sort, stable. `before(a, b)`: whether a belongs in front of b.
template <typename Item, typename Before>
void sortFew(Item* items, int count, const Before& before) {
  for (int i = 1; i < count; ++i) {
    for (int place = i; place > 0 && before(items[place], items[place - 1]); --place) {
      std::swap(items[place], items[place - 1]);
    }
  }
}

}  // namespace filigree
