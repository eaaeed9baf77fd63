#include "src/store/key_operations.h"

#include "src/store/string_type.h"
#include "src/store/value.h"

namespace kvasir {
namespace {

void Put(Database& database, const Key& key, Entry* fresh) {
  const Database::Position position = database.Locate(key);
  if (position) {
    database.Replace(key, position, fresh);
  } else {
    database.Insert(key, fresh);
  }
}

}  // namespace

std::string_view TypeName(ValueType type) {
  switch (type) {
    case ValueType::kString:
      return "string";
    case ValueType::kList:
      return "list";
    case ValueType::kSet:
      return "set";
    case ValueType::kSortedSet:
      return "zset";
    case ValueType::kHash:
      return "hash";
    case ValueType::kStream:
      return "stream";
    case ValueType::kModule:
      return "module";
  }
  return "none";
}

std::string_view EncodingName(const Entry& entry) {
  if (entry.type() == ValueType::kString) return StringEncodingName(entry);
  return CollectionEncodingName(entry);
}

void RenameKey(Database& database, const Key& source, const Key& target) {
  Entry* entry = database.Detach(source, database.Locate(source));
  Put(database, target, Entry::WithKey(entry, target.bytes));
}

void MoveKey(Database& from, Database& to, const Key& key) {
  to.Insert(key, from.Detach(key, from.Locate(key)));
}

void CopyEntry(const Entry& entry, Database& to, const Key& target) {
  Put(to, target, Entry::Clone(entry, target.bytes, to.context().access.Fresh()));
}

}  // namespace kvasir
