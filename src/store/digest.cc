#include "src/store/digest.h"

#include <arpa/inet.h>
#include <sha1.h>

#include <string_view>

#include "src/store/score.h"
#include "src/store/set_type.h"
#include "src/store/sorted_set_type.h"
#include "src/store/string_type.h"

namespace kvasir {
namespace {

DatasetDigest Sha1(std::string_view bytes) {
  SHA1_CTX context;
  SHA1Init(&context);
  SHA1Update(&context, reinterpret_cast<const uint8_t*>(bytes.data()), bytes.size());
  DatasetDigest digest;
  SHA1Final(digest.data(), &context);
  return digest;
}

void Combine(DatasetDigest& digest, const DatasetDigest& other) {
  for (size_t i = 0; i < digest.size(); ++i) digest[i] ^= other[i];
}

// Order does not matter for what is xored in; it does for what is mixed in.
void XorIn(DatasetDigest& digest, std::string_view bytes) { Combine(digest, Sha1(bytes)); }

void MixIn(DatasetDigest& digest, std::string_view bytes) {
  XorIn(digest, bytes);
  digest = Sha1({reinterpret_cast<const char*>(digest.data()), digest.size()});
}

void MixInNumber(DatasetDigest& digest, uint32_t number) {
  const uint32_t big_endian = htonl(number);
  MixIn(digest, {reinterpret_cast<const char*>(&big_endian), sizeof big_endian});
}

void MixInSortedSet(DatasetDigest& digest, const Entry& entry) {
  SortedSetCursor cursor(entry, 0);
  ScoreText scratch;
  for (ScoredMember member; cursor.Next(member);) {
    DatasetDigest of_member{};
    MixIn(of_member, member.member);
    MixIn(of_member, FormatScore(member.score, scratch));
    XorIn(digest, {reinterpret_cast<const char*>(of_member.data()), of_member.size()});
  }
}

void MixInValue(DatasetDigest& digest, const Entry& entry, DigestDeadlines deadlines) {
  MixInNumber(digest, static_cast<uint32_t>(entry.type()));
  if (entry.type() == ValueType::kString) {
    IntegerText scratch;
    MixIn(digest, StringBytes(entry, scratch));
  } else if (entry.type() == ValueType::kSortedSet) {
    MixInSortedSet(digest, entry);
  } else if (entry.type() == ValueType::kSet) {
    ForEachSetMember(entry, [&](std::string_view member) { XorIn(digest, member); });
  }
  if (!entry.has_expiry()) return;
  XorIn(digest, "!!expire!!");
  if (deadlines == DigestDeadlines::kExact) {
    XorIn(digest, std::to_string(entry.expiry()->deadline_ms));
  }
}

}  // namespace

DatasetDigest DigestValue(const Entry& entry, DigestDeadlines deadlines) {
  DatasetDigest digest{};
  MixInValue(digest, entry, deadlines);
  return digest;
}

DatasetDigest DigestKeyspace(const Keyspace& keyspace, DigestDeadlines deadlines) {
  DatasetDigest total{};
  for (int i = 0; i < keyspace.database_count(); ++i) {
    const Database& database = keyspace.database(i);
    if (database.size() == 0) continue;
    MixInNumber(total, static_cast<uint32_t>(i));
    database.table().ForEach([&](const Entry* entry) {
      DatasetDigest digest{};
      MixIn(digest, entry->key());
      MixInValue(digest, *entry, deadlines);
      XorIn(total, {reinterpret_cast<const char*>(digest.data()), digest.size()});
    });
  }
  return total;
}

std::string DigestToHex(const DatasetDigest& digest) {
  constexpr std::string_view kHex = "0123456789abcdef";
  std::string text;
  for (const uint8_t byte : digest) {
    text += kHex[byte >> 4];
    text += kHex[byte & 15];
  }
  return text;
}

}  // namespace kvasir
