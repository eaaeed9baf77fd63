// The handlers of ACL's subcommands, which stand in several files; acl.cc publishes them.
// THREAD: loop.
#pragma once

#include "src/engine/call.h"

namespace kvasir {

// acl_users.cc: who there is, and with which rules.
void CmdAclDelUser(Call& call);
void CmdAclGetUser(Call& call);
void CmdAclList(Call& call);
void CmdAclLoad(Call& call);
void CmdAclSave(Call& call);
void CmdAclSetUser(Call& call);
void CmdAclUsers(Call& call);

// acl_others.cc: the rest.
void CmdAclCat(Call& call);
void CmdAclDryRun(Call& call);
void CmdAclGenPass(Call& call);
void CmdAclLog(Call& call);
void CmdAclWhoAmI(Call& call);

}  // namespace kvasir
