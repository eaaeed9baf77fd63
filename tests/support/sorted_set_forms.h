// The fixture for tests of sorted sets' commands: each behaviour has to hold in both forms.
#pragma once

#include "tests/support/command_test.h"

namespace kvasir {

class SortedSetFormsTest : public CommandTest {
 protected:
  // Runs `test` with small sets in their packed form, then with full ones only. Either time there
  // is what Fill() makes, and nothing else.
  template <typename Test>
  void InBothForms(Test test) {
    for (const char* entries : {"128", "0"}) {
      SCOPED_TRACE(entries);
      EXPECT_EQ(Run({"CONFIG", "SET", "zset-max-listpack-entries", entries}), "OK");
      Run({"FLUSHALL"});
      Fill();
      TakeLogged();
      test();
    }
  }

 private:
  virtual void Fill() {}
};

}  // namespace kvasir
