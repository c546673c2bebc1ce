import { appContext } from "@/app/_server/app-context";
import { noContentResponse } from "@/app/_server/json-response";
import { endpoint, route } from "@/app/_server/route";
import { retryMail } from "@/lib/mail/retry-mail";

const retry = endpoint({
  requiredAccess: ["admin"],
  handle: async ({ params }) => {
    await retryMail(appContext(), params.id ?? "");
    return noContentResponse();
  },
});

export const { dynamic, GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS } = route({ POST: retry });
