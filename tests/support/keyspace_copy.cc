#include "tests/support/keyspace_copy.h"

#include <gtest/gtest.h>

#include <optional>
#include <string>

#include "src/store/hash_type.h"
#include "src/store/list_type.h"
#include "src/store/set_type.h"
#include "src/store/sorted_set_type.h"
#include "src/store/stream_builder.h"
#include "src/store/value.h"

namespace kvasir {

class KeyspaceCopy::Elements final : public ElementSink {
 public:
  Elements(Database& database, const Entry& entry)
      : database_(database), type_(entry.type()), name_(entry.key()) {
    if (entry.has_expiry()) deadline_ms_ = entry.expiry()->deadline_ms;
  }

  void ListElement(const PackedElement& element) override {
    ElementText scratch;
    const std::string_view text = element.Text(scratch);
    ListPush(database_, key(), position(), ListEnd::kTail, {&text, 1});
  }
  void SetMember(std::string_view member) override {
    EXPECT_EQ(AddSetMembers(database_, key(), position(), {&member, 1}), 1U);
  }
  void HashElement(const HashField& field) override {
    const std::string_view texts[] = {field.name, field.value};
    EXPECT_EQ(SetHashFields(database_, key(), position(), texts, field.deadline_ms), 1U);
  }
  void SortedSetMember(std::string_view member, double score) override {
    const AddResult result = SortedSetAdder(database_, key(), position()).Add({member, score}, {});
    EXPECT_EQ(result.outcome, AddOutcome::kAdded);
  }
  StreamSink* stream() override { return &stream_; }
  // After the last element.
  void Finish() {
    if (type_ != ValueType::kStream) return;
    std::unique_ptr<Stream> whole = stream_.Take();
    ASSERT_NE(whole, nullptr) << stream_.error();
    database_.Insert(key(), NewStreamEntry(database_, name_, std::move(whole)));
  }
  void SetDeadline() const {
    Database::Position at = position();
    if (deadline_ms_ && at) database_.SetDeadline(key(), at, *deadline_ms_);
  }

 private:
  Key key() const { return Key::Of(name_); }
  Database::Position position() const { return database_.Locate(key()); }

  Database& database_;
  ValueType type_;
  StreamBuilder stream_;
  std::string name_;
  std::optional<int64_t> deadline_ms_;
};

void KeyspaceCopy::TakeEntry(int database, const Entry& entry) {
  taken_ += 1 + (FindFullForm(&entry) == nullptr ? 0 : FindFullForm(&entry)->Length());
  const Key key = Key::Of(entry.key());
  EXPECT_FALSE(copy_.database(database).Locate(key)) << "taken twice: " << key.bytes;
  copy_.database(database).Insert(key, Entry::Clone(entry, entry.key(), entry.access()));
}

std::unique_ptr<ElementSink> KeyspaceCopy::NewElements(int database, const Entry& entry) {
  const Key key = Key::Of(entry.key());
  EXPECT_FALSE(copy_.database(database).Locate(key)) << "taken twice: " << key.bytes;
  ++large_;
  taken_ += FullForm<Collection>(entry).Length();
  return std::make_unique<Elements>(copy_.database(database), entry);
}

void KeyspaceCopy::TakeElements(ElementSink& elements, bool all) {
  if (!all) return;
  auto& taken = static_cast<Elements&>(elements);
  taken.Finish();
  taken.SetDeadline();
}

}  // namespace kvasir
