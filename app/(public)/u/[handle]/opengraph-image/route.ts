import { appContext } from "@/app/_server/app-context";
import { endpoint, route } from "@/app/_server/route";
import { getProfileCard } from "@/lib/accounts/profile-card";

/** The same as for public pictures: a hidden profile leaves caches within a minute. */
const CACHE_CONTROL = "public, max-age=60";

export const { GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS } = route({
  GET: endpoint({
    requiredAccess: "anyone",
    handle: async ({ params }) => {
      const card = await getProfileCard(appContext(), params.handle ?? "");
      return new Response(new Uint8Array(card), {
        headers: {
          "content-type": "image/png",
          "cache-control": CACHE_CONTROL,
          "x-content-type-options": "nosniff",
        },
      });
    },
  }),
});
