// The command table copied the bytes of a name from a null pointer when the name was empty, which
// UndefinedBehaviorSanitizer took for what it is.
#include <gtest/gtest.h>

#include <string_view>

#include "tests/support/command_test.h"

namespace kvasir {
namespace {

class EmptyCommandNameTest : public CommandTest {};

TEST_F(EmptyCommandNameTest, AnEmptyNameIsAnUnknownCommand) {
  const std::string_view nameless[] = {std::string_view()};
  EXPECT_EQ(engine.commands().Find(nameless), nullptr);
  EXPECT_EQ(Run({""}), "-ERR unknown command '', with args beginning with: ");
}

}  // namespace
}  // namespace kvasir
