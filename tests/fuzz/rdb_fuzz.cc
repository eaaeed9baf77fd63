// Whatever stands in an RDB file, it is loaded or refused; what was loaded is written and loaded
// again with the same digest. The first byte says whether the checksum is made right, so that the
// fuzzer gets past it.
#include <cstdint>
#include <cstdlib>
#include <string>

#include "persistence/rdb_encoder.h"
#include "persistence/rdb_payload.h"
#include "src/store/digest.h"
#include "tests/persistence/rdb_bytes.h"

using namespace kvasir;

namespace {

std::string WholeFile(const Keyspace& keyspace) {
  RdbEncoder encoder;
  encoder.Start(keyspace, {});
  for (int i = 0; i < keyspace.database_count(); ++i) {
    encoder.SelectDatabase(i, keyspace.database(i).size(), 0);
    keyspace.database(i).table().ForEach([&](const Entry* entry) { encoder.Whole(*entry); });
  }
  encoder.End();
  std::string bytes;
  ForEachRdbPiece(encoder.Take(), true, [&](std::string_view piece) { bytes += piece; });
  return bytes + LittleEndian64(Crc64(0, bytes));
}

std::string DigestOf(const Keyspace& keyspace) {
  return DigestToHex(DigestKeyspace(keyspace, DigestDeadlines::kExact));
}

void FuzzFile(std::string bytes, bool sum_up) {
  if (sum_up && bytes.size() > 8) {
    bytes.resize(bytes.size() - 8);
    bytes += LittleEndian64(Crc64(0, bytes));
  }
  Keyspace keyspace(4);
  const Result<RdbLoaded> loaded = LoadRdb(bytes, &keyspace);
  (void)LoadRdb(bytes, nullptr);
  if (!loaded) return;
  if (loaded->keys != keyspace.size()) abort();
  Keyspace again(4);
  if (!LoadRdb(WholeFile(keyspace), &again)) abort();
  if (DigestOf(keyspace) != DigestOf(again)) abort();
}

void FuzzPayload(std::string_view bytes) {
  std::string payload = std::string(bytes) + std::string("\x0c\0", 2);
  payload += LittleEndian64(Crc64(0, payload));
  if (!IsIntactPayload(payload)) abort();
  Keyspace keyspace(1);
  const EntryPtr entry = RestoreValue(payload, keyspace.database(0), "key", {});
  if (entry == nullptr) return;
  const std::string dumped = DumpValue(*entry, true);
  const EntryPtr again = RestoreValue(dumped, keyspace.database(0), "key", {});
  if (again == nullptr) abort();
  constexpr auto kExact = DigestDeadlines::kExact;
  if (DigestValue(*entry, kExact) != DigestValue(*again, kExact)) abort();
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  if (size == 0) return 0;
  const std::string_view bytes(reinterpret_cast<const char*>(data) + 1, size - 1);
  if (data[0] % 4 == 3) {
    FuzzPayload(bytes);
  } else {
    FuzzFile(std::string(bytes), data[0] % 4 != 0);
  }
  return 0;
}
