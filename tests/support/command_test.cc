#include "tests/support/command_test.h"

#include <algorithm>

#include "src/commands/families.h"
#include "src/store/digest.h"
#include "tests/support/keyspace_copy.h"

namespace kvasir {
namespace {

std::vector<std::string_view> Views(const std::vector<std::string>& arguments) {
  return {arguments.begin(), arguments.end()};
}

std::string DescribeElements(std::string_view wire, size_t* position, int64_t count, bool pairs) {
  std::string text;
  for (int64_t i = 0; i < count; ++i) {
    if (i > 0) text += ", ";
    text += DescribeReply(wire, position);
    if (pairs) text += ": " + DescribeReply(wire, position);
  }
  return text;
}

}  // namespace

std::string DescribeReply(std::string_view wire, size_t* position) {
  const size_t end = wire.find("\r\n", *position);
  if (end == std::string_view::npos) return "(no reply)";
  const char kind = wire[*position];
  const std::string line(wire.substr(*position + 1, end - *position - 1));
  *position = end + 2;
  const int64_t number = kind == '$' || kind == '*' || kind == '%' || kind == '~' || kind == '>' ||
                                 kind == '=' || kind == '|'
                             ? std::stoll(line)
                             : 0;
  switch (kind) {
    case '+':
      return line;
    case '-':
      return "-" + line;
    case ':':
      return "(integer) " + line;
    case ',':
      return "(double) " + line;
    case '#':
      return line == "t" ? "(true)" : "(false)";
    case '_':
      return "(nil)";
    case '$':
    case '=': {
      if (number < 0) return "(nil)";
      const std::string bytes(wire.substr(*position, static_cast<size_t>(number)));
      *position += static_cast<size_t>(number) + 2;
      return bytes;
    }
    case '%':
      return "{" + DescribeElements(wire, position, number, true) + "}";
    case '*':
    case '~':
    case '>':
      if (number < 0) return "(nil)";
      return "[" + DescribeElements(wire, position, number, false) + "]";
    default:
      return kind + line;
  }
}

void RecordingLog::BeginGroup() {
  EXPECT_FALSE(in_group) << "a group within a group";
  in_group = true;
  groups.emplace_back();
}

void RecordingLog::EndGroup() {
  EXPECT_TRUE(in_group);
  in_group = false;
  if (groups.back().empty()) groups.pop_back();
}

uint64_t RecordingLog::Append(int database, std::span<const std::string_view> arguments) {
  if (in_group) groups.back() += (groups.back().empty() ? "" : " ") + std::string(arguments[0]);
  records.push_back({database, {arguments.begin(), arguments.end()}});
  return records.size();
}

uint64_t RecordingLog::AppendShared(int database, std::span<const std::string_view> arguments,
                                    size_t /*shared_index*/, const SharedBytes& /*block*/) {
  return Append(database, arguments);
}

void RecordingHost::Close(Session& session, bool /*after_output*/) { closed.push_back(session.id); }

Result<void> RecordingHost::ApplySettings(const Settings& /*next*/,
                                          std::span<const std::string_view> changed) {
  if (!refusal.empty()) return Fail(Errc::kIo, refusal);
  changed_settings.assign(changed.begin(), changed.end());
  return {};
}

Result<void> RecordingHost::Shutdown(const ShutdownRequest& request) {
  if (!refusal.empty()) return Fail(Errc::kIo, refusal);
  shutdowns.push_back(request);
  return {};
}

BackgroundStart RecordingHost::RewriteLog(bool now) {
  if (!now) return BackgroundStart::kScheduled;
  if (background == BackgroundStart::kStarted) ++log_rewrites;
  return background;
}

BackgroundStart RecordingHost::SaveInBackground(bool now, bool schedule) {
  saves.push_back(std::string(now ? "now" : "later") + (schedule ? ", or scheduled" : ""));
  return background;
}

BackgroundCancel RecordingHost::CancelSave() { return cancel; }

Result<void> RecordingHost::ReloadLog(bool rewrite) {
  if (!refusal.empty()) return Fail(Errc::kUnsupported, refusal);
  ++log_reloads;
  if (rewrite) ++log_rewrites;
  return {};
}

CommandTest::CommandTest() : engine(keyspace, host, Settings(), AllFamilies()) {
  engine.set_log(&log);
  engine.BeginTick(now_ms);
  engine.clients().Add(session);
}

void CommandTest::TearDown() {
  engine.set_log(nullptr);
  if (!check_replay) return;
  Keyspace replayed(16);
  Engine replay_engine(replayed, host, engine.settings(), AllFamilies());
  replayed.SetNow(now_ms);
  replayed.context().expiry_enabled = false;
  Session replay_session;
  replay_session.is_replay = true;
  replay_session.exempt_gates = ~0U;
  for (const RecordingLog::Record& record : log.records) {
    replay_session.database = record.database;
    replay_engine.ExecuteOne(replay_session, Views(record.arguments));
    const std::string reply = replay_session.output.ToString();
    EXPECT_NE(reply.substr(0, 1), "-") << "replay of " << record.arguments[0] << ": " << reply;
    replay_session.output.Clear();
  }
  EXPECT_EQ(DigestToHex(DigestKeyspace(keyspace, DigestDeadlines::kExact)),
            DigestToHex(DigestKeyspace(replayed, DigestDeadlines::kExact)))
      << "the log does not give the same keyspace (D8)";
}

Session& CommandTest::NewSession() {
  sessions_.push_back(std::make_unique<Session>());
  engine.clients().Add(*sessions_.back());
  return *sessions_.back();
}

void CommandTest::ExecuteDuringSnapshot(Session& as,
                                        const std::vector<std::string_view>& arguments) {
  if (snapshot_budget == 0 || keyspace.size() == 0) return engine.ExecuteOne(as, arguments);
  const std::string before = DigestToHex(DigestKeyspace(keyspace, DigestDeadlines::kExact));
  Keyspace copy(keyspace.database_count());
  copy.context().expiry_enabled = false;
  copy.context().limits = keyspace.context().limits;
  KeyspaceCopy sink(copy);
  {
    KeyspaceCut cut(keyspace, sink);
    engine.ExecuteOne(as, arguments);
    while (cut.Step()) {
    }
  }
  EXPECT_EQ(DigestToHex(DigestKeyspace(copy, DigestDeadlines::kExact)), before)
      << arguments[0] << " changed something that a snapshot had not taken (D7)";
  snapshot_budget -= std::min(snapshot_budget, sink.taken());
}

std::string CommandTest::RunRaw(Session& as, const std::vector<std::string>& arguments) {
  ExecuteDuringSnapshot(as, Views(arguments));
  std::string wire = as.output.ToString();
  as.output.Clear();
  return wire;
}

std::string CommandTest::RunAs(Session& as, const std::vector<std::string>& arguments) {
  engine.ExecuteOne(as, Views(arguments));
  return Answer(as);
}

void CommandTest::Wait(Session& as, const std::vector<std::string>& arguments) {
  EXPECT_EQ(RunAs(as, arguments), "(no reply)");
  EXPECT_TRUE(as.blocked_now());
}

std::string CommandTest::Answer(Session& of) {
  const std::string wire = of.output.ToString();
  of.output.Clear();
  size_t position = 0;
  std::string text = DescribeReply(wire, &position);
  if (position < wire.size()) text += " (and more)";
  return text;
}

std::string CommandTest::Run(std::initializer_list<std::string_view> arguments) {
  return RunAs(session, {arguments.begin(), arguments.end()});
}

std::string CommandTest::Run(const std::vector<std::string>& arguments) {
  return RunAs(session, arguments);
}

void CommandTest::Advance(int64_t milliseconds) {
  now_ms += milliseconds;
  engine.BeginTick(now_ms);
}

std::vector<std::string> CommandTest::TakeLogged() {
  std::vector<std::string> lines;
  for (; taken_ < log.records.size(); ++taken_) {
    std::string line;
    for (const std::string& argument : log.records[taken_].arguments) {
      line += (line.empty() ? "" : " ") + argument;
    }
    lines.push_back(line);
  }
  return lines;
}

}  // namespace kvasir
