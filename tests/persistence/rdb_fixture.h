// What the tests of RDB share besides bytes: datasets of all types.
#pragma once

#include <string>
#include <string_view>

#include "persistence/rdb_encoder.h"
#include "tests/persistence/rdb_bytes.h"
#include "tests/support/dataset.h"

namespace kvasir {

// The whole dataset as a file.
inline std::string SaveRdb(Dataset& dataset, bool compress = true) {
  RdbEncoder encoder;
  encoder.Header(RdbVersionFor(dataset.keyspace), {});
  for (int i = 0; i < dataset.keyspace.database_count(); ++i) {
    Database& database = dataset.database(i);
    if (database.size() == 0) continue;
    encoder.SelectDatabase(i, database.size(), database.volatile_size());
    database.table().ForEach([&](const Entry* entry) { encoder.Whole(*entry); });
  }
  encoder.End();
  std::string bytes;
  ForEachRdbPiece(encoder.Take(), compress, [&](std::string_view piece) { bytes += piece; });
  return bytes + LittleEndian64(Crc64(0, bytes));
}

// Keys of all types and forms, in several databases, with deadlines.
inline void FillWithAllTypes(Dataset& dataset) {
  const std::string long_text = "long " + std::string(3000, 'x') + std::string(100, 'y');
  dataset.Run({"SET", "text", "value"});
  dataset.Run({"SET", "empty", ""});
  dataset.Run({"SET", std::string("bin\0ary", 7), std::string("\0\xff\r\n", 4)});
  dataset.Run({"SET", "12345", "-12345"});
  for (const char* number :
       {"0", "127", "-128", "32767", "-32769", "2147483648", "-9223372036854775808"}) {
    dataset.Run({"SET", std::string("n") + number, number});
  }
  dataset.Run({"SET", "long", long_text});
  dataset.Run({"SET", "volatile", "v", "PXAT", "1900000000123"});
  dataset.Run({"SET", std::string(70'000, 'k'), "long key"});
  dataset.Run({"RPUSH", "list:small", "a", "1", "-5000000000", "", std::string(200, 'z')});
  dataset.Run({"SADD", "set:integers", "1", "-70000", "5000000000"});
  dataset.Run({"SADD", "set:small", "a", "b", "3"});
  dataset.Run({"HSET", "hash:small", "f", "v", "g", "17"});
  dataset.Run({"ZADD", "zset:small", "1", "a", "-inf", "b", "2.5", "c", "1e300", "d"});
  dataset.Run({"XADD", "stream:small", "1-1", "f", "v", "g", "17"});
  dataset.Run({"XGROUP", "CREATE", "stream:empty", "g", "$", "MKSTREAM"});
  dataset.Run({"XGROUP", "CREATE", "stream:large", "g", "0", "MKSTREAM"});
  for (int i = 0; i < 700; ++i) {
    dataset.Run({"XADD", "stream:large", std::to_string(i / 2 + 1) + "-*", "f", "v",
                 i % 3 == 0 ? "n" : "m", std::to_string(i)});
    const std::string text = "element " + std::to_string(i * 37 % 1000);
    dataset.Run({"RPUSH", "list:large", text, std::to_string(i), std::string(40, 'l')});
    dataset.Run({"SADD", "set:large", text});
    dataset.Run({"HSET", "hash:large", text, std::to_string(i)});
    dataset.Run({"ZADD", "zset:large", std::to_string(i * 0.5), text});
    dataset.Run({"SADD", "set:many integers", std::to_string(i)});
  }
  dataset.Run({"XREADGROUP", "GROUP", "g", "c", "COUNT", "200", "STREAMS", "stream:large", ">"});
  dataset.Run({"XDEL", "stream:large", "3-0", "300-1"});
  dataset.Run({"PEXPIREAT", "list:small", "1900000000456"});
  dataset.Run({"PEXPIREAT", "zset:large", "1900000000789"});
  dataset.Run({"SELECT", "9"});
  dataset.Run({"SET", "text", "in another database"});
  dataset.Run({"SELECT", "0"});
}

inline void AddFieldDeadlines(Dataset& dataset) {
  dataset.Run({"HSET", "hash:deadlines", "a", "1", "b", "2", "c", "3"});
  dataset.Run({"HPEXPIREAT", "hash:deadlines", "1900000000100", "FIELDS", "1", "a"});
  dataset.Run({"HPEXPIREAT", "hash:deadlines", "1900000000050", "FIELDS", "1", "b"});
  dataset.Run({"HPEXPIREAT", "hash:large", "1900000000100", "FIELDS", "1", "element 37"});
}

}  // namespace kvasir
