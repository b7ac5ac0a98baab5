// Teams that tests share: the threads of a program under test are few (cmake/node_program.cmake).
#pragma once

#include <gtest/gtest.h>

#include <array>

#include "team.h"

namespace filigree::test {

/// A team for all tests of the program that want so many threads, 3 at most.
inline Team& teamOf(size_t threads) {
  static std::array<Team, 4> teams;
  Team& team = teams.at(threads);
  if (team.threads() < threads) EXPECT_TRUE(team.start(threads));
  return team;
}

}  // namespace filigree::test
