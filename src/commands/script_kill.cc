#include "src/commands/script_kill.h"

#include "src/scripting/scripting.h"

namespace kvasir {

void KillScript(Call& call, bool function) {
  Scripting* scripting = Scripting::Existing(call.engine());
  if (scripting == nullptr || !scripting->run().active()) {
    call.Error("NOTBUSY No scripts in execution right now.");
  } else if (scripting->run().is_function() != function) {
    call.Error(call.engine().BusyText());
  } else if (!scripting->run().Kill()) {
    call.Error(
        "UNKILLABLE Sorry the script already executed write commands against the dataset. You can "
        "either wait the script termination or kill the server in a hard way using the SHUTDOWN "
        "NOSAVE command.");
  } else {
    call.reply.Ok();
  }
}

}  // namespace kvasir
