import { z } from "zod";
import { appContext } from "@/app/_server/app-context";
import { readForm } from "@/app/_server/json-body";
import { endpoint, route } from "@/app/_server/route";
import { Problem } from "@/lib/errors";
import { setMailOff } from "@/lib/mail/unsubscribe";

const querySchema = z.object({ token: z.string().max(200) });
const NO_STORE = { "cache-control": "private, no-store" };

function redirectToPage(token: string, status: 302 | 303): Response {
  const location = `/mail/unsubscribe?token=${encodeURIComponent(token)}`;
  return new Response(null, { status, headers: { ...NO_STORE, location, "referrer-policy": "no-referrer" } });
}

/** Leads to the page that asks. Programs that scan mails open every link: it changes nothing. */
const ask = endpoint({
  requiredAccess: "anyone",
  query: querySchema,
  handle: async ({ query }) => redirectToPage(query.token, 302),
});

/**
 * Switches mails off with one click in a mail program (RFC 8058), or off and on from the page. The
 * signed token of the URL says whose; a session is not needed.
 */
const choose = endpoint({
  requiredAccess: "anyone",
  query: querySchema,
  handle: async ({ request, query }) => {
    const form = await readForm(request);
    const choice = form.get("mail");
    if (choice === "off" || choice === "on") {
      await setMailOff(appContext(), query.token, choice === "off");
      return redirectToPage(query.token, 303);
    }
    if (form.get("List-Unsubscribe") !== "One-Click")
      throw new Problem("invalid", "Send List-Unsubscribe=One-Click, as RFC 8058 says.");
    await setMailOff(appContext(), query.token, true);
    return new Response("Your mails are switched off.\n", {
      headers: { ...NO_STORE, "content-type": "text/plain; charset=utf-8" },
    });
  },
});

export const { dynamic, GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS } = route({ GET: ask, POST: choose });
