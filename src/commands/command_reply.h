// A command's row as COMMAND INFO and COMMAND DOCS reply it.
// THREAD: loop.
#pragma once

#include <cstdint>
#include <string_view>

#include "protocol/reply_writer.h"
#include "src/engine/command_table.h"

namespace kvasir {

// command_info_reply.cc: the ten elements of COMMAND INFO.
void ReplyCommandInfo(ReplyWriter& reply, const Command& command);
// Replies with the names of key flags (KeyFlag) as a set.
void ReplyKeyFlags(ReplyWriter& reply, uint32_t flags);

// command_docs_reply.cc: the map of COMMAND DOCS.
void ReplyCommandDocs(ReplyWriter& reply, const Command& command);

}  // namespace kvasir
