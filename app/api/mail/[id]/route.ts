import { appContext } from "@/app/_server/app-context";
import { endpoint, route } from "@/app/_server/route";
import { readMailHtml } from "@/lib/mail/mail-folder";
import { LOCKED_DOWN_CSP } from "@/lib/security-headers";

/** A mail has styles of its own and nothing else. */
const MAIL_CSP = `${LOCKED_DOWN_CSP}; style-src 'unsafe-inline'; sandbox allow-popups allow-popups-to-escape-sandbox`;

/** Shows a mail itself, on the machine of a developer only. */
const show = endpoint({
  requiredAccess: ["admin"],
  handle: async ({ params }) =>
    new Response(await readMailHtml(appContext().mail, params.id ?? ""), {
      headers: {
        "content-type": "text/html; charset=utf-8",
        "cache-control": "private, no-store",
        "content-security-policy": MAIL_CSP,
      },
    }),
});

export const { dynamic, GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS } = route({ GET: show });
