import { endpoint, route } from "@/app/_server/route";
import { appContext } from "@/app/_server/app-context";
import { getProfileCard } from "@/lib/accounts/profile-card";

/** As long as a public picture may be kept: what is hidden is gone from caches within a minute. */
const CACHE_CONTROL = "public, max-age=60";

export const { GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS } = route({
  GET: endpoint({
    requiredAccess: "anyone",
    handle: async ({ params }) => {
      const card = await getProfileCard(appContext(), params.handle ?? "");
      return new Response(new Uint8Array(card), {
        headers: { "content-type": "image/png", "cache-control": CACHE_CONTROL, "x-content-type-options": "nosniff" },
      });
    },
  }),
});
