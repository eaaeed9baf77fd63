// Users: who a session is, what it may do, and what happens to it when the rules change.
#include <utility>

#include "src/engine/client_description.h"
#include "src/engine/engine.h"
#include "src/engine/read_file.h"

namespace kvasir {
namespace {

constexpr size_t kAclFileBytesMax = 64 * kMebibyte;

bool IsOpen(const AclUser& user) { return user.enabled() && user.needs_no_password(); }

uint64_t& CounterOf(Statistics& statistics, AclDenial denial) {
  switch (denial) {
    case AclDenial::kKey:
      return statistics.acl_access_denied_key;
    case AclDenial::kChannel:
      return statistics.acl_access_denied_channel;
    case AclDenial::kAuth:
      return statistics.acl_access_denied_auth;
    default:
      return statistics.acl_access_denied_command;
  }
}

// Whether the session hears what its user may not.
bool HearsTooMuch(const Session& session) {
  if (session.subscriber == nullptr || session.user == nullptr) return false;
  bool allowed = true;
  for (size_t i = 0; i < kTopicKinds; ++i) {
    const bool is_pattern = static_cast<TopicKind>(i) == TopicKind::kPattern;
    session.subscriber->subscriptions[i].ForEach([&](const Subscription* subscription) {
      allowed = allowed && session.user->MayUseChannel(subscription->key(), is_pattern);
    });
  }
  return !allowed;
}

AclContext ContextOf(const Session& session) {
  if (session.is_script) return AclContext::kScript;
  return session.in_transaction() ? AclContext::kTransaction : AclContext::kTopLevel;
}

}  // namespace

// A session that may do everything passes no gate for it.
void Engine::ArmAcl(Session& session) const {
  const bool restricted = session.user != nullptr && !session.user->unrestricted();
  session.armed_gates &= ~uint32_t{kGateAcl};
  if (restricted) session.armed_gates |= kGateAcl;
}

void Engine::AdmitAsDefault(Session& session) {
  const AclUser& user = acl_.default_user();
  session.user = &user;
  if (IsOpen(user)) {
    session.Authenticate();
  } else {
    session.Deauthenticate();
  }
  ArmAcl(session);
}

bool Engine::Authenticate(Call& call, std::string_view user, std::string_view password) {
  Session& session = call.session();
  const AclUser* known = acl_.Find(user);
  if (known != nullptr && known->Admits(password)) {
    session.user = known;
    session.Authenticate();
    ArmAcl(session);
    return true;
  }
  ++statistics_.acl_access_denied_auth;
  acl_log_.Add({.reason = AclDenial::kAuth,
                .context = ContextOf(session),
                .object = std::string(call[0]),
                .user = std::string(user),
                .client = DescribeClient(session, &call.command(), call.now_ms())},
               call.now_ms());
  return false;
}

AclVerdict Engine::CheckPermissions(Session& session, const Command& command,
                                    std::span<const std::string_view> arguments) {
  if ((session.armed_gates & kGateAcl) == 0) return {};
  const AclVerdict verdict = session.user->Check(command, arguments);
  if (verdict.allowed()) return verdict;
  const int64_t now_ms = keyspace_->context().now_ms;
  const Command* running = session.is_script ? session.last_command : &command;
  ++CounterOf(statistics_, verdict.denial);
  const bool whole = verdict.denial == AclDenial::kCommand;
  acl_log_.Add({.reason = verdict.denial,
                .context = ContextOf(session),
                .object = whole ? command.full_name : std::string(arguments[verdict.argument]),
                .user = std::string(session.user_name()),
                .client = DescribeClient(session.Client(), running, now_ms)},
               now_ms);
  return verdict;
}

void Engine::RefreshPermissions(const Session* asking) {
  const bool open = IsOpen(acl_.default_user());
  std::vector<Session*> eavesdroppers;
  for (const auto& [id, session] : clients_.sessions()) {
    if (open && session->user == &acl_.default_user()) session->Authenticate();
    ArmAcl(*session);
    const bool restricted = (session->armed_gates & kGateAcl) != 0;
    if (restricted && HearsTooMuch(*session)) eavesdroppers.push_back(session);
  }
  CloseAll(eavesdroppers, asking);
}

void Engine::CloseAll(std::span<Session* const> sessions, const Session* asking) {
  for (Session* session : sessions) {
    if (session == asking) {
      session->close_after_reply = true;
    } else {
      host_->Close(*session, false);
    }
  }
}

void Engine::CloseSessionsOf(const AclUser& user, const Session* asking) {
  std::vector<Session*> sessions;
  for (const auto& [id, session] : clients_.sessions()) {
    if (session->user == &user) sessions.push_back(session);
  }
  for (Session* session : sessions) {
    // Whatever still happens on the connection happens without a user.
    session->user = &acl_.default_user();
    session->Deauthenticate();
    ArmAcl(*session);
  }
  CloseAll(sessions, asking);
}

bool Engine::RemoveUser(std::string_view name, const Session& asking) {
  const AclUser* user = acl_.Find(name);
  if (user == nullptr) return false;
  CloseSessionsOf(*user, &asking);
  return acl_.Remove(name);
}

Result<void> Engine::LoadUsers() {
  if (!settings_.aclfile.empty() && !settings_.users.empty()) {
    return Fail(Errc::kInvalidArgument,
                "users are defined by 'user' lines and by an 'aclfile': please use one of the two");
  }
  if (Result<void> added = acl_.AddLines(settings_.users); !added) return added;
  return settings_.aclfile.empty() ? Result<void>() : LoadUsersFromFile(nullptr);
}

Result<void> Engine::LoadUsersFromFile(const Session* asking) {
  const std::string& path = settings_.aclfile;
  const Result<std::string> content = ReadFile(path, kAclFileBytesMax);
  if (!content) {
    return Fail(content.error().code(),
                "Error loading ACLs, opening file '" + path + "': " + content.error().detail());
  }
  Result<Acl::Users> users = acl_.ParseFile(*content, path);
  if (!users) return tl::unexpected(users.error());
  const Acl::Users gone = acl_.Replace(std::move(*users));
  for (const auto& [name, user] : gone) CloseSessionsOf(*user, asking);
  RefreshPermissions(asking);
  return {};
}

}  // namespace kvasir
