// Replies to bytes, in RESP2 or RESP3 as the connection asked for with HELLO
// (https://github.com/redis/redis-specifications/blob/master/protocol/RESP3.md). A handler calls
// one function per reply element; for RESP2 the richer types become what Redis sends there.
// THREAD: loop.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string_view>

#include "protocol/output_buffer.h"

namespace kvasir {

class ReplyWriter {
 public:
  // LIFETIME: `out` outlives the writer.
  ReplyWriter(OutputBuffer& out, int resp_version) : out_(&out), resp3_(resp_version >= 3) {}

  bool resp3() const { return resp3_; }
  OutputBuffer& out() { return *out_; }

  void Ok() { out_->Append("+OK\r\n"); }
  void Status(std::string_view text);
  // `text` begins with its code word ("ERR ..."); line breaks in it become spaces.
  void Error(std::string_view text);
  void Integer(int64_t value);
  void Bulk(std::string_view bytes);
  void BulkShared(const SharedBytes& bytes);
  // The number as a bulk string.
  void BulkInteger(int64_t value);

  // "$-1" or "_". NullArray is "*-1" in RESP2.
  void Null() { out_->Append(resp3_ ? "_\r\n" : "$-1\r\n"); }
  void NullArray() { out_->Append(resp3_ ? "_\r\n" : "*-1\r\n"); }

  void Boolean(bool value);                 // RESP2: :1 or :0
  void Double(double value);                // RESP2: bulk string
  void BigNumber(std::string_view digits);  // RESP2: bulk string
  // `format` has three letters, "txt" or "mkd". RESP2: bulk string.
  void Verbatim(std::string_view format, std::string_view text);

  // Headers; `count` elements (pairs for Map and Attribute) follow.
  void Array(size_t count) { Header('*', count); }
  void Map(size_t pairs);
  void Set(size_t count) { Header(resp3_ ? '~' : '*', count); }
  void Push(size_t count) { Header(resp3_ ? '>' : '*', count); }
  // RESP2 has no attributes: call only when resp3().
  void Attribute(size_t pairs) { Header('|', pairs); }

 private:
  void Header(char kind, size_t count);

  OutputBuffer* out_;
  bool resp3_;
};

}  // namespace kvasir
