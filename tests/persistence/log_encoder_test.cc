#include "persistence/log_encoder.h"

#include <gtest/gtest.h>

#include <array>
#include <string>

namespace kvasir {
namespace {

std::string Join(const LogBatch& batch) {
  std::string text;
  for (std::string_view piece : batch.pieces) text += piece;
  return text;
}

std::string Encoded(std::span<const std::string_view> arguments) {
  LogEncoder encoder;
  encoder.Append(arguments);
  return Join(encoder.Take());
}

TEST(LogEncoder, WritesMultibulk) {
  EXPECT_EQ(Encoded(std::array<std::string_view, 3>{"SET", "", std::string_view("a\0b", 3)}),
            std::string("*3\r\n$3\r\nSET\r\n$0\r\n\r\n$3\r\na\0b\r\n", 28));
}

TEST(LogEncoder, WritesLengthsOfAllSizes) {
  for (size_t size : {9, 10, 99, 100, 12345, 65535, 200000}) {
    const std::string value(size, 'x');
    const std::array<std::string_view, 1> arguments = {value};
    EXPECT_EQ(Encoded(arguments), "*1\r\n$" + std::to_string(size) + "\r\n" + value + "\r\n");
  }
  const std::vector<std::string_view> many(1234, "a");
  EXPECT_TRUE(Encoded(many).starts_with("*1234\r\n$1\r\na\r\n$1"));
}

TEST(LogEncoder, SelectsDatabases) {
  LogEncoder encoder;
  encoder.AppendSelect(15);
  EXPECT_EQ(Join(encoder.Take()), "*2\r\n$6\r\nSELECT\r\n$2\r\n15\r\n");
}

TEST(LogEncoder, ReferencesLargeBlocks) {
  const SharedBytes large = SharedBytes::CopyOf(std::string(kLogShareMin, 'v'));
  const SharedBytes small = SharedBytes::CopyOf("small");
  const std::array<std::string_view, 3> arguments = {"SET", small.view(), large.view()};
  const std::array<SharedArgument, 2> shared = {{{1, &small}, {2, &large}}};
  LogEncoder encoder;
  encoder.Append(arguments, shared);
  EXPECT_FALSE(large.IsUnique());
  EXPECT_TRUE(small.IsUnique());
  LogBatch batch = encoder.Take();
  EXPECT_EQ(Join(batch), Encoded(arguments));
  EXPECT_EQ(batch.bytes, Join(batch).size());
  EXPECT_EQ(batch.pieces[1].data(), large.view().data());
  EXPECT_EQ(batch.chunks.size(), 1U);
  encoder.Recycle(std::move(batch));
  EXPECT_TRUE(large.IsUnique());
}

std::string EncodedGroup(size_t bytes_before, std::span<const std::string_view> arguments,
                         std::span<const SharedArgument> shared) {
  LogEncoder encoder;
  if (bytes_before > 0) {
    const std::string filler(bytes_before, 'f');
    encoder.Append(std::array<std::string_view, 1>{filler});
  }
  const size_t before = encoder.bytes();
  encoder.BeginGroup();
  encoder.Append(arguments, shared);
  encoder.EndGroup(true);
  const LogBatch batch = encoder.Take();
  const std::string text = Join(batch);
  EXPECT_EQ(batch.bytes, text.size());
  for (const std::string_view piece : batch.pieces) EXPECT_FALSE(piece.empty());
  return text.substr(before);
}

// Wherever the chunks end, MULTI is taken back as a whole.
TEST(LogEncoder, AGroupOfOneIsThatCommand) {
  const SharedBytes large = SharedBytes::CopyOf(std::string(kLogShareMin, 'v'));
  const std::string long_value(kLogChunkBytes + 1, 'l');
  const std::array<std::string_view, 3> small = {"SET", "k", "v"};
  const std::array<std::string_view, 3> by_reference = {"SET", "k", large.view()};
  const std::array<std::string_view, 3> over_chunks = {"SET", "k", long_value};
  const std::array<SharedArgument, 1> shared = {{{2, &large}}};
  std::vector<size_t> sizes = {0, 1, 100};
  for (size_t left = 0; left < 100; ++left) sizes.push_back(kLogChunkBytes - left);
  for (const size_t size : sizes) {
    EXPECT_EQ(EncodedGroup(size, small, {}), Encoded(small)) << size;
    EXPECT_EQ(EncodedGroup(size, by_reference, shared), Encoded(by_reference)) << size;
    EXPECT_EQ(EncodedGroup(size, over_chunks, {}), Encoded(over_chunks)) << size;
  }
}

TEST(LogEncoder, AGroupStandsBetweenMultiAndExec) {
  LogEncoder encoder;
  const std::array<std::string_view, 1> ping = {"PING"};
  encoder.BeginGroup();
  for (int i = 0; i < 2; ++i) encoder.Append(ping);
  encoder.EndGroup(false);
  EXPECT_EQ(Join(encoder.Take()),
            "*1\r\n$5\r\nMULTI\r\n*1\r\n$4\r\nPING\r\n*1\r\n$4\r\nPING\r\n*1\r\n$4\r\nEXEC\r\n");
}

TEST(LogEncoder, CountsRecordsAndStartsAfresh) {
  LogEncoder encoder;
  const std::array<std::string_view, 1> ping = {"PING"};
  for (uint64_t i = 5; i < 8; ++i) {
    encoder.Append(ping);
    encoder.AddRecord(i);
  }
  EXPECT_EQ(encoder.bytes(), 3 * 14U);
  LogBatch batch = encoder.Take();
  EXPECT_EQ(batch.records, 3U);
  EXPECT_EQ(batch.last_sequence, 7U);
  EXPECT_TRUE(encoder.empty());
  const void* chunk = batch.chunks[0].get();
  encoder.Recycle(std::move(batch));
  encoder.Append(ping);
  batch = encoder.Take();
  EXPECT_EQ(batch.chunks[0].get(), chunk) << "a chunk is used again";
  EXPECT_EQ(batch.records, 0U);
}

TEST(LogBatch, AbsorbsSmallOnes) {
  LogEncoder encoder;
  const std::array<std::string_view, 1> ping = {"PING"};
  encoder.Append(ping);
  encoder.AddRecord(1);
  LogBatch first = encoder.Take();
  for (uint64_t i = 2; i < 1000; ++i) {
    encoder.Append(ping);
    encoder.AddRecord(i);
    LogBatch next = encoder.Take();
    ASSERT_TRUE(first.Absorb(next));
    encoder.Recycle(std::move(next));
  }
  EXPECT_EQ(first.chunks.size(), 1U);
  EXPECT_EQ(first.pieces.size(), 1U);
  EXPECT_EQ(first.records, 999U);
  EXPECT_EQ(first.last_sequence, 999U);
  EXPECT_EQ(Join(first).size(), 999 * 14U);
}

TEST(LogBatch, DoesNotAbsorbWhatDoesNotFit) {
  LogEncoder encoder;
  const std::string half(kLogChunkBytes - 100, 'x');
  const std::array<std::string_view, 1> big = {half};
  encoder.Append(big);
  LogBatch first = encoder.Take();
  const std::string some(100, 'y');
  const std::array<std::string_view, 1> small = {some};
  encoder.Append(small);
  EXPECT_FALSE(first.Absorb(encoder.Take()));
  const SharedBytes block = SharedBytes::CopyOf(std::string(kLogShareMin, 'v'));
  const std::array<std::string_view, 1> large = {block.view()};
  const std::array<SharedArgument, 1> shared = {{{0, &block}}};
  encoder.Append(large, shared);
  LogBatch with_block = encoder.Take();
  encoder.Append(small);
  EXPECT_TRUE(with_block.Absorb(encoder.Take())) << "the chunk goes on behind the block";
}

}  // namespace
}  // namespace kvasir
