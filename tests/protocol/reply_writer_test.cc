#include "protocol/reply_writer.h"

#include <gtest/gtest.h>

#include <cmath>
#include <functional>
#include <string>

namespace kvasir {
namespace {

std::string Write(int version, const std::function<void(ReplyWriter&)>& write) {
  OutputBuffer out;
  ReplyWriter writer(out, version);
  write(writer);
  return out.ToString();
}

struct Form {
  const char* name;
  std::function<void(ReplyWriter&)> write;
  std::string resp2;
  std::string resp3;
};

// https://github.com/redis/redis-specifications/blob/master/protocol/RESP3.md
const Form kForms[] = {
    {"ok", [](ReplyWriter& w) { w.Ok(); }, "+OK\r\n", "+OK\r\n"},
    {"status", [](ReplyWriter& w) { w.Status("PONG"); }, "+PONG\r\n", "+PONG\r\n"},
    {"error", [](ReplyWriter& w) { w.Error("ERR no"); }, "-ERR no\r\n", "-ERR no\r\n"},
    {"integer", [](ReplyWriter& w) { w.Integer(INT64_MIN); }, ":-9223372036854775808\r\n",
     ":-9223372036854775808\r\n"},
    {"bulk", [](ReplyWriter& w) { w.Bulk("a\r\nb"); }, "$4\r\na\r\nb\r\n", "$4\r\na\r\nb\r\n"},
    {"empty bulk", [](ReplyWriter& w) { w.Bulk(""); }, "$0\r\n\r\n", "$0\r\n\r\n"},
    {"bulk integer", [](ReplyWriter& w) { w.BulkInteger(-12); }, "$3\r\n-12\r\n", "$3\r\n-12\r\n"},
    {"null", [](ReplyWriter& w) { w.Null(); }, "$-1\r\n", "_\r\n"},
    {"null array", [](ReplyWriter& w) { w.NullArray(); }, "*-1\r\n", "_\r\n"},
    {"true", [](ReplyWriter& w) { w.Boolean(true); }, ":1\r\n", "#t\r\n"},
    {"false", [](ReplyWriter& w) { w.Boolean(false); }, ":0\r\n", "#f\r\n"},
    {"double", [](ReplyWriter& w) { w.Double(1.5); }, "$3\r\n1.5\r\n", ",1.5\r\n"},
    {"infinite", [](ReplyWriter& w) { w.Double(-HUGE_VAL); }, "$4\r\n-inf\r\n", ",-inf\r\n"},
    {"big number", [](ReplyWriter& w) { w.BigNumber("123"); }, "$3\r\n123\r\n", "(123\r\n"},
    {"verbatim", [](ReplyWriter& w) { w.Verbatim("txt", "hi"); }, "$2\r\nhi\r\n",
     "=6\r\ntxt:hi\r\n"},
    {"array", [](ReplyWriter& w) { w.Array(2); }, "*2\r\n", "*2\r\n"},
    {"map", [](ReplyWriter& w) { w.Map(2); }, "*4\r\n", "%2\r\n"},
    {"set", [](ReplyWriter& w) { w.Set(3); }, "*3\r\n", "~3\r\n"},
    {"push", [](ReplyWriter& w) { w.Push(3); }, "*3\r\n", ">3\r\n"},
};

TEST(ReplyWriterTest, EveryReplyHasItsFormInBothProtocols) {
  for (const Form& form : kForms) {
    EXPECT_EQ(Write(2, form.write), form.resp2) << form.name;
    EXPECT_EQ(Write(3, form.write), form.resp3) << form.name;
  }
  EXPECT_EQ(Write(3, [](ReplyWriter& w) { w.Attribute(1); }), "|1\r\n");
}

TEST(ReplyWriterTest, AnErrorStaysOnItsLine) {
  const auto write = [](ReplyWriter& w) { w.Error("ERR a\r\nb\nc"); };
  EXPECT_EQ(Write(2, write), "-ERR a  b c\r\n");
}

TEST(ReplyWriterTest, BulksOfEverySizeAroundTheBordersOfChunks) {
  for (const size_t size : {990, 1000, 1001, 1024, 16'360, 16'384, 16'400, 70'000}) {
    const std::string bytes(size, 'b');
    const std::string wire = "$" + std::to_string(size) + "\r\n" + bytes + "\r\n";
    const std::string both = Write(2, [&](ReplyWriter& w) {
      w.Bulk(bytes);
      w.BulkShared(SharedBytes::CopyOf(bytes));
    });
    EXPECT_TRUE(both == wire + wire) << size;
  }
}

}  // namespace
}  // namespace kvasir
