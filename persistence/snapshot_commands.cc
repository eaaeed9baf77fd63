// A snapshot's content as commands (aof-use-rdb-preamble no).
#include <cassert>
#include <utility>

#include "persistence/entry_commands.h"
#include "persistence/log_encoder.h"
#include "persistence/snapshot_content.h"
#include "src/store/stream_builder.h"

namespace kvasir {
namespace {

class CommandContent final : public SnapshotContent {
 public:
  CommandContent(const Keyspace& keyspace, uint64_t sequence, HandOver hand_over)
      : sequence_(sequence), hand_over_(std::move(hand_over)) {
    for (const std::string& source : keyspace.function_libraries()) {
      (void)WriteFunction(source, Sink{*this, 0});
    }
  }

  size_t bytes() const override { return encoder_.bytes(); }
  void HandOverAll(bool last) override {
    encoder_.AddRecord(sequence_);
    hand_over_(encoder_.Take(), last);
    // Others may write between two chunks.
    database_ = -1;
  }

  void TakeEntry(int database, const Entry& entry) override {
    const Result<void> written = WriteEntry(entry, Sink{*this, database});
    assert(written);
    (void)written;
    if (encoder_.bytes() >= kChunkBytes) HandOverAll(false);
  }
  std::unique_ptr<ElementSink> NewElements(int database, const Entry& entry) override {
    return std::make_unique<Elements>(*this, database, entry);
  }
  // Commands for one key may stand apart, so what came is already written.
  void TakeElements(ElementSink& elements, bool all) override {
    if (all) static_cast<Elements&>(elements).Finish();
  }

 private:
  // A CommandSink.
  struct Sink {
    CommandContent& content;
    int database;

    Result<void> operator()(std::span<const std::string_view> arguments,
                            std::span<const SharedArgument> shared) const {
      content.Append(database, arguments, shared);
      return {};
    }
  };

  // One large collection, of which the entry may be gone long before the last element comes.
  class Elements final : public ElementSink {
   public:
    Elements(CommandContent& content, int database, const Entry& entry)
        : content_(content),
          sink_{content, database},
          type_(entry.type()),
          key_(entry.key()),
          deadline_ms_(entry.has_expiry() ? entry.expiry()->deadline_ms : 0),
          commands_(type_, key_, sink_) {}
    Elements(const Elements&) = delete;
    Elements& operator=(const Elements&) = delete;

    void ListElement(const PackedElement& element) override { commands_.ListElement(element); }
    void SetMember(std::string_view member) override { commands_.SetMember(member); }
    void HashElement(const HashField& field) override { commands_.HashElement(field); }
    void SortedSetMember(std::string_view member, double score) override {
      commands_.SortedSetMember(member, score);
    }
    StreamSink* stream() override { return &stream_; }

    void Finish() {
      if (type_ == ValueType::kStream) return FinishStream();
      (void)commands_.Finish();
      if (deadline_ms_ != 0) (void)WriteDeadline(key_, deadline_ms_, sink_);
    }

   private:
    void FinishStream() {
      std::unique_ptr<Stream> copy = stream_.Take();
      assert(copy != nullptr);
      content_.hand_over_(StreamCopy{.database = sink_.database,
                                     .key = std::move(key_),
                                     .deadline_ms = deadline_ms_,
                                     .stream = std::move(copy)},
                          false);
    }

    CommandContent& content_;
    const Sink sink_;
    const ValueType type_;
    std::string key_;
    const int64_t deadline_ms_;
    ElementCommands commands_;
    StreamBuilder stream_;
  };

  void Append(int database, std::span<const std::string_view> arguments,
              std::span<const SharedArgument> shared) {
    if (database != database_) {
      encoder_.AppendSelect(database);
      database_ = database;
    }
    encoder_.Append(arguments, shared);
  }

  const uint64_t sequence_;
  const HandOver hand_over_;
  LogEncoder encoder_;
  int database_ = -1;
};

}  // namespace

std::unique_ptr<SnapshotContent> MakeCommandContent(const Keyspace& keyspace, uint64_t sequence,
                                                    SnapshotContent::HandOver hand_over) {
  return std::make_unique<CommandContent>(keyspace, sequence, std::move(hand_over));
}

}  // namespace kvasir
