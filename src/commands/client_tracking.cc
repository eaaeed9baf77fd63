// CLIENT's subcommands about the tracking of what the client has cached.
#include <fmt/format.h>

#include <algorithm>
#include <optional>
#include <string>
#include <vector>

#include "src/base/number.h"
#include "src/base/text.h"
#include "src/commands/client_handlers.h"
#include "src/engine/argument_reader.h"
#include "src/engine/engine.h"

namespace kvasir {
namespace {

struct TrackingRequest {
  TrackingState mode;
  std::vector<std::string_view> prefixes;
};

void ReadRedirect(ArgumentReader& read, Call& call, TrackingRequest& request) {
  if (request.mode.redirect != 0) {
    read.Fail("ERR A client can only redirect to a single other client");
    return;
  }
  const int64_t id = read.NextInteger();
  if (read.failed()) return;
  if (id < 0 || call.engine().clients().Find(static_cast<uint64_t>(id)) == nullptr) {
    read.Fail("ERR The client ID you want redirect to does not exist");
    return;
  }
  request.mode.redirect = static_cast<uint64_t>(id);
}

void ReadTrackingOptions(ArgumentReader& read, Call& call, TrackingRequest& request) {
  while (!read.AtEnd()) {
    if (read.TakeOption("REDIRECT", 1)) {
      ReadRedirect(read, call, request);
    } else if (read.TakeWord("BCAST")) {
      request.mode.broadcast = true;
    } else if (read.TakeWord("OPTIN")) {
      request.mode.opt_in = true;
    } else if (read.TakeWord("OPTOUT")) {
      request.mode.opt_out = true;
    } else if (read.TakeWord("NOLOOP")) {
      request.mode.no_loop = true;
    } else if (read.TakeOption("PREFIX", 1)) {
      request.prefixes.push_back(read.Next());
    } else {
      read.Fail(errors::kSyntax);
    }
  }
}

// Two prefixes that one key could have.
bool Overlap(std::string_view first, std::string_view second) {
  return first.starts_with(second) || second.starts_with(first);
}

constexpr std::string_view kMustNotOverlap = "Prefixes for a single client must not overlap.";

std::string FindOverlap(const TrackingState* now, const std::vector<std::string_view>& prefixes) {
  for (size_t i = 0; i < prefixes.size(); ++i) {
    if (now != nullptr) {
      for (const std::string& existing : now->prefixes) {
        if (!Overlap(existing, prefixes[i])) continue;
        return fmt::format("ERR Prefix '{}' overlaps with an existing prefix '{}'. {}", prefixes[i],
                           existing, kMustNotOverlap);
      }
    }
    for (size_t j = i + 1; j < prefixes.size(); ++j) {
      if (!Overlap(prefixes[i], prefixes[j])) continue;
      return fmt::format("ERR Prefix '{}' overlaps with another provided prefix '{}'. {}",
                         prefixes[i], prefixes[j], kMustNotOverlap);
    }
  }
  return {};
}

// Why tracking cannot be turned on as asked for; empty when it can.
std::string CheckRequest(const TrackingState* now, const TrackingRequest& request) {
  const TrackingState& mode = request.mode;
  if (!mode.broadcast && !request.prefixes.empty()) {
    return "ERR PREFIX option requires BCAST mode to be enabled";
  }
  if (now != nullptr && now->broadcast != mode.broadcast) {
    return "ERR You can't switch BCAST mode on/off before disabling tracking for this client, and "
           "then re-enabling it with a different mode.";
  }
  if (mode.broadcast && (mode.opt_in || mode.opt_out)) {
    return "ERR OPTIN and OPTOUT are not compatible with BCAST";
  }
  if (mode.opt_in && mode.opt_out) {
    return "ERR You can't specify both OPTIN mode and OPTOUT mode";
  }
  if (now != nullptr && ((mode.opt_in && now->opt_out) || (mode.opt_out && now->opt_in))) {
    return "ERR You can't switch OPTIN/OPTOUT mode before disabling tracking for this client, and "
           "then re-enabling it with a different mode.";
  }
  return mode.broadcast ? FindOverlap(now, request.prefixes) : std::string();
}

int64_t RedirectOf(const Session& session) {
  return session.tracking == nullptr ? -1 : static_cast<int64_t>(session.tracking->redirect);
}

std::vector<std::string_view> FlagWords(const TrackingState* state) {
  if (state == nullptr) return {"off"};
  std::vector<std::string_view> words = {"on"};
  const auto add = [&](bool set, std::string_view word) {
    if (set) words.push_back(word);
  };
  add(state->broadcast, "bcast");
  add(state->opt_in, "optin");
  add(state->opt_in && state->caching, "caching-yes");
  add(state->opt_out, "optout");
  add(state->opt_out && state->caching, "caching-no");
  add(state->no_loop, "noloop");
  add(state->redirect_broken, "broken_redirect");
  return words;
}

}  // namespace

void CmdClientTracking(Call& call) {
  ArgumentReader read(call, 3);
  TrackingRequest request;
  ReadTrackingOptions(read, call, request);
  const bool on = EqualsIgnoreCase(call[2], "ON");
  if (!on && !EqualsIgnoreCase(call[2], "OFF")) read.Fail(errors::kSyntax);
  if (!read.Finish()) return;
  Engine& engine = call.engine();
  if (on) {
    const std::string refusal = CheckRequest(call.session().tracking.get(), request);
    if (!refusal.empty()) {
      call.Error(refusal);
      return;
    }
    for (const std::string_view prefix : request.prefixes) request.mode.prefixes.emplace(prefix);
    engine.tracking().Enable(call.session(), request.mode);
  } else {
    engine.tracking().Disable(call.session());
  }
  engine.UpdateNotifications();
  call.reply.Ok();
}

void CmdClientCaching(Call& call) {
  TrackingState* state = call.session().tracking.get();
  if (state == nullptr) {
    call.Error(
        "ERR CLIENT CACHING can be called only when the client is in tracking mode with OPTIN or "
        "OPTOUT mode enabled");
    return;
  }
  const bool yes = EqualsIgnoreCase(call[2], "YES");
  if (!yes && !EqualsIgnoreCase(call[2], "NO")) {
    call.Error(errors::kSyntax);
  } else if (yes && !state->opt_in) {
    call.Error("ERR CLIENT CACHING YES is only valid when tracking is enabled in OPTIN mode.");
  } else if (!yes && !state->opt_out) {
    call.Error("ERR CLIENT CACHING NO is only valid when tracking is enabled in OPTOUT mode.");
  } else {
    state->caching = true;
    state->caching_container = call.command().parent;
    call.reply.Ok();
  }
}

void CmdClientGetRedir(Call& call) { call.reply.Integer(RedirectOf(call.session())); }

void CmdClientTrackingInfo(Call& call) {
  const TrackingState* state = call.session().tracking.get();
  const std::vector<std::string_view> words = FlagWords(state);
  call.reply.Map(3);
  call.reply.Bulk("flags");
  call.reply.Set(words.size());
  for (const std::string_view word : words) call.reply.Bulk(word);
  call.reply.Bulk("redirect");
  call.reply.Integer(RedirectOf(call.session()));
  call.reply.Bulk("prefixes");
  call.reply.Array(state == nullptr ? 0 : state->prefixes.size());
  if (state == nullptr) return;
  for (const std::string& prefix : state->prefixes) call.reply.Bulk(prefix);
}

}  // namespace kvasir
