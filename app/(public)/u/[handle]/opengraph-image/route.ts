import { endpoint, route } from "@/app/_server/route";
import { deps } from "@/app/_server/services";
import { profileCard } from "@/lib/accounts/profile-card";

/** As long as a public picture may be kept: what is hidden is gone from caches within a minute. */
const CACHE = "public, max-age=60";

export const { GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS } = route({
  GET: endpoint({
    access: "anyone",
    handle: async ({ params }) => {
      const card = await profileCard(deps(), params.handle ?? "");
      return new Response(new Uint8Array(card), {
        headers: { "content-type": "image/png", "cache-control": CACHE, "x-content-type-options": "nosniff" },
      });
    },
  }),
});
