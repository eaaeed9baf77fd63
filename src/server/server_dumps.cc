// Dumps for clients: the server's side of SYNC.
#include <fmt/format.h>
#include <spdlog/spdlog.h>

#include <array>

#include "persistence/rdb_encoder.h"
#include "persistence/rdb_format.h"
#include "src/base/crc.h"
#include "src/engine/version.h"
#include "src/server/server.h"

namespace kvasir {
namespace {

// A file without keys.
std::string EncodeWithoutKeys(const Keyspace& keyspace, bool functions) {
  const std::array<RdbAuxField, 2> fields = {{{"redis-ver", kRedisVersion}, {"redis-bits", "64"}}};
  RdbEncoder encoder;
  encoder.Header(kRdbVersion, fields);
  if (functions) {
    for (const std::string& source : keyspace.function_libraries()) encoder.Function(source);
  }
  encoder.End();
  std::string file;
  ForEachRdbPiece(encoder.Take(), true, [&](std::string_view piece) { file += piece; });
  const uint64_t checksum = Crc64(0, file);
  file.append(reinterpret_cast<const char*>(&checksum), sizeof checksum);
  return file;
}

}  // namespace

DumpWishes& Server::WishesOf(Session& session) { return dumps_.WishesOf(session.id); }

void Server::SendDump(Session& session) {
  auto& connection = static_cast<Connection&>(session);
  const DumpWishes& wishes = dumps_.WishesOf(session.id);
  connection.awaits_dump = true;
  if (wishes.filtered) {
    const std::string file = EncodeWithoutKeys(keyspace_, wishes.filter_functions);
    session.output.Append(fmt::format("${}\r\n", file.size()));
    session.output.Append(file);
    connection.CloseAfterOutput();
    return;
  }
  spdlog::info("Client {} asked for a dump", session.id);
  dumps_.Ask(session.id);
  BeginDump();
}

// Otherwise it is begun once nothing else is in the way.
void Server::BeginDump() {
  if (!dumps_.wanted() || saves_.running() != BackgroundSaves::Kind::kNone) return;
  saves_.BeginDump(engine_.settings());
  dumps_.Began(append_log_ == nullptr ? 0 : append_log_->appended());
}

void Server::FinishDump() {
  const Result<std::string> dump = saves_.TakeDump();
  if (dump) {
    dumps_.Ready(*dump);
  } else {
    dumps_.Failed(dump.error());
  }
}

void Server::SendPiece(uint64_t session, const SharedBytes& piece, uint64_t sequence) {
  auto* connection = static_cast<Connection*>(engine_.clients().Find(session));
  if (connection == nullptr) return;
  EnsureTick();
  connection->depends_on = std::max(connection->depends_on, sequence);
  connection->output.AppendShared(piece);
  MarkDirty(*connection);
}

void Server::EndDump(uint64_t session, const Result<void>& result) {
  auto* connection = static_cast<Connection*>(engine_.clients().Find(session));
  if (connection == nullptr) return;
  EnsureTick();
  if (result) {
    spdlog::info("Client {} got its dump", session);
    connection->CloseAfterOutput();
    return;
  }
  spdlog::error("The dump for client {} failed: {}", session, result.error().detail());
  // Behind a piece of a file no text is read as an error.
  connection->Close();
}

}  // namespace kvasir
