// cjson, cmsgpack, struct, bit and math.random, and the first lines of scripts.
#include <gmock/gmock.h>

#include <string>

#include "src/scripting/script_flags.h"
#include "src/scripting/sha1.h"
#include "tests/support/command_test.h"

namespace kvasir {
namespace {

using ::testing::HasSubstr;

class ScriptLibrariesTest : public CommandTest {
 protected:
  std::string Eval(const std::string& script) { return Run({"EVAL", script, "0"}); }
};

TEST_F(ScriptLibrariesTest, Json) {
  EXPECT_EQ(Eval("return cjson.encode({1, 2, {a = 'b'}})"), R"([1,2,{"a":"b"}])");
  EXPECT_EQ(Eval("return cjson.encode({})"), "{}");
  EXPECT_EQ(Eval("return cjson.decode('{\"a\": [1, null]}').a[2] == cjson.null"), "(integer) 1");
  EXPECT_THAT(Eval("return cjson.decode('[1')"), HasSubstr("Expected comma or array end"));
  EXPECT_EQ(Eval("local own = cjson.new() return own.encode({1})"), "[1]");
  EXPECT_THAT(Eval("return cjson.encode({[1] = 1, [100] = 2})"), HasSubstr("excessively sparse"));
}

TEST_F(ScriptLibrariesTest, MessagePackIsWhatItWas) {
  EXPECT_EQ(
      Eval("local t = {cmsgpack.unpack(cmsgpack.pack(1, -1, 'a', true, 1.5, {1, 2}, {a = 3}))} "
           "return {t[1], t[2], t[3], t[4], tostring(t[5]), t[6], t[7].a}"),
      "[(integer) 1, (integer) -1, a, (integer) 1, 1.5, [(integer) 1, (integer) 2], "
      "(integer) 3]");
  for (const std::string number :
       {"0", "127", "128", "255", "256", "65535", "65536", "4294967295", "4294967296", "-32", "-33",
        "-128", "-129", "-32768", "-32769", "-2147483648", "-2147483649", "9007199254740992"}) {
    EXPECT_EQ(Eval("return cmsgpack.unpack(cmsgpack.pack(" + number + "))"), "(integer) " + number);
  }
  for (const std::string size : {"0", "31", "32", "255", "256", "65535", "65536"}) {
    EXPECT_EQ(Eval("return #cmsgpack.unpack(cmsgpack.pack(string.rep('x', " + size + ")))"),
              "(integer) " + size);
    EXPECT_EQ(Eval("local t = {} for i = 1, " + size +
                   " do t[i] = i end "
                   "return #cmsgpack.unpack(cmsgpack.pack(t))"),
              "(integer) " + size);
  }
}

TEST_F(ScriptLibrariesTest, MessagePackInItsBytes) {
  EXPECT_EQ(Eval("return cmsgpack.pack({1, 2, {a = 1}})"),
            "\x93\x01\x02\x81\xa1"
            "a\x01");
  EXPECT_EQ(Eval("return cmsgpack.pack(nil, true, false)"), "\xc0\xc3\xc2");
  EXPECT_EQ(Eval("return cmsgpack.pack(3.1) == string.char(0xcb,0x40,0x08,0xcc,0xcc,0xcc,0xcc,0xcc,"
                 "0xcd)"),
            "(integer) 1");
}

TEST_F(ScriptLibrariesTest, MessagePackOfGarbage) {
  EXPECT_THAT(Eval("return cmsgpack.unpack('\\193')"), HasSubstr("Bad data format in input."));
  EXPECT_THAT(Eval("return cmsgpack.unpack('\\147')"), HasSubstr("Missing bytes in input."));
  EXPECT_THAT(Eval("return cmsgpack.unpack('\\221\\255\\255\\255\\255')"),
              HasSubstr("Missing bytes"));
  EXPECT_THAT(Eval("return cmsgpack.unpack('\\219\\255\\255\\255\\255x')"),
              HasSubstr("Missing bytes"));
  EXPECT_THAT(Eval("return cmsgpack.unpack('\\129\\192\\1')"), HasSubstr("-ERR "));
  EXPECT_THAT(Eval("return cmsgpack.unpack(string.rep('\\145', 100000))"), HasSubstr("-ERR "));
  EXPECT_THAT(Eval("return cmsgpack.unpack_one('x', 5)"),
              HasSubstr("Start offset 5 greater than input length 1."));
  EXPECT_EQ(Eval("return {cmsgpack.unpack_limit(cmsgpack.pack(1, 2, 3), 2, 0)}"),
            "[(integer) 2, (integer) 1, (integer) 2]");
  EXPECT_EQ(Eval("return {cmsgpack.unpack_one('', 0)}"), "[(integer) -1]");
}

TEST_F(ScriptLibrariesTest, Struct) {
  EXPECT_EQ(Eval("return {struct.unpack('>I2hBb', struct.pack('>I2hBb', 1, -2, 255, -1))}"),
            "[(integer) 1, (integer) -2, (integer) 255, (integer) -1, (integer) 7]");
  EXPECT_EQ(Eval("return {struct.unpack('<i8>i8', struct.pack('<i8>i8', -5, 1099511627776))}"),
            "[(integer) -5, (integer) 1099511627776, (integer) 17]");
  EXPECT_EQ(Eval("return {struct.unpack('bc0s', struct.pack('bc0s', 2, 'ab', 'cd'))}"),
            "[ab, cd, (integer) 7]");
  EXPECT_EQ(Eval("return {struct.size('!8bd'), struct.size('!4bi'), #struct.pack('!bd', 1, 2)}"),
            "[(integer) 16, (integer) 8, (integer) 16]");
  EXPECT_EQ(Eval("return tostring(struct.unpack('>d', struct.pack('>d', 3.25)))"), "3.25");
  EXPECT_THAT(Eval("return struct.unpack('I4', 'abc')"), HasSubstr("data string too short"));
  EXPECT_THAT(Eval("return struct.unpack('I4', 'abcd', 2147483647)"),
              HasSubstr("data string too short"));
  EXPECT_THAT(Eval("return struct.pack('I99', 1)"), HasSubstr("larger than limit of 32"));
  EXPECT_THAT(Eval("return struct.pack('c99999999999', 'x')"), HasSubstr("integral size overflow"));
  EXPECT_THAT(Eval("return struct.pack('!3b', 1)"), HasSubstr("not a power of 2"));
  EXPECT_THAT(Eval("return struct.unpack('c0', 'x')"), HasSubstr("needs a previous size"));
  EXPECT_THAT(Eval("return struct.unpack('dc0', struct.pack('d', 1e300))"),
              HasSubstr("data string too short"));
}

TEST_F(ScriptLibrariesTest, RandomNumbersAreTheSameEachTime) {
  EXPECT_EQ(Eval("return {math.random(1000), math.random(1000)}"),
            "[(integer) 397, (integer) 841]");
  EXPECT_EQ(Eval("math.randomseed(7) local a = math.random(100000) math.randomseed(7) "
                 "return a == math.random(100000)"),
            "(integer) 1");
  EXPECT_THAT(Eval("return math.random(0)"), HasSubstr("interval is empty"));
}

TEST_F(ScriptLibrariesTest, Bits) {
  EXPECT_EQ(Eval("return {bit.band(6, 3), bit.tohex(255)}"), "[(integer) 2, 000000ff]");
}

TEST(ScriptFlagsTest, FirstLines) {
  EXPECT_EQ(ReadScriptHeader("return 1")->flags, kScriptCompatible);
  const Result<ScriptHeader> header = ReadScriptHeader("#!lua flags=no-writes,allow-oom\nreturn 1");
  ASSERT_TRUE(header);
  EXPECT_EQ(header->flags, kScriptNoWrites | kScriptAllowOom);
  EXPECT_EQ(header->code, "\nreturn 1");
  EXPECT_EQ(ReadLibraryHeader("#!LUA NAME=x\ncode")->name, "x");
  EXPECT_TRUE(IsFunctionName("a_1"));
  EXPECT_FALSE(IsFunctionName("a-1"));
  EXPECT_FALSE(IsFunctionName(""));
}

TEST(ScriptSha1Test, HexadecimalBothWays) {
  const Sha1Text text = Sha1ToHex(Sha1Of("abc"));
  EXPECT_EQ(std::string(text.data(), text.size()), "a9993e364706816aba3e25717850c26c9cd0d89d");
  EXPECT_EQ(Sha1FromHex({text.data(), text.size()}), Sha1Of("abc"));
  EXPECT_EQ(Sha1FromHex("abc"), std::nullopt);
  EXPECT_EQ(Sha1FromHex(std::string(40, 'g')), std::nullopt);
}

}  // namespace
}  // namespace kvasir
